#include "pipeline/kafka/kafka_transaction.h"

#include <cstdlib>
#include <string_view>
#include <utility>

#include "runtime/base/check.h"
#include "runtime/base/log.h"

namespace aslx {
namespace {

/// How often Close looks after the reports that a call under way waits for.
constexpr int64_t kCloseLookMs = 10;
/// A new producer asks for its topics' metadata before the first record needs it.
constexpr int64_t kWarmMs = 1'000;

/// The control run of the fault tests shows that without a new producer a delayed request of a
/// transaction's end loses or duplicates records. For nothing else; users are not told of it.
bool RenewalSwitchedOff() {
  const char* value = std::getenv("ASLX_TEST_NO_RECYCLE");
  return value != nullptr && std::string_view(value) == "1";
}

}  // namespace

struct KafkaTransaction::Job {
  // In:
  int64_t timeout_ms = 0;
  bool commit = false;
  std::string abort_reason;
  TopicPartitions offsets;
  GroupMetadata group;
  KafkaProducerOptions options;
  std::unique_ptr<KafkaProducer> old_producer;  // of a renewal, or left behind
  // Out:
  TransactionOutcome outcome;
  bool renewal_needed = false;
  std::unique_ptr<KafkaProducer> new_producer;
  /// The next transaction cannot begin.
  bool failed = false;
  Error failure;

