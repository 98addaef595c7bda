// Which record was being executed when the process died: the evidence against poison records.
//
// What it is: the port. Its implementation keeps one line a worker in a small mapped file, which
// survives the process; Enter and Leave are stores to memory. What it is not: a count of what
// merely waits: only a record inside Run is ever blamed. Who uses it: Flow, around every stretch of
// running; pipeline/journal implements it. Thread: the worker's.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace aslx {

/// Crashes of the process with this record inside Run, at which it is parked without being
/// executed.
inline constexpr uint32_t kPoisonCrashesMax = 3;

struct PoisonSuspect {
  std::string topic;
  int32_t partition = 0;
  int64_t offset = 0;
  uint32_t crash_count = 0;
  int64_t last_wall_ns = 0;  // of the Turn that the last crash cut short
};

class PoisonJournal {
 public:
  virtual ~PoisonJournal() = default;
  /// Every record that was being executed at a crash, as the process found them when it started;
  /// read once at each assignment.
  virtual std::span<const PoisonSuspect> Suspects() const = 0;
  /// What Enter calls this topic. Asked once at each assignment.
  virtual uint32_t TopicIndex(std::string_view topic) const = 0;
  virtual void Enter(uint32_t topic_index, int32_t partition, int64_t offset, int64_t wall_ns) = 0;
  virtual void Leave() = 0;
  /// A commit that covers the record is durable: it is nobody's suspect any more. Not earlier, or
  /// a crash before that commit would have it executed again.
  virtual void Forget(const PoisonSuspect& suspect) = 0;
};

}  // namespace aslx
