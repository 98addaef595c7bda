#include "tests/sim/sim_tasks.h"

#include <algorithm>
#include <utility>

#include "tests/sim/machine.h"

namespace aslx::sim {

void SimTasks::Submit(const TaskRequest& request) {
  if (!process_->Call() || !journal_->current().has_value()) return;
  const InputId input = *journal_->current();
  const InputPlan& plan = world_->truth.PlanOf(input);
  const SuspensionToken token = request.token;
  waiting_[CallOf(token)] = {input, request.deadline_ns, request.deadline_ns};
  watch_->TaskBegan(input);
  const uint32_t attempt = ++attempts_[{token.execution, token.generation}];
  // On the fastest clock an answer is still in time, so that an event's outcome is always the same.
  int64_t delay_ns = world_->timeline.Between(0, 200 * kMillisecond);
  if (world_->timeline.Chance(150)) delay_ns = world_->timeline.Between(0, 5 * kSecond);
  if (world_->timeline.Chance(100)) delay_ns = 0;
  if (plan.deed == Deed::kBeat) {
    waiting_[CallOf(token)].beaten = true;
    delay_ns += world_->timeline.Between(0, 10 * kSecond);
    const bool goes_on = plan.answer != Answer::kNever && plan.answer != Answer::kLate;
    Beat(token, goes_on ? INT64_MAX : world_->timeline.now_ns() + delay_ns);
  }
  switch (plan.answer) {
    case Answer::kGood: Plan(token, input, delay_ns, nullptr); return;
    case Answer::kBad: Plan(token, input, delay_ns, "Sim.Bad"); return;
    case Answer::kPassing:
      Plan(token, input, delay_ns, attempt == 1 ? "Sim.Passing" : nullptr);
      return;
    case Answer::kCaught: Plan(token, input, delay_ns, "Sim.Caught"); return;
    case Answer::kNever: return;
    case Answer::kLate: break;
  }
  // Behind the last time-out on the slowest clock, and one that has stood still.
  const int64_t late_s =
      plan.deed == Deed::kRetry ? 4 * kRetriedTaskTimeoutSeconds : 2 * kTaskTimeoutSeconds;
  Plan(token, input, late_s * kSecond + delay_ns, nullptr);
}

/// In time, on the fastest clock and however long a thread takes to come back.
void SimTasks::Beat(SuspensionToken token, int64_t until_ns) {
  const int64_t delay_ns = world_->timeline.Between(kSecond / 2, kHeartbeatSeconds * kSecond / 2);
  world_->timeline.After(delay_ns, lease_, [this, token, until_ns] {
    const auto waiting = waiting_.find(CallOf(token));
    if (waiting == waiting_.end() || world_->timeline.now_ns() > until_ns) return;
    waiting->second.beaten = true;
    completions_->Push(Completion::Heartbeat(token));
    wake_();
    Beat(token, until_ns);
  });
}

void SimTasks::Plan(SuspensionToken token, InputId input, int64_t delay_ns, const char* error) {
  world_->timeline.After(delay_ns, lease_, [this, token, input, error] {
    const std::string& origin = world_->truth.PlanOf(input).origin;
    const bool waits = waiting_.erase(CallOf(token)) > 0;
    if (waits) {
      watch_->TaskEnded(input);
      world_->truth.Executed(input);
    }
    world_->story.Tell("tasks", "answer {} with {}{}", origin, error != nullptr ? error : "success",
                       waits ? "" : ", for which nobody waits");
    const std::string output = fmt::format(R"({{"for":"{}"}})", origin);
    TaskOutcome outcome;
    outcome.succeeded = error == nullptr;
    outcome.has_error = error != nullptr;
    if (error != nullptr) outcome.error = error;
    if (outcome.succeeded) outcome.output = output;
    completions_->Push(Completion::Answer(token, outcome));
    wake_();
  });
}

void SimTasks::Cancel(SuspensionToken token) {
  const auto waiting = waiting_.find(CallOf(token));
  if (waiting == waiting_.end()) return;
  watch_->TaskEnded(waiting->second.input);
  waiting_.erase(waiting);
}

void SimTasks::CheckDeadlines(int64_t mono_ns) {
  for (auto& [call, waiting] : waiting_) {
    if (std::exchange(waiting.beaten, false)) {
      waiting.deadline_ns = std::min(waiting.latest_ns, mono_ns + kHeartbeatSeconds * kSecond);
    }
    if (waiting.deadline_ns + 2 * kMillisecond > mono_ns) continue;
    world_->story.Break("{} still waits for its task {} ms after the deadline",
                        world_->truth.PlanOf(waiting.input).origin,
                        (mono_ns - waiting.deadline_ns) / kMillisecond);
  }
}

}  // namespace aslx::sim
