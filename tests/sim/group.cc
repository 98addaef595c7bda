#include "tests/sim/group.h"

#include <algorithm>
#include <utility>

namespace aslx::sim {
namespace {

// How often the coordinator looks for members that were not heard of.
constexpr int64_t kSessionCheckNs = 250 * kMillisecond;

}  // namespace

Group::Group(const Scenario& scenario, Timeline* timeline, Story* story, Truth* truth)
    : scenario_(scenario), timeline_(timeline), story_(story), truth_(truth) {
  offsets_.resize(scenario.inputs.size());
  timeline_->After(kSessionCheckNs, [this] { ExpireSessions(); });
}

void Group::Join(const std::string& member, const std::string& instance, Response response) {
  if (!instance.empty()) {
    const auto former = std::ranges::find_if(members_, [&](const auto& known) {
      return known.second.instance == instance && known.first != member;
    });
    if (former != members_.end()) {
      story_->Tell("group", "{} takes the place of {}", member, former->first);
      fenced_.insert(former->first);
      auto node = members_.extract(former);
      node.key() = member;
      members_.insert(std::move(node));
      members_[member].heard_ns = timeline_->now_ns();
      if (!rebalancing_) {
        timeline_->After(timeline_->Latency(), [answer = std::move(response), this, member] {
          const auto known = members_.find(member);
          if (known != members_.end()) answer(generation_, known->second.partitions);
        });
        return;
      }
    }
  }
  Member& known = members_[member];
  known.instance = instance;
  known.heard_ns = timeline_->now_ns();
  known.joined = true;
  known.response = std::move(response);
  story_->Tell("group", "{} joins", member);
  if (!rebalancing_) {
    Rebalance("a member joins");
    known.joined = true;
  }
  CompleteWhenJoined();
}

void Group::Leave(const std::string& member) {
  if (members_.contains(member)) Remove(member, "leaves");
}

Group::Standing Group::Heartbeat(const std::string& member, const std::string& instance,
                                 int generation) {
  const Standing standing = Check(member, instance, generation);
  if (const auto known = members_.find(member); known != members_.end()) {
    known->second.heard_ns = timeline_->now_ns();
    if (standing == Standing::kGood && rebalancing_ && !known->second.joined) {
      return Standing::kRebalancing;
    }
  }
  return standing;
}

Group::Standing Group::Check(const std::string& member, const std::string& instance,
                             int generation) const {
  if (!instance.empty() && fenced_.contains(member)) return Standing::kFenced;
  if (!members_.contains(member)) return Standing::kUnknown;
  return generation == generation_ ? Standing::kGood : Standing::kOldGeneration;
}

void Group::Store(int32_t partition, const StoredOffset& offset) {
  offsets_[static_cast<size_t>(partition)] = offset;
  truth_->Commit(partition, offset.offset, offset.metadata);
}

void Group::Rebalance(std::string_view why) {
  if (rebalancing_ || members_.empty()) return;
  story_->Tell("group", "rebalances after generation {}: {}", generation_, why);
  rebalancing_ = true;
  for (auto& [id, member] : members_)
    member.joined = false;
  const int generation = generation_;
  timeline_->After(scenario_.rebalance_timeout_ns, [this, generation] {
    if (!rebalancing_ || generation != generation_) return;
    std::vector<std::string> late;
    for (const auto& [id, member] : members_) {
      if (!member.joined) late.push_back(id);
    }
    for (const std::string& id : late)
      Remove(id, "has not joined in time");
    CompleteWhenJoined();
  });
}

void Group::ExpireSessions() {
  std::vector<std::string> silent;
  for (const auto& [id, member] : members_) {
    if (timeline_->now_ns() - member.heard_ns > scenario_.session_timeout_ns) silent.push_back(id);
  }
  for (const std::string& id : silent)
    Remove(id, "was not heard of for the session time-out");
  timeline_->After(kSessionCheckNs, [this] { ExpireSessions(); });
}

void Group::Remove(const std::string& member, std::string_view why) {
  story_->Tell("group", "{} is out: it {}", member, why);
  members_.erase(member);
  Rebalance("a member is gone");
  CompleteWhenJoined();
}

void Group::CompleteWhenJoined() {
  if (!rebalancing_) return;
  const bool all = std::ranges::all_of(members_, [](const auto& m) { return m.second.joined; });
  if (all) Complete();
}

void Group::Complete() {
  rebalancing_ = false;
  ++generation_;
  const auto partitions = static_cast<int32_t>(offsets_.size());
  const auto count = static_cast<int32_t>(members_.size());
  if (count == 0) return;
  int32_t place = 0;
  for (auto& [id, member] : members_) {
    // By range: the first ones get one more each.
    const int32_t extra = partitions % count;
    const int32_t first = place * (partitions / count) + std::min(place, extra);
    const int32_t last = first + partitions / count + (place < extra ? 1 : 0);
    ++place;
    member.joined = false;
    member.partitions.clear();
    for (int32_t partition = first; partition < last; ++partition)
      member.partitions.push_back(partition);
    story_->Tell("group", "generation {}: {} has {} partitions from {} on", generation_, id,
                 last - first, first);
    timeline_->After(timeline_->Latency(),
                     [answer = std::exchange(member.response, nullptr), generation = generation_,
                      assigned = member.partitions] { answer(generation, assigned); });
  }
}

}  // namespace aslx::sim
