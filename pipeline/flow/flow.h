// One pipeline on one worker: reads records, runs an execution for each, writes what comes of it,
// and commits what is done. Nothing is lost, and nothing is skipped in silence.
//
// What it is: all policy of a pipeline, as a deterministic function of what its Delivery shows it,
// the answers of tasks, the time and a seed. What it is not: aware of Kafka, files, sockets,
// threads or clocks; the simulator runs exactly this. Who uses it: pipeline/cli builds one a
// worker, the engine turns it. Thread: the worker's. Memory: see InputTable, Outbox and Worker.
//
// Files: flow.cc (a Turn, the end), flow_input.cc (partitions, records, starting executions),
// flow_output.cc (outcomes, sending, acknowledgements), flow_commit.cc (commits, revocation),
// flow_transaction.cc (what exactly once does otherwise).
#pragma once

#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/flow/delivery.h"
#include "pipeline/flow/flow_counters.h"
#include "pipeline/flow/flow_listener.h"
#include "pipeline/flow/input_record.h"
#include "pipeline/flow/lane_table.h"
#include "pipeline/flow/outbox.h"
#include "pipeline/flow/output_writer.h"
#include "pipeline/flow/partition.h"
#include "pipeline/flow/pipeline_spec.h"
#include "pipeline/flow/poison_journal.h"
#include "pipeline/flow/record_context.h"
#include "pipeline/flow/router.h"
#include "runtime/worker/engine.h"
#include "runtime/worker/worker.h"

namespace aslx {

/// What a Flow is built of; everything outlives it.
struct FlowParts {
  const PipelineSpec* spec = nullptr;
  std::shared_ptr<const Program> program;
  Delivery* delivery = nullptr;
  TaskGateway* gateway = nullptr;
  CompletionQueue* completions = nullptr;
  FlowCounters* counters = nullptr;
  PoisonJournal* journal = nullptr;  // null: poison records are not recognised
  WorkerOptions worker;
  FlowListener* listener = nullptr;  // null: nobody is told
};

/// Invariant: every record received and not done is in the ledger of its partition. At least once
/// it leaves it when all records of its outcome are acknowledged, or it has none. Exactly once the
/// ledger is what the next commit will say: a record leaves it when its outcome is in the outbox,
/// all of which goes into the transaction of that commit.
class Flow final : public CoreTask, private ExecutionListener {
 public:
  /// Checks the routes against the program and opens the topics; the error says what does not fit.
  static Result<std::unique_ptr<Flow>> Create(const FlowParts& parts);
  ~Flow() override;

  TurnStatus Turn(int64_t now_ns, int64_t wall_ns) override;
  /// Reads nothing more, waits for what is in flight up to the drain limit, commits, finishes.
  void Drain() override;
  const Error* failure() const override { return failed_ ? &failure_ : nullptr; }

 private:
  enum class Phase : uint8_t {
    kRunning,
    kDraining,  // asked to stop: a limit of time
    kEnding,    // end of input: as long as it takes
    kClosing,   // the last commit
    kFinished,
  };
  static constexpr uint32_t kRecordsPerPoll = 128;
  static constexpr uint32_t kRecordsPerTurn = 512;

  explicit Flow(const FlowParts& parts);

  // flow.cc
  void TakeEvents();
  void Advance();
  void AdvanceDrain();
  void AdvanceClosing();
  void Finish();
  void FailWith(ErrorKind kind, std::string message);
  void ShowCounters();
  void Warn(std::string_view what, std::string_view reason);
  TurnStatus Status() const;

  // flow_input.cc
  void Assign(const PartitionEvent& event);
  void ReadRecords();
  bool MayRead() const;
  uint32_t WindowRoom() const;
  uint32_t RoomOf(const Partition& partition) const;
  void Receive(Partition& partition, const Record& record);
  void Rewind(Partition& partition, int64_t offset);
  bool RefuseDamaged(InputRecord& input);
  bool RefusePoison(Partition& partition, InputRecord& input);
  void Execute(InputRecord& input);
  const RecordMetadata& DescribeRecord(const InputRecord& input);
  void StartWaiting();
  void Detach(InputRecord& input);
  static uint64_t LaneOfPartition(const Partition& partition);
  static uint64_t LaneOfKey(const Partition& partition, const InputRecord& input);
  void ReleaseRecord(InputRecord& input);
  void GiveBack(InputRecord& input);

  // flow_output.cc
  void OnEnded(uint64_t user, Execution& execution) override;
  std::string_view OnDetached(uint64_t user) override;
  void BeforeRun(uint64_t user) override;
  void AfterRun() override;
  void WriteSuccess(InputRecord& input, Execution& execution);
  void WriteFailure(InputRecord& input, const Failure& failure);
  void Conclude(InputRecord& input);
  void LeaveLane(InputRecord& input);
  void LeaveLedger(InputRecord& input);
  void Settle(InputRecord& input);
  void MeasureLatency(const InputRecord& input);
  void Hold(InputRecord& input, std::string_view reason);
  void Send();
  void SendQueued();
  void TakeAcknowledgements();
  void Foresee(std::span<const DeliveryToken> tokens, size_t at);
  void Deliver(DeliveryToken token);
  void Acknowledge(const Acknowledgement& acknowledgement);
  void ReplaceResults(InputRecord& input, std::string_view reason);
  void Redeliver(DeliveryToken token);
  void Redeliver(DeliveryToken token, int64_t delay_ns);
  void Forgo(DeliveryToken token);

