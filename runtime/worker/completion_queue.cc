#include "runtime/worker/completion_queue.h"

#include <cstring>
#include <utility>

namespace aslx {

Completion Completion::Answer(SuspensionToken token, const TaskOutcome& outcome) {
  Completion completion;
  completion.token_ = token;
  completion.outcome_ = outcome;
  const size_t bytes = outcome.output.size() + outcome.error.size() + outcome.cause.size();
  if (bytes == 0) return completion;
  completion.text_ = std::make_unique_for_overwrite<char[]>(bytes);
  char* to = completion.text_.get();
  const auto keep = [&to](std::string_view* text) {
    if (!text->empty()) std::memcpy(to, text->data(), text->size());
    *text = {to, text->size()};
    to += text->size();
  };
  keep(&completion.outcome_.output);
  keep(&completion.outcome_.error);
  keep(&completion.outcome_.cause);
  return completion;
}

Completion Completion::Heartbeat(SuspensionToken token) {
  Completion completion;
  completion.token_ = token;
  completion.heartbeat_ = true;
  return completion;
}

void CompletionQueue::PushQuietly(Completion completion) {
  const size_t before = size_.fetch_add(1, std::memory_order_release);
  if (completion.heartbeat() && before >= kHeartbeatsMax) {
    size_.fetch_sub(1, std::memory_order_relaxed);
    return;
  }
  queue_.enqueue(std::move(completion));
}

}  // namespace aslx
