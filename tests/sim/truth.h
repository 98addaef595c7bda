// What must be so: every event's outcome as a reader of the topics sees it, held against what the
// group has committed, at every step.
//
// What it is not: part of the world; nothing that is simulated asks it anything.
// Who uses it: the brokers tell it what appears and what is committed, workers what they do.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/flow/delivery.h"
#include "tests/sim/scenario.h"
#include "tests/sim/story.h"

namespace aslx::sim {

/// An event, by partition and its place in the log.
struct InputId {
  int32_t partition = 0;
  uint32_t index = 0;
  friend auto operator<=>(const InputId&, const InputId&) = default;
};

/// What an output record says of itself.
struct OutputFacts {
  InputId input;
  uint32_t ordinal = 0;
  uint32_t ordinal_count = 1;
  bool dead_letter = false;
  TopicId topic = kNoTopic;
};

class Truth {
 public:
  Truth(const Scenario& scenario, Story* story);
  Truth(const Truth&) = delete;
  Truth& operator=(const Truth&) = delete;

  /// Reads an output that is about to be produced, with all its headers, and checks that it may be.
  OutputFacts Examine(const OutputRecord& output, std::span<const Header> headers,
                      std::string_view topic);

  /// A read_committed reader can see it from now on.
  void Appear(const OutputFacts& output);
  /// All that one transaction made visible has been told: it was the whole of its inputs.
  void EndOfTransaction(const std::vector<OutputFacts>& outputs);
  /// The group's offset of a partition is this one now.
  void Commit(int32_t partition, int64_t offset, std::string_view metadata);

  /// It was executed, or its task was answered: it may have an outcome without records.
  void Executed(InputId input) { StateOf(input).executed = true; }
  /// A topic, or one record of it, was refused: dead letters may say so.
  void Refused() { refused_ = true; }
  /// A process has died three times in it: it may be parked.
  void MayBePoison(InputId input) { StateOf(input).may_be_poison = true; }

  bool Covered(InputId input) const { return states_[At(input)].covered; }
  /// The group's offsets are behind the last event of every partition.
  bool AllCommitted() const;
  std::string FirstUncovered() const;

  void CheckEnd();

  const InputPlan& PlanOf(InputId input) const {
    return scenario_.inputs[Place(input.partition)][input.index];
  }
  /// False when no event has this offset.
  bool Find(int32_t partition, int64_t offset, InputId* input) const;

 private:
  struct InputState {
    std::array<uint16_t, 6> results{};  // how often each record of the result is visible
    uint16_t dead_letters = 0;
    bool covered = false;  // by the committed offset or its metadata
    bool executed = false;
    bool may_be_poison = false;
    std::string execution_id;
  };

  static size_t Place(int32_t partition) { return static_cast<size_t>(partition); }
  size_t At(InputId input) const { return first_[Place(input.partition)] + input.index; }
  InputState& StateOf(InputId input) { return states_[At(input)]; }
  bool WholeResult(const InputPlan& plan, const InputState& state) const;
  bool HasWholeOutcome(InputId input) const;
  bool MayHaveNoRecords(const InputPlan& plan) const;
  void CheckError(InputId input, std::string_view error);
  void CheckResult(InputId input, std::string_view payload, OutputFacts* facts);
  void Cover(InputId input);
  void CheckOutcome(InputId input);

  const Scenario& scenario_;
  Story* story_;
  std::vector<size_t> first_;  // of each partition
  std::vector<InputState> states_;
  std::vector<int64_t> committed_;
  std::map<std::string, InputId, std::less<>> execution_ids_;
  bool refused_ = false;
};

}  // namespace aslx::sim
