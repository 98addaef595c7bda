#include "tests/sim/sim_producer.h"

#include <algorithm>
#include <utility>

namespace aslx::sim {
namespace {

constexpr int64_t kAskAgainNs = 20 * kMillisecond;

}  // namespace

SimProducer::SimProducer(DeliverySite* site, const SimConsumer* consumer)
    : site_(site), world_(site->world), consumer_(consumer) {}

uint64_t SimProducer::HashOf(const OutputRecord& output) const {
  uint64_t hash = output.topic * 31u + (output.has_key ? 1u : 0u) + (output.is_tombstone ? 2u : 0u);
  const auto add = [&hash](std::string_view text) {
    hash = XXH3_64bits_withSeed(text.data(), text.size(), hash);
  };
  add(output.key);
  add(output.payload);
  for (const Header& header : HeadersOf(output)) {
    add(header.name);
    add(header.value);
  }
  return hash;
}

std::vector<Header> SimProducer::HeadersOf(const OutputRecord& output) const {
  std::vector<Header> headers;
  if (output.headers_of != nullptr) {
    headers.resize(consumer_->Headers(output.headers_of, {}));
    consumer_->Headers(output.headers_of, headers);
  }
  headers.insert(headers.end(), output.headers.begin(), output.headers.end());
  return headers;
}

// --- Records -------------------------------------------------------------------------------------

ProduceResult SimProducer::TryProduce(const OutputRecord& output, DeliveryToken token) {
  if (site_->process->corked || dead_ || end_.has_value()) return ProduceResult::kFull;
  if (sent_.size() >= world_->scenario.producer_queue_max && !exactly_once()) {
    return ProduceResult::kFull;
  }
  if (queued_count() >= world_->scenario.producer_queue_max) return ProduceResult::kFull;
  if (sent_.contains(token)) {
    world_->story.Break("{}: token {} is used while it is another record's", site_->name, token);
  }
  Sent sent;
  sent.output = output;
  sent.hash = HashOf(output);
  sent.facts = world_->truth.Examine(output, HeadersOf(output), world_->logs.NameOf(output.topic));
  if (world_->story.broken()) return ProduceResult::kFull;
  site_->watch->Produced(sent.facts);
  world_->story.Tell(site_->name, "sends {} of {} to {}: {} of {}", token,
                     world_->truth.PlanOf(sent.facts.input).origin,
                     world_->logs.NameOf(output.topic), sent.facts.ordinal + 1,
                     sent.facts.ordinal_count);
  sent_.emplace(token, sent);
  queues_.resize(world_->logs.topic_count());
  writing_.resize(world_->logs.topic_count());
  queues_[output.topic].push_back(token);
  return ProduceResult::kAccepted;
}

ProduceResult SimProducer::Flush() {
  ProduceResult result = ProduceResult::kAccepted;
  for (TopicId topic = 0; topic < queues_.size(); ++topic) {
    if (!LeftBehind(topic)) continue;
    if (world_->timeline.Chance(world_->scenario.flush_full_per_mille)) {
      world_->story.Tell(site_->name, "leaves {} behind for {}", queues_[topic].size(),
                         world_->logs.NameOf(topic));
      result = ProduceResult::kFull;
    } else {
      PlanWriting(topic, world_->timeline.Latency());
    }
  }
  return result;
}

void SimProducer::PlanWriting(TopicId topic, int64_t delay_ns) {
  if (writing_[topic]) return;
  writing_[topic] = true;
  world_->timeline.After(delay_ns, lease_, [this, topic] {
    writing_[topic] = false;
    WriteSome(topic);
  });
}

void SimProducer::WriteSome(TopicId topic) {
  std::deque<DeliveryToken>& queue = queues_[topic];
  if (!site_->process->reaches_brokers()) {
    if (!queue.empty()) PlanWriting(topic, kAskAgainNs);
    return;
  }
  size_t batch = 1 + world_->timeline.Below(8);
  for (; batch > 0 && !queue.empty() && !dead_; --batch) {
    const DeliveryToken token = queue.front();
    if (!Write(token, sent_.at(token))) break;
    queue.pop_front();
  }
  if (dead_) return;
  if (!queue.empty()) PlanWriting(topic, world_->timeline.Latency());
  GoOnEnding();
}

bool SimProducer::Write(DeliveryToken token, Sent& sent) {
  CheckUnchanged(token, sent);
  Timeline& timeline = world_->timeline;
  const bool refused = world_->logs.Refuses(sent.output.topic) ||
                       timeline.Chance(world_->faults.record_refused_per_mille);
  if (refused) {
    world_->truth.Refused();
    world_->logs.MayBeOvertaken(sent.facts.input);
    sent.fate = Fate::kFailed;
    Acknowledge(token, Acknowledgement::Status::kRefused);
    return true;
  }
  const bool failed = timeline.Chance(world_->faults.delivery_failed_per_mille);
  const bool written = !failed || timeline.Chance(world_->faults.written_all_the_same_per_mille);
  if (written && !Append(sent.facts)) return false;
  if (failed) {
    // A transaction is made anew as a whole, in its order.
    if (!exactly_once()) world_->logs.MayBeOvertaken(sent.facts.input);
    sent.fate = Fate::kFailed;
    Acknowledge(token, Acknowledgement::Status::kFailed);
  } else {
    sent.fate = Fate::kWritten;
    if (!exactly_once()) Acknowledge(token, Acknowledgement::Status::kDelivered);
  }
  return true;
}

bool SimProducer::Append(const OutputFacts& facts) {
  if (!exactly_once()) {
    world_->logs.Append(facts);
    return true;
  }
  switch (world_->transactions.Append(site_->instance, epoch_, facts)) {
    case Transactions::Answer::kGood: return true;
    case Transactions::Answer::kBusy: return false;
    case Transactions::Answer::kFenced: Die("the producer is fenced"); return false;
  }
  return false;
}

void SimProducer::Acknowledge(DeliveryToken token, Acknowledgement::Status status) {
  ++acknowledging_;
  if (exactly_once()) doomed_ = true;
  world_->timeline.After(world_->timeline.Latency(), lease_, [this, token, status] {
    --acknowledging_;
    if (dead_) return;
    const char* const reason = status == Acknowledgement::Status::kDelivered ? "" : "simulated";
    acknowledged_.push_back({token, status, reason});
    site_->wake();
  });
}

size_t SimProducer::PollDeliveries(std::span<Acknowledgement> acknowledgements) {
  const size_t count = std::min(acknowledgements.size(), acknowledged_.size());
  for (size_t i = 0; i < count; ++i) {
    acknowledgements[i] = acknowledged_[i];
    const auto sent = sent_.find(acknowledged_[i].token);
    CheckUnchanged(sent->first, sent->second);
    static constexpr const char* kWords[] = {"is delivered", "has failed", "is refused"};
    world_->story.Tell(site_->name, "{} {}", acknowledged_[i].token,
                       kWords[static_cast<size_t>(acknowledged_[i].status)]);
    if (acknowledged_[i].status != Acknowledgement::Status::kDelivered) {
      site_->watch->NotWritten(sent->second.facts);
    }
    sent_.erase(sent);
  }
  acknowledged_.erase(acknowledged_.begin(), acknowledged_.begin() + static_cast<ptrdiff_t>(count));
  return count;
}

void SimProducer::CheckUnchanged(DeliveryToken token, const Sent& sent) {
  if (HashOf(sent.output) == sent.hash) return;
  world_->story.Break("{}: record {} of {} has changed before its acknowledgement", site_->name,
                      token, world_->truth.PlanOf(sent.facts.input).origin);
}

size_t SimProducer::queued_count() const {
  size_t count = 0;
  for (const auto& queue : queues_)
    count += queue.size();
  return count;
}

bool SimProducer::HasRecordOf(int32_t partition) const {
  if (!exactly_once() || dead_) return false;
  return std::ranges::any_of(
      sent_, [&](const auto& sent) { return sent.second.facts.input.partition == partition; });
}

// --- Transactions --------------------------------------------------------------------------------

void SimProducer::Commit(uint64_t id, std::map<int32_t, StoredOffset> offsets) {
  if (end_.has_value()) world_->story.Break("{}: two ends of a transaction at once", site_->name);
  for (TopicId topic = 0; topic < queues_.size(); ++topic) {
    if (LeftBehind(topic)) {
      world_->story.Break("{}: commit {} begins while records for {} wait for a Flush", site_->name,
                          id, world_->logs.NameOf(topic));
    }
  }
  end_ = End{id,
             true,
             false,
             std::move(offsets),
             consumer_->member(),
             consumer_->static_instance(),
             consumer_->generation()};
  GoOnEnding();
}

void SimProducer::Abort(uint64_t id) {
  if (end_.has_value()) world_->story.Break("{}: two ends of a transaction at once", site_->name);
  world_->story.Tell(site_->name, "gives transaction up with abort {}", id);
  end_ = End{id, false, false, {}, {}, {}, 0};
  GoOnEnding();
}

void SimProducer::GoOnEnding() {
  if (!end_.has_value() || end_->sent || dead_) return;
  if (!end_->commit || doomed_) {
    for (auto& queue : queues_)
      queue.clear();
    end_->sent = true;
    PlanEnd(false);
  } else if (queued_count() == 0) {
    end_->sent = true;
    world_->timeline.After(world_->timeline.Latency(), lease_, [this] { SendOffsets(); });
  }
}

void SimProducer::SendOffsets() {
  if (!site_->process->reaches_brokers()) {
    world_->timeline.After(kAskAgainNs, lease_, [this] { SendOffsets(); });
    return;
  }
  if (!end_->offsets.empty()) {
    const Group::Standing standing =
        world_->group.Check(end_->member, end_->instance, end_->generation);
    if (standing != Group::Standing::kGood) {
      world_->story.Tell(site_->name, "offsets of commit {} are refused: an old generation",
                         end_->id);
      PlanEnd(false);
      return;
    }
    switch (world_->transactions.AddOffsets(site_->instance, epoch_, end_->offsets)) {
      case Transactions::Answer::kGood: break;
      case Transactions::Answer::kBusy:
        world_->timeline.After(kAskAgainNs, lease_, [this] { SendOffsets(); });
        return;
      case Transactions::Answer::kFenced: Die("the producer is fenced"); return;
    }
  }
  PlanEnd(true);
}

void SimProducer::PlanEnd(bool commit) {
  Timeline& timeline = world_->timeline;
  const bool lost = commit && timeline.Chance(world_->faults.commit_lost_per_mille);
  const bool unknown = commit && timeline.Chance(world_->faults.commit_unknown_per_mille);
  const bool slow = timeline.Chance(world_->faults.commit_slow_per_mille);
  timeline.After(timeline.Latency() + (slow ? timeline.Between(0, kSecond) : 0), lease_,
                 [this, commit, lost, unknown] { SendEnd(commit, lost, unknown); });
}

void SimProducer::SendEnd(bool commit, bool lost, bool unknown) {
  if (!site_->process->reaches_brokers()) {
    world_->timeline.After(kAskAgainNs, lease_, [=, this] { SendEnd(commit, lost, unknown); });
    return;
  }
  if (unknown && world_->timeline.Chance(500)) {
    Die("the request that ends the transaction is lost");
    return;
  }
  const bool commits = commit && !lost;
  if (world_->transactions.End(site_->instance, epoch_, commits) == Transactions::Answer::kFenced) {
    Die("the producer is fenced");
    return;
  }
  if (unknown) {
    Die("the answer to the end of the transaction is lost");
    return;
  }
  world_->timeline.After(world_->timeline.Latency(), lease_,
                         [this, commits] { AnswerEnd(commits, commits ? "" : "aborted"); });
}

void SimProducer::AnswerEnd(bool committed, std::string reason) {
  world_->story.Tell(site_->name, "learns that {} is {}", end_->id,
                     committed ? "committed" : "aborted");
  site_->Push(committed ? DeliveryEvent::Kind::kCommitted : DeliveryEvent::Kind::kCommitFailed,
              end_->id, std::move(reason));
  site_->events.back().ends_transaction = true;
}

void SimProducer::HandOutEnd() {
  for (const auto& [token, sent] : sent_)
    CheckUnchanged(token, sent);
  sent_.clear();
  doomed_ = false;
  end_.reset();
}

void SimProducer::Die(std::string why) {
  dead_ = true;
  site_->PushFatal(std::move(why));
}

// --- The end -------------------------------------------------------------------------------------

void SimProducer::Abandon() {
  for (auto& queue : queues_) {
    const size_t under_way = world_->timeline.Below(static_cast<uint32_t>(queue.size()) + 1);
    std::vector<OutputFacts> records;
    for (size_t i = 0; i < under_way; ++i)
      records.push_back(sent_.at(queue[i]).facts);
    queue.clear();
    if (records.empty() || dead_) continue;
    world_->timeline.After(
        world_->timeline.Latency(),
        [world = world_, records = std::move(records), id = site_->instance, epoch = epoch_] {
          for (const OutputFacts& facts : records) {
            if (!world->scenario.exactly_once()) {
              world->logs.Append(facts);
            } else {
              world->transactions.Append(id, epoch, facts);
            }
          }
        });
  }
}

void SimProducer::Close() {
  if (!exactly_once()) Abandon();
  if (exactly_once() && !dead_) world_->transactions.End(site_->instance, epoch_, false);
  for (auto& queue : queues_)
    queue.clear();
  dead_ = true;
  acknowledged_.clear();
  sent_.clear();
}

}  // namespace aslx::sim
