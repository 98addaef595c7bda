// The transaction coordinator of the simulated brokers.
//
// A transactional id has one producer at a time: Init gives the next epoch, aborts what the former
// one left open and fences it. The end of a transaction is decided at one instant, and reaches the
// topics and the group's offsets a little later; until then its offsets are pending, and the
// producer's next transaction has to wait. One that is open for too long is aborted, and its
// producer fenced. What it is not: a producer (sim_producer.h). Who uses it: producers; every call
// is a request that has arrived.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/sim/broker_logs.h"
#include "tests/sim/group.h"

namespace aslx::sim {

class Transactions {
 public:
  enum class Answer : uint8_t {
    kGood,
    kBusy,    // the former transaction is still being ended: ask again
    kFenced,  // another has its transactional id, or it was aborted for its age
  };

  Transactions(const Scenario& scenario, Timeline* timeline, Story* story, Truth* truth,
               BrokerLogs* logs, Group* group);
  Transactions(const Transactions&) = delete;
  Transactions& operator=(const Transactions&) = delete;

  Answer Init(const std::string& id, uint32_t* epoch);
  Answer Append(const std::string& id, uint32_t epoch, const OutputFacts& output);
  Answer AddOffsets(const std::string& id, uint32_t epoch,
                    const std::map<int32_t, StoredOffset>& offsets);
  Answer End(const std::string& id, uint32_t epoch, bool commit);

  /// A transaction may still change the committed offset of this partition.
  bool Pending(int32_t partition) const;
  /// None is open: all that was written is decided.
  bool idle() const;

 private:
  struct Producer {
    uint32_t epoch = 0;
    bool open = false;
    bool ending = false;
    int64_t began_ns = 0;
    uint64_t number = 0;  // of the transaction
    std::vector<std::pair<TopicId, size_t>> records;
    std::vector<OutputFacts> outputs;
    std::map<int32_t, StoredOffset> offsets;
  };

  Answer Begin(const std::string& id, uint32_t epoch, Producer** producer);
  void Decide(const std::string& id, Producer& producer, bool commit, std::string_view why);
  void AbortOld();

  const Scenario& scenario_;
  Timeline* timeline_;
  Story* story_;
  Truth* truth_;
  BrokerLogs* logs_;
  Group* group_;
  std::map<std::string, Producer> producers_;
  uint64_t last_number_ = 0;
};

}  // namespace aslx::sim