  // flow_commit.cc
  bool CommitIsUrgent() const;
  void CommitWhenDue();
  bool StartCommit();
  void ForgetCommitted(Partition& partition);
  void EndCommit(uint64_t id, bool durable);
  void ForgetSuspects(Partition& partition, int64_t from, int64_t to);
  void BeginRevocation(const DeliveryEvent& event);
  void AdvanceRevocation();
  int64_t RevocationDueNs() const;
  void StopExecutions(Partition& partition);
  void Disown(Partition& partition);
  void Release(std::span<const Assignment> assignments);
  void AdvanceRelease();

  // flow_transaction.cc
  bool CanCommit() const;
  bool MayLeaveLedger(InputRecord& input);
  void Defer(InputRecord& input);
  void AdvanceDeferred();
  void DiscardDeferred(Partition& partition);
  void DisownUnderWay(const Partition& partition);
  void AcknowledgeInTransaction(const Acknowledgement& acknowledgement);
  void ReturnToLedger(InputRecord& input);
  bool MayNotProduce() const;
  void AbortWhenWanted();
  void EndTransaction(bool durable);
  void DeliverSent();
  void SendAgain();
  bool PostponeCommit();
  void DeferWhatDoesNotFit();

  Partition* Find(Assignment assignment);
  Partition& PartitionOf(const InputRecord& input) { return *partitions_[input.assignment.slot]; }

  const PipelineSpec& spec_;
  const bool exactly_once_;
  std::shared_ptr<const Program> program_;
  Delivery* delivery_;
  FlowCounters& counters_;
  DurationRun latency_;
  DurationRun event_age_;
  PoisonJournal* journal_;
  FlowListener* listener_;
  InputTable inputs_;
  LaneTable lanes_;
  Outbox outbox_;
  OutputWriter writer_;
  std::unique_ptr<Router> router_;
  TopicId dead_letter_topic_ = kNoTopic;
  Worker worker_;
  ContextUse context_use_;
  ExecutionInfo execution_info_;
  std::string arn_prefix_;  // of executions
  std::string machine_arn_;
  RecordContext record_context_;

  int64_t now_ns_ = 0;
  int64_t wall_ns_ = 0;
  bool progress_ = false;  // this Turn did something: another one is worth while
  std::vector<std::unique_ptr<Partition>> partitions_;  // by slot
  uint32_t next_partition_ = 0;                         // where reading goes on
  std::vector<uint32_t> startable_;                     // inputs whose turn has come
  std::array<Record, kRecordsPerPoll> polled_;
  std::array<Acknowledgement, kRecordsPerPoll> acknowledged_;
  std::vector<DeliveryToken> tokens_;  // that are being settled
  uint64_t in_flight_bytes_ = 0;
  uint32_t unfinished_count_ = 0;   // in a ledger
  uint32_t uncommitted_count_ = 0;  // of all partitions
  uint32_t held_count_ = 0;
  std::string text_;  // of causes

  int64_t retry_at_ns_ = INT64_MAX;  // when failed outputs are produced again
  uint32_t retry_rounds_ = 0;        // without a delivery between them
  bool sending_blocked_ = false;

  uint64_t last_commit_id_ = 0;
  bool commit_under_way_ = false;
  bool last_commit_failed_ = false;
  /// Exactly once: something that was sent must not be committed.
  bool abort_wanted_ = false;
  uint32_t failed_transactions_ = 0;  // since the last that was committed
  int64_t transaction_after_ns_ = 0;  // nothing is sent before
  int64_t commit_began_ns_ = 0;
  int64_t next_commit_ns_ = 0;
  std::vector<CommitOffset> commit_offsets_;

  std::vector<Assignment> revoking_;
  int64_t revoke_stop_ns_ = 0;      // after it executions are ended
  int64_t revoke_deadline_ns_ = 0;  // after it nothing is waited for
  bool revoke_commit_started_ = false;
  std::vector<Assignment> releasing_;  // dead; given back when no open transaction has of theirs

  Phase phase_ = Phase::kRunning;
  bool executions_stopped_ = false;
  int64_t drain_deadline_ns_ = INT64_MAX;  // after it executions are ended
  int64_t close_deadline_ns_ = INT64_MAX;  // after it nothing is waited for
  std::string stop_reason_;  // a failure without dead letters: the pipeline stops after this Turn
  bool failed_ = false;
  Error failure_;
};

}  // namespace aslx