  void End(KafkaProducer& producer);
  void Renew();
  void FailWith(ErrorKind kind, std::string message) {
    failed = true;
    failure = {kind, std::move(message)};
  }
};

void KafkaTransaction::Job::End(KafkaProducer& producer) {
  outcome = commit ? CommitTransaction(producer, *offsets, group.get(), timeout_ms)
                   : AbortTransaction(producer, timeout_ms, std::move(abort_reason));
  if (outcome.end == TransactionEnd::kUnknown) {
    return FailWith(ErrorKind::kUnknownOutcome, outcome.reason);
  }
  if (outcome.forbidden) return FailWith(ErrorKind::kConfiguration, outcome.reason);
  renewal_needed = outcome.request_under_way && !RenewalSwitchedOff();
  if (renewal_needed) return;
  std::string reason;
  if (!BeginTransaction(producer, &reason)) FailWith(ErrorKind::kUnknownOutcome, std::move(reason));
}

void KafkaTransaction::Job::Renew() {
  const std::vector<std::string> topics = old_producer->topics();
  old_producer.reset();
  Result<std::unique_ptr<KafkaProducer>> made = KafkaProducer::Make(options);
  if (!made) return FailWith(made.error().kind, made.error().message);
  Result<void> begun =
      InitTransactions(**made, options.transactional_id, options.settings.transaction_timeout_ms);
  if (!begun) return FailWith(begun.error().kind, begun.error().message);
  (*made)->OpenTopics(topics);
  (*made)->Warm(kWarmMs);
  new_producer = std::move(*made);
}

KafkaTransaction::KafkaTransaction(KafkaProducerOptions options,
                                   std::unique_ptr<KafkaProducer>* producer)
    : options_(std::move(options)), producer_(producer), thread_(options_.waker) {}

KafkaTransaction::~KafkaTransaction() {
  Close();
}

Result<void> KafkaTransaction::Start() {
  if (RenewalSwitchedOff()) {
    Log(LogLevel::kWarning,
        "ASLX_TEST_NO_RECYCLE=1: a delayed request to end a transaction may lose or duplicate "
        "records; this is for tests of aslx itself");
  }
  return InitTransactions(**producer_, options_.transactional_id, options_.settings.wait_ms);
}

void KafkaTransaction::Commit(uint64_t id, TopicPartitions offsets, GroupMetadata group) {
  auto job = std::make_shared<Job>();
  job->commit = !spoiled_;
  job->abort_reason = "records of it were not written";
  job->offsets = std::move(offsets);
  job->group = std::move(group);
  commit_id_ = id;
  StartEnd(std::move(job), options_.settings.transaction_timeout_ms);
}

void KafkaTransaction::Abort(uint64_t id) {
  auto job = std::make_shared<Job>();
  job->abort_reason = "given up";
  commit_id_ = id;
  StartEnd(std::move(job), options_.settings.transaction_timeout_ms);
}

void KafkaTransaction::StartEnd(std::shared_ptr<Job> job, int64_t timeout_ms) {
  ASLX_CHECK(stage_ == Stage::kIdle);
  open_ = false;
  stage_ = Stage::kEnding;
  job_ = std::move(job);
  job_->timeout_ms = timeout_ms;
  (*producer_)->DropUnsent();
  thread_.Start([job = job_, producer = producer_->get()] { job->End(*producer); });
}

void KafkaTransaction::StartRenewal() {
  stage_ = Stage::kRenewing;
  job_->options = options_;
  job_->old_producer = std::move(*producer_);
  thread_.Start([job = job_] { job->Renew(); });
}

bool KafkaTransaction::Ended() {
  if (stage_ == Stage::kEnded) return true;
  if (!thread_.TakeDone()) return false;
  finished_ = job_->failed;
  if (stage_ == Stage::kEnding && job_->renewal_needed) {
    Log(LogLevel::kInfo,
        "producer: a request of the last transaction's end may still be under way; it is made "
        "anew, so that the request counts for no later transaction");
    StartRenewal();
    return false;
  }
  if (stage_ == Stage::kRenewing) *producer_ = std::move(job_->new_producer);
  stage_ = Stage::kEnded;
  return true;
}

void KafkaTransaction::TellEnd(EventQueue* events) {
  ASLX_CHECK(stage_ == Stage::kEnded);
  TransactionOutcome& outcome = job_->outcome;
  if (outcome.end != TransactionEnd::kUnknown) {
    events->EndCommit(commit_id_, outcome.end == TransactionEnd::kCommitted,
                      std::move(outcome.reason));
  }
  if (finished_) events->Fail(job_->failure.kind, std::move(job_->failure.message));
  job_.reset();
  spoiled_ = false;
  stage_ = Stage::kIdle;
}

/// Flow no longer asks for acknowledgements, and a call waits until they are taken.
bool KafkaTransaction::WaitForJob(const Deadline& deadline) {
  do {
    while (*producer_ != nullptr) {
      rd_kafka_event_t* report = (*producer_)->NextEvent();
      if (report == nullptr) break;
      rd_kafka_event_destroy(report);
    }
    if (thread_.WaitFor(kCloseLookMs)) return thread_.TakeDone();
  } while (deadline.left_ms() > 0);
  return false;
}

bool KafkaTransaction::AbortOpen(const Deadline& deadline) {
  if (thread_.busy()) {
    if (!WaitForJob(deadline)) return false;
    finished_ = job_->failed;
    if (stage_ == Stage::kRenewing) *producer_ = std::move(job_->new_producer);
    // What is open of a producer that should be made anew would not hear of another abort either.
    if (stage_ == Stage::kEnding && job_->renewal_needed) finished_ = true;
  }
  stage_ = Stage::kIdle;
  if (finished_ || *producer_ == nullptr) return true;
  auto job = std::make_shared<Job>();
  job->abort_reason = "the end";
  // The call itself is to give up first.
  StartEnd(std::move(job), deadline.left_ms() / 2);
  return WaitForJob(deadline);
}

void KafkaTransaction::Close() {
  if (std::exchange(closed_, true)) return;
  open_ = false;
  if (AbortOpen(Deadline(kCloseLimitMs))) return;
  Log(LogLevel::kWarning, "producer: the end of a transaction hangs and is left behind");
  thread_.Abandon();
  if (*producer_ == nullptr) return;
  // The call that hangs goes on with it when it is answered after all; with the job it ends.
  (*producer_)->LetGo();
  job_->old_producer = std::move(*producer_);
}

}  // namespace aslx
