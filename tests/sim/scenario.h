// What a seed decides before anything runs: the pipeline, the events, the processes, and which
// faults there will be how often.
//
// What it is not: the instants of the faults; those are thrown as the run goes on.
// Who uses it: every part of the simulation, read-only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/flow/pipeline_spec.h"
#include "tests/sim/timeline.h"

namespace aslx::sim {

/// What an event makes the machine do (machine.cc).
enum class Deed : uint8_t {
  kPass,
  kTask,
  kRetry,
  kBoth,
  kEach,  // of a Map
  kBeat,  // a task with signs of life
  kWait,
  kFail,
  kSpin,
  kMalformed,
  kEmpty,
  kTombstone,
};

/// Which route takes its result.
enum class Way : uint8_t { kPlain, kOther, kSplit, kDrop, kDead, kNoArray };

/// What the task does when it is called for this event.
enum class Answer : uint8_t {
  kGood,
  kBad,      // fails for good
  kPassing,  // fails at first, then succeeds
  kCaught,   // fails in a way that the machine catches
  kNever,
  kLate,  // long after nobody waits for it any more
};

struct InputPlan {
  int64_t offset = 0;
  int64_t arrival_ns = 0;
  Deed deed = Deed::kPass;
  Way way = Way::kPlain;
  Answer answer = Answer::kGood;
  uint32_t outputs = 1;  // records that its result is made of
  bool poison = false;   // the process dies whenever it is executed
  bool has_key = true;
  std::string key;
  std::string origin;  // `partition/index`, passed through as a header
  std::string payload;

  bool is_no_event() const {
    return deed == Deed::kMalformed || deed == Deed::kEmpty || deed == Deed::kTombstone;
  }
  bool calls() const {
    return deed == Deed::kTask || deed == Deed::kRetry || deed == Deed::kBoth ||
           deed == Deed::kEach || deed == Deed::kBeat;
  }
};

/// How often what goes wrong. Weights are against each other, `per_mille` are chances.
struct FaultPlan {
  int64_t interval_ns = kSecond;  // between two faults, on average
  uint32_t crash = 0;
  uint32_t crash_within = 0;  // in the middle of a Turn
  uint32_t freeze = 0;        // stopped, then goes on as if nothing had been
  uint32_t suspend = 0;       // the same, and its monotonic clock stands still, too
  uint32_t twin = 0;          // stopped, and another with its identity takes its place
  uint32_t cut = 0;           // out of reach of the brokers for a while
  uint32_t rebalance = 0;
  uint32_t leave = 0;   // drains and starts again
  uint32_t cork = 0;    // the producer takes nothing for a while
  uint32_t refuse = 0;  // a topic takes nothing for a while
  uint32_t wall_jump = 0;
  uint32_t clock_rate = 0;
  uint32_t slowness = 0;
  uint32_t no_restart_per_mille = 0;  // of crashes: others have to take over
  uint32_t delivery_failed_per_mille = 0;
  uint32_t written_all_the_same_per_mille = 0;  // of those
  uint32_t record_refused_per_mille = 0;
  uint32_t commit_lost_per_mille = 0;     // wholly or in part; at exactly once: aborted for certain
  uint32_t commit_unknown_per_mille = 0;  // the answer
  uint32_t commit_slow_per_mille = 0;     // takes up to a second
  uint32_t any() const {
    return crash + crash_within + freeze + suspend + twin + cut + rebalance + leave + cork +
           refuse + wall_jump + clock_rate + slowness;
  }
};

struct Scenario {
  uint64_t seed = 0;
  PipelineSpec spec;
  std::vector<std::vector<InputPlan>> inputs;  // by partition
  uint32_t process_count = 1;
  uint32_t workers_per_process = 1;
  uint32_t executions_max = 1'000;
  bool static_members = true;
  bool input_ends = false;  // the pipeline has to end by itself, as one that reads files
  int64_t session_timeout_ns = 10 * kSecond;
  int64_t transaction_timeout_ns = 10 * kSecond;
  int64_t rebalance_timeout_ns = 15 * kSecond;
  int64_t heartbeat_ns = kSecond;
  uint32_t producer_queue_max = 1'000;
  uint32_t flush_full_per_mille = 0;  // a topic's records are left behind at a Flush
  int64_t wake_ns_max =
      0;                 // how long a thread needs to come back; then all it was woken for is there
  int64_t chaos_ns = 0;  // so long faults are thrown
  FaultPlan faults;

  bool exactly_once() const { return spec.guarantee == Guarantee::kExactlyOnce; }
  bool is_ordered() const { return spec.ordering != Ordering::kNone; }
};

inline constexpr const char* kInputTopic = "events";
inline constexpr const char* kResultTopic = "results";
inline constexpr const char* kOtherTopic = "others";
inline constexpr const char* kDeadTopic = "dead-letters";
inline constexpr const char* kOriginHeader = "origin";

Scenario MakeScenario(uint64_t seed, std::optional<Guarantee> guarantee);

/// A name for people.
const char* NameOf(Deed deed);

}  // namespace aslx::sim
