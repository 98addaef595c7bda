#include "tests/sim/transactions.h"

#include <algorithm>
#include <utility>

namespace aslx::sim {
namespace {

// How often the coordinator looks for old transactions (10 s in Kafka; less finds more here).
constexpr int64_t kAgeCheckNs = 500 * kMillisecond;

}  // namespace

Transactions::Transactions(const Scenario& scenario, Timeline* timeline, Story* story, Truth* truth,
                           BrokerLogs* logs, Group* group)
    : scenario_(scenario),
      timeline_(timeline),
      story_(story),
      truth_(truth),
      logs_(logs),
      group_(group) {
  if (scenario.exactly_once()) timeline_->After(kAgeCheckNs, [this] { AbortOld(); });
}

Transactions::Answer Transactions::Init(const std::string& id, uint32_t* epoch) {
  Producer& producer = producers_[id];
  if (producer.open) {
    ++producer.epoch;  // the former one is fenced before its transaction has gone
    Decide(id, producer, false, "its producer starts anew");
  }
  if (producer.ending) return Answer::kBusy;
  *epoch = ++producer.epoch;
  return Answer::kGood;
}

Transactions::Answer Transactions::Begin(const std::string& id, uint32_t epoch,
                                         Producer** producer) {
  *producer = &producers_[id];
  if ((*producer)->epoch != epoch) return Answer::kFenced;
  if ((*producer)->ending) return Answer::kBusy;
  if (std::exchange((*producer)->open, true)) return Answer::kGood;
  (*producer)->began_ns = timeline_->now_ns();
  (*producer)->number = ++last_number_;
  story_->Tell("broker", "{} begins transaction {}", id, last_number_);
  return Answer::kGood;
}

Transactions::Answer Transactions::Append(const std::string& id, uint32_t epoch,
                                          const OutputFacts& output) {
  Producer* producer = nullptr;
  const Answer answer = Begin(id, epoch, &producer);
  if (answer != Answer::kGood) return answer;
  producer->records.emplace_back(output.topic, logs_->AppendUndecided(output));
  producer->outputs.push_back(output);
  return answer;
}

Transactions::Answer Transactions::AddOffsets(const std::string& id, uint32_t epoch,
                                              const std::map<int32_t, StoredOffset>& offsets) {
  Producer* producer = nullptr;
  const Answer answer = Begin(id, epoch, &producer);
  if (answer != Answer::kGood) return answer;
  for (const auto& [partition, offset] : offsets)
    producer->offsets[partition] = offset;
  return answer;
}

Transactions::Answer Transactions::End(const std::string& id, uint32_t epoch, bool commit) {
  Producer& producer = producers_[id];
  if (producer.epoch != epoch) return Answer::kFenced;
  if (producer.open) Decide(id, producer, commit, "its producer says so");
  return Answer::kGood;
}

bool Transactions::Pending(int32_t partition) const {
  for (const auto& [id, producer] : producers_) {
    if (producer.offsets.contains(partition)) return true;
  }
  return false;
}

bool Transactions::idle() const {
  return std::ranges::none_of(producers_,
                              [](const auto& producer) { return producer.second.open; });
}

void Transactions::Decide(const std::string& id, Producer& producer, bool commit,
                          std::string_view why) {
  story_->Tell("broker", "transaction {} of {} is {} with {} records and {} offsets: {}",
               producer.number, id, commit ? "committed" : "aborted", producer.records.size(),
               producer.offsets.size(), why);
  producer.open = false;
  producer.ending = true;
  for (const auto& [topic, at] : producer.records)
    logs_->Decide(topic, at, commit);
  if (commit) {
    for (const auto& [partition, offset] : producer.offsets) {
      story_->Tell("broker", "partition {} is committed at {} + `{}`", partition, offset.offset,
                   offset.metadata);
      group_->Store(partition, offset);
    }
    truth_->EndOfTransaction(producer.outputs);
  }
  producer.records.clear();
  producer.outputs.clear();
  // Whoever asks for the offsets now has to wait until the decision has reached them.
  timeline_->After(timeline_->Latency(), [this, id] {
    producers_[id].ending = false;
    producers_[id].offsets.clear();
  });
}

void Transactions::AbortOld() {
  for (auto& [id, producer] : producers_) {
    const int64_t age_ns = timeline_->now_ns() - producer.began_ns;
    if (!producer.open || age_ns < scenario_.transaction_timeout_ns) continue;
    ++producer.epoch;
    Decide(id, producer, false, "it was open for too long");
  }
  timeline_->After(kAgeCheckNs, [this] { AbortOld(); });
}

}  // namespace aslx::sim
