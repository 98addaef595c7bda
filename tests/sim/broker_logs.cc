#include "tests/sim/broker_logs.h"

#include <algorithm>
#include <map>

namespace aslx::sim {

TopicId BrokerLogs::Open(std::string_view name) {
  const auto known = std::ranges::find(topics_, name, &Topic::name);
  if (known != topics_.end()) return static_cast<TopicId>(known - topics_.begin());
  topics_.push_back({std::string(name), false, {}});
  return static_cast<TopicId>(topics_.size() - 1);
}

void BrokerLogs::Refuse(TopicId topic, bool on) {
  topics_[topic].refuses = on;
  if (on) truth_->Refused();
}

void BrokerLogs::Append(const OutputFacts& output) {
  topics_[output.topic].log.push_back({output, Fate::kVisible});
  truth_->Appear(output);
}

size_t BrokerLogs::AppendUndecided(const OutputFacts& output) {
  std::vector<Entry>& log = topics_[output.topic].log;
  log.push_back({output, Fate::kUndecided});
  return log.size() - 1;
}

void BrokerLogs::Decide(TopicId topic, size_t at, bool committed) {
  Entry& entry = topics_[topic].log[at];
  entry.fate = committed ? Fate::kVisible : Fate::kAborted;
  if (committed) truth_->Appear(entry.output);
}

void BrokerLogs::CheckOrder() {
  for (const Topic& topic : topics_) {
    std::map<std::string, int64_t> newest;  // by lane
    std::map<InputId, bool> seen;
    for (const Entry& entry : topic.log) {
      if (entry.fate == Fate::kUndecided) {
        story_->Break("{}: a transaction is left open at the end", topic.name);
      }
      const InputId input = entry.output.input;
      if (entry.fate != Fate::kVisible || !seen.emplace(input, true).second) continue;
      if (!scenario_.is_ordered() || may_be_overtaken_.contains(input)) continue;
      const InputPlan& plan = truth_->PlanOf(input);
      std::string lane = std::to_string(input.partition);
      if (scenario_.spec.ordering == Ordering::kKey) lane += plan.has_key ? "/" + plan.key : "";
      const auto [last, is_new] = newest.emplace(lane, input.index);
      if (!is_new && last->second > input.index) {
        story_->Break("{}: {} appears first behind {}/{}, which comes after it in its lane",
                      topic.name, plan.origin, input.partition, last->second);
      }
      last->second = input.index;
    }
  }
}

}  // namespace aslx::sim
