#include "pipeline/admin/warning_log.h"

#include <fmt/core.h>

namespace aslx {

void WarningLog::Warn(std::string_view what, std::string_view reason, int64_t now_ns) {
  Tick(now_ns);
  if (now_ns >= window_end_ns_) {
    window_end_ns_ = now_ns + kWindowNs;
    lines_ = 0;
  }
  if (lines_ == kLinesMax) {
    ++left_out_;
    return;
  }
  ++lines_;
  write_(fmt::format("{}{}{}{}", prefix_, what, what.empty() ? "" : ": ", reason));
}

void WarningLog::Tick(int64_t now_ns) {
  if (left_out_ == 0 || now_ns < window_end_ns_) return;
  write_(fmt::format("{}{} further warnings within {} s were left out", prefix_, left_out_,
                     kWindowNs / 1'000'000'000));
  left_out_ = 0;
}

}  // namespace aslx
