#include "tests/sim/sim_consumer.h"

#include <algorithm>
#include <utility>

namespace aslx::sim {
namespace {

constexpr int64_t kAskAgainNs = 50 * kMillisecond;

}  // namespace

void DeliverySite::Push(DeliveryEvent::Kind kind, uint64_t commit_id, std::string reason) {
  QueuedEvent& queued = events.emplace_back();
  queued.event.kind = kind;
  queued.event.commit_id = commit_id;
  queued.texts.push_back(std::move(reason));
  queued.event.reason = queued.texts.back();
  wake();
}

void DeliverySite::PushFatal(std::string reason) {
  world->story.Tell(name, "cannot go on: {}", reason);
  Push(DeliveryEvent::Kind::kFatal, 0, std::move(reason));
  events.back().event.failure = ErrorKind::kUnknownOutcome;
}

SimConsumer::SimConsumer(DeliverySite* site) : site_(site), world_(site->world) {
  if (world_->scenario.static_members) static_instance_ = site->instance;
  world_->timeline.After(world_->timeline.Latency(), lease_, [this] { Join(); });
  world_->timeline.After(world_->scenario.heartbeat_ns, lease_, [this] { Heartbeat(); });
}

SimConsumer::~SimConsumer() {
  for (HeldRecord* record : held_)
    delete record;
}

// --- The group -----------------------------------------------------------------------------------

void SimConsumer::Join() {
  if (state_ == State::kClosed) return;
  if (!site_->process->reaches_brokers()) {
    world_->timeline.After(kAskAgainNs, lease_, [this] { Join(); });
    return;
  }
  if (member_.empty()) {
    member_ = fmt::format("{}.{}.{}", site_->name, site_->process->incarnation, ++member_number_);
  }
  state_ = State::kJoining;
  const uint64_t number = ++join_number_;
  world_->group.Join(member_, static_instance_,
                     [this, number, life = lease_.watch()](int generation, auto partitions) {
                       if (life.expired() || number != join_number_) return;
                       if (state_ == State::kJoining) Assign(generation, partitions);
                     });
}

void SimConsumer::Assign(int generation, const std::vector<int32_t>& partitions) {
  if (!site_->process->reaches_brokers()) {
    world_->timeline.After(kAskAgainNs, lease_, [this, generation, partitions] {
      if (state_ == State::kJoining) Assign(generation, partitions);
    });
    return;
  }
  generation_ = generation;
  state_ = State::kFetching;
  world_->timeline.After(world_->timeline.Latency(), lease_,
                         [=, this] { FetchOffsets(generation, partitions); });
}

void SimConsumer::FetchOffsets(int generation, const std::vector<int32_t>& partitions) {
  if (state_ != State::kFetching || generation != generation_) return;
  const bool pending = std::ranges::any_of(
      partitions, [this](int32_t partition) { return world_->transactions.Pending(partition); });
  if (pending || !site_->process->reaches_brokers()) {
    world_->timeline.After(kAskAgainNs, lease_,
                           [=, this] { FetchOffsets(generation, partitions); });
    return;
  }
  // The group may have gone on while this one asked; then what it reads is not its own.
  if (world_->group.Check(member_, static_instance_, generation_) != Group::Standing::kGood) return;
  state_ = State::kStable;
  ++epoch_;
  if (partitions.empty()) return;
  QueuedEvent queued;
  queued.event.kind = DeliveryEvent::Kind::kAssigned;
  for (const int32_t partition : partitions) {
    uint32_t slot = 0;
    while (owned_.contains(slot))
      ++slot;
    const StoredOffset& stored = world_->group.Stored(partition);
    Owned& owned = owned_[slot];
    owned.partition = partition;
    owned.assignment = {slot, epoch_};
    const auto& log = world_->logs.EventsOf(partition);
    while (owned.position < log.size() && log[owned.position].offset < stored.offset)
      ++owned.position;
    owned.ready_ns = world_->timeline.now_ns() + world_->timeline.Latency();
    world_->timeline.After(owned.ready_ns - world_->timeline.now_ns(), lease_,
                           [this] { site_->wake(); });
    PartitionEvent told;
    told.assignment = owned.assignment;
    told.topic = kInputTopic;
    told.partition = partition;
    told.committed_offset = stored.offset;
    told.metadata = queued.texts.emplace_back(stored.metadata);
    queued.partitions.push_back(told);
    site_->watch->Assigned(partition);
    world_->story.Tell(site_->name, "is assigned partition {} at {} + `{}`, epoch {}", partition,
                       stored.offset, stored.metadata, epoch_);
  }
  site_->events.push_back(std::move(queued));
  site_->wake();
}

void SimConsumer::Heartbeat() {
  if (state_ == State::kClosed) return;
  world_->timeline.After(world_->scenario.heartbeat_ns, lease_, [this] { Heartbeat(); });
  if (state_ == State::kOut || !site_->process->reaches_brokers()) return;
  switch (world_->group.Heartbeat(member_, static_instance_, generation_)) {
    case Group::Standing::kGood: return;
    case Group::Standing::kFenced:
      state_ = State::kClosed;
      site_->PushFatal("another member has its static identity");
      return;
    case Group::Standing::kRebalancing:
      if (state_ == State::kStable) GiveBack(false);
      if (state_ == State::kFetching) Join();
      return;
    case Group::Standing::kOldGeneration:
      if (state_ == State::kStable) GiveBack(true);
      if (state_ == State::kFetching) Join();
      return;
    case Group::Standing::kUnknown:
      if (state_ == State::kGivingBack) return;
      member_.clear();
      state_ == State::kStable ? GiveBack(true) : Join();
      return;
  }
}

void SimConsumer::GiveBack(bool lost) {
  if (lost) member_.clear();
  if (owned_.empty()) {
    Join();
    return;
  }
  state_ = State::kGivingBack;
  QueuedEvent queued;
  queued.event.kind = lost ? DeliveryEvent::Kind::kLost : DeliveryEvent::Kind::kRevoked;
  for (const auto& [slot, owned] : owned_) {
    PartitionEvent told;
    told.assignment = owned.assignment;
    queued.partitions.push_back(told);
  }
  world_->story.Tell(site_->name, "{} {} partitions", lost ? "has lost" : "has to give back",
                     owned_.size());
  site_->events.push_back(std::move(queued));
  site_->wake();
}

void SimConsumer::ReleasePartitions(std::span<const Assignment> partitions) {
  for (const Assignment& assignment : partitions) {
    const Owned* const owned = Find(assignment);
    if (owned == nullptr) continue;
    world_->story.Tell(site_->name, "gives back partition {}", owned->partition);
    site_->watch->Released(owned->partition);
    owned_.erase(assignment.slot);
  }
  if (owned_.empty() && state_ == State::kGivingBack) Join();
}

void SimConsumer::Close() {
  // A static member only goes silent.
  if (static_instance_.empty() && !member_.empty() && site_->process->reaches_brokers()) {
    world_->group.Leave(member_);
  }
  state_ = State::kClosed;
}

// --- Records -------------------------------------------------------------------------------------

SimConsumer::Owned* SimConsumer::Find(Assignment assignment) {
  const auto found = owned_.find(assignment.slot);
  return found != owned_.end() && found->second.assignment == assignment ? &found->second : nullptr;
}

size_t SimConsumer::Poll(Assignment assignment, std::span<Record> records) {
  Owned* const owned = Find(assignment);
  if (owned == nullptr) {
    world_->story.Break("{}: reads of a partition that it gave back", site_->name);
    return 0;
  }
  const auto& log = world_->logs.EventsOf(owned->partition);
  const int64_t now_ns = world_->timeline.now_ns();
  if (now_ns < owned->ready_ns || site_->process->cut) return 0;
  size_t there = 0;
  while (there < records.size() && owned->position + there < log.size() &&
         log[owned->position + there].arrival_ns <= now_ns)
    ++there;
  if (there > 1 && world_->timeline.Chance(300)) {
    there = 1 + world_->timeline.Below(static_cast<uint32_t>(there));
  }
  for (size_t i = 0; i < there; ++i) {
    const InputId input{owned->partition, owned->position++};
    Hand(log[input.index], &records[i]);
    site_->watch->Polled(input);
  }
  if (world_->input_ends) TellEnd();
  if (there > 0) {
    world_->story.Tell(site_->name, "reads {} of partition {}, up to {}", there, owned->partition,
                       records[there - 1].offset);
  } else if (owned->position < log.size()) {
    world_->timeline.After(log[owned->position].arrival_ns - now_ns, lease_,
                           [this] { site_->wake(); });
  }
  return there;
}

/// Once, when everything has been handed out.
void SimConsumer::TellEnd() {
  const bool all = std::ranges::all_of(owned_, [this](const auto& owned) {
    return owned.second.position == world_->logs.EventsOf(owned.second.partition).size();
  });
  if (!all || std::exchange(told_end_, true)) return;
  site_->Push(DeliveryEvent::Kind::kEndOfInput, 0, {});
}

void SimConsumer::Hand(const InputPlan& plan, Record* record) {
  auto* const held = new HeldRecord{plan.key, plan.payload, plan.origin};
  held_.insert(held);
  *record = {};
  record->offset = plan.offset;
  record->timestamp_ms = 1'700'000'000'000 + plan.arrival_ns / kMillisecond;
  record->key = held->key;
  record->has_key = plan.has_key;
  record->payload = held->payload;
  record->is_tombstone = plan.deed == Deed::kTombstone;
  record->handle = held;
}

size_t SimConsumer::Headers(void* handle, std::span<Header> into) const {
  auto* const held = static_cast<HeldRecord*>(handle);
  if (!held_.contains(held)) {
    world_->story.Break("{}: headers of a record that was released", site_->name);
    return 0;
  }
  if (!into.empty()) into[0] = {kOriginHeader, held->origin, false};
  if (into.size() > 1) into[1] = {"empty", {}, true};
  return 2;
}

void SimConsumer::Release(void* handle) {
  auto* const held = static_cast<HeldRecord*>(handle);
  if (held_.erase(held) == 0) {
    world_->story.Break("{}: a record is released twice", site_->name);
    return;
  }
  // Whoever still reads it reads this.
  held->payload.assign(held->payload.size(), '#');
  held->key.assign(held->key.size(), '#');
  held->origin.assign(held->origin.size(), '#');
  delete held;
}

// --- Commits at least once -----------------------------------------------------------------------

std::map<int32_t, StoredOffset> SimConsumer::Translate(const CommitUnit& unit) {
  std::map<int32_t, StoredOffset> offsets;
  for (const CommitOffset& offset : unit.offsets) {
    const Owned* const owned = Find(offset.assignment);
    if (owned == nullptr) {
      world_->story.Break("{}: commits a partition that it gave back", site_->name);
      continue;
    }
    offsets[owned->partition] = {offset.offset, std::string(offset.metadata)};
    world_->story.Tell(site_->name, "commits partition {} at {} + `{}`", owned->partition,
                       offset.offset, offset.metadata);
  }
  return offsets;
}

void SimConsumer::Commit(const CommitUnit& unit) {
  SendCommit(unit.id, Translate(unit));
}

void SimConsumer::SendCommit(uint64_t id, std::map<int32_t, StoredOffset> offsets) {
  Timeline& timeline = world_->timeline;
  const bool lost = timeline.Chance(world_->faults.commit_lost_per_mille);
  // A broker answers for each partition: some may be stored though the commit as a whole failed.
  const bool partly = lost && timeline.Chance(500);
  const bool unknown = timeline.Chance(world_->faults.commit_unknown_per_mille);
  // The request is on its way, whatever becomes of the process.
  timeline.After(timeline.Latency(), [this, id, offsets = std::move(offsets), lost, partly, unknown,
                                      world = world_, name = site_->name, member = member_,
                                      instance = static_instance_, generation = generation_,
                                      life = lease_.watch()] {
    const bool alive = !life.expired();
    if (alive && site_->process->cut) {
      world->timeline.After(kAskAgainNs, lease_, [this, id] {
        site_->Push(DeliveryEvent::Kind::kCommitFailed, id, "no broker can be reached");
      });
      return;
    }
    const bool refused = world->group.Check(member, instance, generation) != Group::Standing::kGood;
    world->story.Tell(name, "commit {}{}{}{}", id, refused ? " is refused" : "",
                      lost ? (partly ? " is stored in part" : " is lost") : "",
                      unknown ? " loses its answer" : "");
    if (!refused) {
      for (const auto& [partition, offset] : offsets) {
        if (!lost || (partly && world->timeline.Chance(500))) world->group.Store(partition, offset);
      }
    }
    if (!alive) return;
    const bool good = !lost && !refused && !unknown;
    world->timeline.After(world->timeline.Latency(), lease_, [this, id, good] {
      site_->Push(good ? DeliveryEvent::Kind::kCommitted : DeliveryEvent::Kind::kCommitFailed, id,
                  good ? "" : "the commit failed, or its answer was lost");
    });
  });
}

}  // namespace aslx::sim
