// Which record was being executed when the process died: the evidence against poison records.
//
// What it is: the port. Its implementation keeps one line a worker in a small mapped file, which
// survives the process; Enter and Leave are stores to memory. What it is not: a count of what
// merely waits: only a record inside Run is ever blamed. Who uses it: Flow, around every stretch of
// running. Thread: the worker's.
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
};

class PoisonJournal {
 public:
  virtual ~PoisonJournal() = default;
  /// Every record that was being executed at a crash; read once at each assignment.
  virtual std::span<const PoisonSuspect> Suspects() const = 0;
  virtual void Enter(std::string_view topic, int32_t partition, int64_t offset) = 0;
  virtual void Leave() = 0;
  /// The record has its outcome: it is nobody's suspect any more.
  virtual void Forget(std::string_view topic, int32_t partition, int64_t offset) = 0;
};

}  // namespace aslx
