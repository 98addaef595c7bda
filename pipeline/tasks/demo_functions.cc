// The functions `echo`, `delay`, `fail`, `flaky` and `crash`.
#include <algorithm>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <unordered_map>

#include <fmt/core.h>

#include "pipeline/tasks/function_registry.h"

namespace aslx {
namespace {

/// Longer than any Express execution lives.
constexpr double kDelayMsMax = 600'000;
/// Calls that `flaky` remembers; beyond this it forgets them all, which a demo does not notice.
constexpr size_t kFlakyKeysMax = 100'000;

void Echo(FunctionInvocation& call) {
  call.Succeed(std::string(call.payload_text()));
}

/// {"ms": 250, …}: the payload comes back after so long.
void Delay(FunctionInvocation& call) {
  call.DelayMs(static_cast<int64_t>(std::clamp(call.NumberOr("ms", 0), 0.0, kDelayMsMax)));
  call.Succeed(std::string(call.payload_text()));
}

/// {"errorType": "…", "errorMessage": "…"}: raises that.
void Raise(FunctionInvocation& call) {
  call.Fail(call.TextOr("errorType", "DemoError"), call.TextOr("errorMessage", "asked to fail"));
}

/// Ends the process where it stands, as a record does that nothing can execute: for trials of what
/// becomes of such a record.
[[noreturn]] void Crash(FunctionInvocation&) {
  std::abort();
}

/// {"failures": 2, "key": "…"}: fails the first so many calls with this key (else of this
/// execution), then succeeds and starts anew.
class Flaky {
 public:
  void operator()(FunctionInvocation& call) {
    std::string key(call.TextOr("key", call.execution_id()));
    auto failures = static_cast<uint64_t>(std::clamp(call.NumberOr("failures", 2), 0.0, 1e6));
    std::lock_guard lock(mutex_);
    if (calls_.size() >= kFlakyKeysMax) calls_.clear();
    uint64_t number = ++calls_[key];
    if (number <= failures) {
      call.Fail("FlakyError", fmt::format("call {} of {} that fail", number, failures));
      return;
    }
    calls_.erase(key);
    call.Succeed(fmt::format("{{\"calls\":{}}}", number));
  }

 private:
  std::mutex mutex_;
  std::unordered_map<std::string, uint64_t> calls_;
};

}  // namespace

void AddDemoFunctions(FunctionRegistry* registry) {
  registry->Add("echo", Echo);
  registry->Add("delay", Delay);
  registry->Add("fail", Raise);
  registry->Add("crash", Crash);
  auto flaky = std::make_shared<Flaky>();
  registry->Add("flaky", [flaky](FunctionInvocation& call) { (*flaky)(call); });
}

}  // namespace aslx
