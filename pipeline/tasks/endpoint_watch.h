// Which endpoints of functions cannot be reached, said once and then now and then.
//
// What it is not: a decision: each call fails by itself, and Retry and Catch handle that. Nor about
// functions that answer with an error.
// Who uses it: HttpClient. Thread: its own. Memory: owns a line's worth for each endpoint that is
// down.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace aslx {

class EndpointWatch {
 public:
  using Say = std::function<void(const std::string& line)>;

  /// An endpoint that stays away makes a failure a call: often enough to be seen in the end of a
  /// log.
  static constexpr int64_t kSilenceNs = 60'000'000'000;

  explicit EndpointWatch(Say say) : say_(std::move(say)) {}

  void Failed(const std::string& url, std::string_view why, int64_t now_ns);
  /// It has answered, whatever.
  void Answered(const std::string& url);

 private:
  struct Down {
    int64_t said_ns = 0;
    uint64_t calls = 0;  // that failed since it last answered
  };

  Say say_;
  std::map<std::string, Down, std::less<>> down_;
};

}  // namespace aslx
