// The CPU time of this process's threads, by what they are for; and that of another process.
//
// What it is not: the names that threads give themselves: librdkafka calls those of the pipeline
// and those of the generator alike. Whoever starts threads claims them afterwards.
// Who uses it: `aslx bench`, around what it starts.
// Thread: one. Memory: an entry a thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>

#include <sys/types.h>

namespace aslx {

enum class ThreadClass : uint8_t {
  kWorker,              // turns pipelines
  kPipelineLibrdkafka,  // of the workers' consumers and producers
  kPipelineOther,       // calls of tasks, blocking calls to brokers
  kGenerator,           // sends and reads back
  kGeneratorLibrdkafka,
  kBench,  // everything else: main, logs
};
inline constexpr size_t kThreadClassCount = 6;

/// CPU nanoseconds, by class.
using ThreadCpu = std::array<int64_t, kThreadClassCount>;

class ThreadRoster {
 public:
  /// Every thread that nobody has claimed yet is of this class, those of librdkafka of the other.
  void ClaimNew(ThreadClass ours, ThreadClass librdkafka);
  /// This thread is.
  void Claim(pid_t thread, ThreadClass thread_class);

  /// What all of them have used so far. Those that nobody has claimed count with the pipeline: its
  /// clients get to know brokers later than the generator, which was warmed up.
  ThreadCpu Read();

 private:
  std::map<pid_t, ThreadClass> classes_;
  std::map<pid_t, int64_t> last_ns_;  // a thread that has ended keeps what it had
};

/// What a process has used so far; nothing when there is none of this number.
std::optional<int64_t> ProcessCpuNs(pid_t process);

}  // namespace aslx
