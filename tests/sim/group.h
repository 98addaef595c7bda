// The consumer group as its coordinator sees it: members, generations, committed offsets.
//
// Eager: at a rebalance everyone gives back all it has and joins again. A member that was not heard
// of for the session time-out is thrown out, and learns of it when it next asks. A static member
// that comes back takes its partitions over at once, and fences whoever had its identity before.
// What it is not: a member (group_member.h). Who uses it: members and transactions; every call is a
// request that has arrived.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/sim/scenario.h"
#include "tests/sim/story.h"
#include "tests/sim/truth.h"

namespace aslx::sim {

struct StoredOffset {
  int64_t offset = -1;
  std::string metadata;
};

class Group {
 public:
  enum class Standing : uint8_t {
    kGood,
    kRebalancing,  // give everything back and join again
    kOldGeneration,
    kUnknown,  // thrown out
    kFenced,   // another has its static identity
  };
  using Response = std::function<void(int generation, std::vector<int32_t> partitions)>;

  Group(const Scenario& scenario, Timeline* timeline, Story* story, Truth* truth);
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;

  /// `instance` is empty for dynamic members. The response comes when the generation is complete.
  void Join(const std::string& member, const std::string& instance, Response response);
  void Leave(const std::string& member);
  Standing Heartbeat(const std::string& member, const std::string& instance, int generation);
  /// May this member commit in this generation?
  Standing Check(const std::string& member, const std::string& instance, int generation) const;

  /// An offset becomes the committed one.
  void Store(int32_t partition, const StoredOffset& offset);
  const StoredOffset& Stored(int32_t partition) const {
    return offsets_[static_cast<size_t>(partition)];
  }

  /// Whatever the reason: everyone has to join again.
  void Rebalance(std::string_view why);

 private:
  struct Member {
    std::string instance;
    int64_t heard_ns = 0;
    bool joined = false;
    Response response;
    std::vector<int32_t> partitions;
  };

  void ExpireSessions();
  void CompleteWhenJoined();
  void Complete();
  void Remove(const std::string& member, std::string_view why);

  const Scenario& scenario_;
  Timeline* timeline_;
  Story* story_;
  Truth* truth_;
  std::map<std::string, Member> members_;
  std::set<std::string> fenced_;
  std::vector<StoredOffset> offsets_;
  int generation_ = 0;
  bool rebalancing_ = false;
};

}  // namespace aslx::sim
