#include "pipeline/tasks/endpoint_watch.h"

#include <fmt/core.h>

namespace aslx {

void EndpointWatch::Failed(const std::string& url, std::string_view why, int64_t now_ns) {
  const auto [at, is_new] = down_.try_emplace(url, Down{now_ns, 0});
  Down& down = at->second;
  ++down.calls;
  if (!is_new && now_ns - down.said_ns < kSilenceNs) return;
  down.said_ns = now_ns;
  const std::string count = is_new ? "" : fmt::format(", {} calls by now", down.calls);
  say_(
      fmt::format("functions at {} cannot be called: {}{}; such a call fails, and its execution "
                  "with it unless the state has a Retry or Catch",
                  url, why, count));
}

void EndpointWatch::Answered(const std::string& url) {
  const auto at = down_.find(url);
  if (at == down_.end()) return;
  say_(fmt::format("functions at {} answer again, after {} failed calls", url, at->second.calls));
  down_.erase(at);
}

}  // namespace aslx
