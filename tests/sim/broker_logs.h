// The topics of the simulated brokers: the events, and what the pipelines write.
//
// What it is not: the group (group.h) or transactions (transactions.h). Who uses it: deliveries and
// the transactions. Memory: keeps what an output says of itself, not its bytes.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sim/truth.h"

namespace aslx::sim {

class BrokerLogs {
 public:
  BrokerLogs(const Scenario& scenario, Story* story, Truth* truth)
      : scenario_(scenario), story_(story), truth_(truth) {}
  BrokerLogs(const BrokerLogs&) = delete;
  BrokerLogs& operator=(const BrokerLogs&) = delete;

  // --- Events ---

  const std::vector<InputPlan>& EventsOf(int32_t partition) const {
    return scenario_.inputs[static_cast<size_t>(partition)];
  }
  int32_t partition_count() const { return static_cast<int32_t>(scenario_.inputs.size()); }

  // --- Outputs ---

  TopicId Open(std::string_view name);
  const std::string& NameOf(TopicId topic) const { return topics_[topic].name; }
  uint32_t topic_count() const { return static_cast<uint32_t>(topics_.size()); }
  bool Refuses(TopicId topic) const { return topics_[topic].refuses; }
  void Refuse(TopicId topic, bool on);

  /// Outside of any transaction: visible at once.
  void Append(const OutputFacts& output);
  /// In a transaction: where it is, until Decide.
  size_t AppendUndecided(const OutputFacts& output);
  /// The transaction has ended; its control marker takes an offset, as any record.
  void Decide(TopicId topic, size_t at, bool committed);

  /// A record of its outcome was refused, or failed and is sent again alone.
  void MayBeOvertaken(InputId input) { may_be_overtaken_.insert(input); }
  /// First outcomes of a lane appear in the order of its events, but for those that may be
  /// overtaken.
  void CheckOrder();

 private:
  enum class Fate : uint8_t { kUndecided, kVisible, kAborted };
  struct Entry {
    OutputFacts output;
    Fate fate = Fate::kVisible;
  };
  struct Topic {
    std::string name;
    bool refuses = false;
    std::vector<Entry> log;
  };

  const Scenario& scenario_;
  Story* story_;
  Truth* truth_;
  std::vector<Topic> topics_;
  std::set<InputId> may_be_overtaken_;
};

}  // namespace aslx::sim
