#include "pipeline/flow/flow.h"

#include <algorithm>
#include <utility>

#include "runtime/base/check.h"

namespace aslx {
namespace {

constexpr std::string_view kRoleArn = "arn:aws:iam::000000000000:role/aslx";
constexpr int64_t kNsPerMs = 1'000'000;
// Of the drain limit, so much for executions, then for acknowledgements and the last commit; what
// is left is for closing the Delivery.
constexpr int64_t kDrainExecutionsPercent = 70;
constexpr int64_t kDrainCommitPercent = 90;
// When outputs are waiting and the Delivery is full, look again this much later.
constexpr int64_t kBlockedNs = kNsPerMs;
// Dead letters that were refused so often at the end of the input will not go through any more.
constexpr uint32_t kHeldRoundsMax = 5;

}  // namespace

Flow::Flow(const FlowParts& parts)
    : spec_(*parts.spec),
      exactly_once_(parts.spec->guarantee == Guarantee::kExactlyOnce),
      program_(parts.program),
      delivery_(parts.delivery),
      counters_(*parts.counters),
      latency_(&counters_.latency),
      event_age_(&counters_.event_age),
      journal_(parts.journal),
      listener_(parts.listener),
      lanes_(&inputs_),
      outbox_(exactly_once_),
      writer_(parts.delivery, &outbox_, parts.spec->machine_name),
      worker_(parts.worker, parts.completions, parts.gateway, this),
      context_use_(FindContextUse(*parts.program)) {
  // No account stands behind these; the form is the service's, so that machines can take it apart.
  machine_arn_ = "arn:aws:states:us-east-1:000000000000:stateMachine:" + spec_.machine_name;
  arn_prefix_ = "arn:aws:states:us-east-1:000000000000:express:" + spec_.machine_name + ":";
  execution_info_.arn_prefix = arn_prefix_;
  execution_info_.role_arn = kRoleArn;
  execution_info_.state_machine_id = machine_arn_;
  execution_info_.state_machine_name = spec_.machine_name;
}

Flow::~Flow() {
  worker_.AbortAll();
  for (uint32_t i = 0; i < inputs_.size(); ++i) {
    if (inputs_.At(i).used) ReleaseRecord(inputs_.At(i));
  }
}

Result<std::unique_ptr<Flow>> Flow::Create(const FlowParts& parts) {
  std::unique_ptr<Flow> flow(new Flow(parts));
  auto router = Router::Create(*parts.spec, *parts.program, parts.delivery);
  if (!router) return tl::unexpected<Error>(router.error());
  flow->router_ = std::move(*router);
  const DeadLetterSpec& dead_letters = parts.spec->dead_letters;
  if (dead_letters.action == DeadLetterSpec::Action::kWrite) {
    flow->dead_letter_topic_ = parts.delivery->OpenTopic(dead_letters.topic);
    if (flow->dead_letter_topic_ == kNoTopic) {
      return Fail(ErrorKind::kConfiguration, parts.spec->PlaceOf("dead_letters") + ": pipeline '" +
                                                 parts.spec->name + "', dead letters: '" +
                                                 dead_letters.topic + "' cannot be written to");
    }
  }
  return flow;
}

TurnStatus Flow::Turn(int64_t now_ns, int64_t wall_ns) {
  if (phase_ == Phase::kFinished) return Status();
  now_ns_ = now_ns;
  wall_ns_ = wall_ns;
  progress_ = false;
  worker_.SetTime(now_ns, wall_ns);
  TakeEvents();
  TakeAcknowledgements();
  worker_.Turn();
  StartWaiting();
  ReadRecords();
  worker_.Settle();
  StartWaiting();
  AdvanceDeferred();
  Send();
  if (!stop_reason_.empty()) FailWith(ErrorKind::kData, std::exchange(stop_reason_, {}));
  AbortWhenWanted();
  AdvanceRelease();
  AdvanceRevocation();
  CommitWhenDue();
  Advance();
  ShowCounters();
  return Status();
}

void Flow::Drain() {
  if (phase_ == Phase::kRunning || phase_ == Phase::kEnding) phase_ = Phase::kDraining;
}

void Flow::TakeEvents() {
  DeliveryEvent event;
  while (phase_ != Phase::kFinished && delivery_->NextEvent(&event)) {
    progress_ = true;
    switch (event.kind) {
      case DeliveryEvent::Kind::kAssigned:
        for (const PartitionEvent& partition : event.partitions)
          Assign(partition);
        break;
      case DeliveryEvent::Kind::kRevoked: BeginRevocation(event); break;
      case DeliveryEvent::Kind::kLost: {
        std::vector<Assignment> lost;
        for (const PartitionEvent& partition : event.partitions)
          lost.push_back(partition.assignment);
        Release(lost);
        break;
      }
      case DeliveryEvent::Kind::kCommitted: EndCommit(event.commit_id, true); break;
      case DeliveryEvent::Kind::kCommitFailed:
        Warn("a commit failed and is made anew", event.reason);
        EndCommit(event.commit_id, false);
        break;
      case DeliveryEvent::Kind::kEndOfInput:
        if (phase_ == Phase::kRunning) phase_ = Phase::kEnding;
        break;
      case DeliveryEvent::Kind::kWarning: Warn({}, event.reason); break;
      case DeliveryEvent::Kind::kFatal:
        FailWith(event.failure, std::string(event.reason));
        Finish();
        break;
    }
  }
}

void Flow::Advance() {
  switch (phase_) {
    case Phase::kRunning:
    case Phase::kFinished: return;
    case Phase::kDraining: AdvanceDrain(); break;
    case Phase::kEnding:
      if (inputs_.used_count() == 0) {
        phase_ = Phase::kClosing;
      } else if (held_count_ == inputs_.used_count() && retry_rounds_ > kHeldRoundsMax) {
        FailWith(ErrorKind::kUnavailable,
                 "pipeline `" + spec_.name + "`: " + std::to_string(held_count_) +
                     " records can be neither processed nor written to the dead letters `" +
                     spec_.dead_letters.topic + "`; their offsets were not committed");
      }
      break;
    case Phase::kClosing: break;
  }
  if (phase_ == Phase::kClosing) AdvanceClosing();
}

void Flow::AdvanceDrain() {
  if (drain_deadline_ns_ == INT64_MAX) {
    const int64_t limit_ns = spec_.drain_limit_ms * kNsPerMs;
    drain_deadline_ns_ = now_ns_ + limit_ns / 100 * kDrainExecutionsPercent;
    close_deadline_ns_ = now_ns_ + limit_ns / 100 * kDrainCommitPercent;
  }
  if (inputs_.used_count() == 0) phase_ = Phase::kClosing;
  if (now_ns_ < drain_deadline_ns_) return;
  if (!std::exchange(executions_stopped_, true)) {
    for (const auto& partition : partitions_) {
      if (partition != nullptr) StopExecutions(*partition);
    }
  }
  // What is with the Delivery may still be acknowledged, within the rest of the limit.
  if (outbox_.entry_count() == 0 || now_ns_ >= close_deadline_ns_) phase_ = Phase::kClosing;
}

void Flow::AdvanceClosing() {
  if (close_deadline_ns_ == INT64_MAX) {
    close_deadline_ns_ = now_ns_ + spec_.drain_limit_ms * kNsPerMs;
  }
  if (now_ns_ < close_deadline_ns_) {
    if (commit_under_way_ || !CanCommit()) return;
    // What was sent may still be acknowledged; dead letters that are refused never are.
    if (!exactly_once_ && outbox_.entry_count() > held_count_) return;
    // One that fails is built anew until the limit, at the pace of the interval.
    if (now_ns_ < next_commit_ns_ && last_commit_failed_) return;
    if (StartCommit()) return;
  }
  if (exactly_once_ && commit_under_way_ && !abort_wanted_) {
    FailWith(ErrorKind::kUnknownOutcome,
             "pipeline `" + spec_.name +
                 "`: the drain limit passed while a transaction was being committed; whether it is "
                 "committed is not known");
  }
  Finish();
}

void Flow::Finish() {
  if (std::exchange(phase_, Phase::kFinished) == Phase::kFinished) return;
  worker_.AbortAll();
  ShowCounters();
  if (listener_ != nullptr) listener_->OnFinished(failure());
  delivery_->Close();
}

void Flow::FailWith(ErrorKind kind, std::string message) {
  if (failed_) return;
  failed_ = true;
  failure_ = {kind, std::move(message)};
  // What is done is still committed; what is not stays where it is.
  if (phase_ == Phase::kFinished) return;
  for (const auto& partition : partitions_) {
    if (partition != nullptr) StopExecutions(*partition);
  }
  executions_stopped_ = true;
  phase_ = Phase::kClosing;
}

void Flow::ShowCounters() {
  latency_.Flush();
  event_age_.Flush();
  counters_.in_flight.Set(inputs_.used_count());
  counters_.in_flight_bytes.Set(in_flight_bytes_);
  counters_.held.Set(held_count_);
  counters_.outbox_bytes.Set(outbox_.bytes());
  counters_.executions.Set(worker_.execution_count());
  counters_.tasks.Set(worker_.tasks_in_flight());
  counters_.late_answers.Set(worker_.late_count());
  counters_.state_retries.Set(worker_.retry_count());
  counters_.arena_blocks.Set(worker_.pool().taken_count());
  counters_.arena_blocks_kept.Set(worker_.pool().kept_count());
}

void Flow::Warn(std::string_view what, std::string_view reason) {
  counters_.warnings.Add();
  if (listener_ != nullptr) listener_->OnWarning(what, reason);
}

TurnStatus Flow::Status() const {
  TurnStatus status;
  status.finished = phase_ == Phase::kFinished;
  if (status.finished) return status;
  status.busy = progress_ || worker_.busy() || (!startable_.empty() && worker_.capacity() > 0);
  status.next_due_ns = std::min({worker_.NextDueNs(), retry_at_ns_, RevocationDueNs()});
  if (outbox_.has_queued() && now_ns_ < transaction_after_ns_) {
    status.next_due_ns = std::min(status.next_due_ns, transaction_after_ns_);
  }
  if (sending_blocked_) status.next_due_ns = std::min(status.next_due_ns, now_ns_ + kBlockedNs);
  const bool uncommitted = std::ranges::any_of(
      partitions_, [](const auto& partition) { return partition && partition->changed; });
  if (!commit_under_way_ && uncommitted && CanCommit()) {
    status.next_due_ns = std::min(status.next_due_ns, next_commit_ns_);
  }
  if (phase_ == Phase::kDraining && !executions_stopped_) {
    status.next_due_ns = std::min(status.next_due_ns, drain_deadline_ns_);
  }
  if (phase_ != Phase::kRunning) {
    status.next_due_ns = std::min(status.next_due_ns, close_deadline_ns_);
  }
  return status;
}

}  // namespace aslx
