#include "pipeline/kafka/transaction_calls.h"

#include <thread>

#include <fmt/core.h>

#include "pipeline/kafka/kafka_errors.h"

namespace aslx {
namespace {

using std::chrono::milliseconds;

/// Between two tries of a call that failed at once.
constexpr milliseconds kAgainAfter{50};

struct Answer {
  CallVerdict verdict = CallVerdict::kDone;  // kAgain: not within the time
  rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
  std::string text;
};

/// `call` gets what is left of the time, and is repeated while that is worth while.
template <typename Call>
Answer Repeat(const Deadline& deadline, Call call) {
  for (;;) {
    KafkaError error(call(deadline.left_ms()));
    const CallVerdict verdict = Judge(error.get());
    if (verdict == CallVerdict::kDone) return {};
    if (verdict != CallVerdict::kAgain || deadline.left_ms() == 0) {
      return {verdict, rd_kafka_error_code(error.get()),
              fmt::format("{}: {}", rd_kafka_error_name(error.get()),
                          rd_kafka_error_string(error.get()))};
    }
    std::this_thread::sleep_for(std::min(kAgainAfter, milliseconds(deadline.left_ms())));
  }
}

bool IsFencing(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR__FENCED || code == RD_KAFKA_RESP_ERR_PRODUCER_FENCED ||
         code == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH;
}

TransactionOutcome Unknown(std::string_view call, const Answer& answer) {
  std::string reason =
      fmt::format("the outcome of a transaction is not known: {}: {}", call, answer.text);
  if (IsFencing(answer.code)) {
    reason +=
        "; the broker timed the transaction out, or another process uses the same "
        "'cluster.instance_id'";
  }
  return {.end = TransactionEnd::kUnknown, .reason = std::move(reason)};
}

TransactionOutcome AbortAfter(std::string_view call, TopicUse use, const Answer& answer,
                              KafkaProducer& producer, int64_t timeout_ms) {
  // Each call tells of a partition that could not be added for an output before.
  if (answer.text.find("Failed to add partition") != std::string::npos) use = TopicUse::kWrite;
  std::string reason = fmt::format("{}: {}{}", call, answer.text, HintOf(answer.code, use));
  TransactionOutcome outcome = AbortTransaction(producer, timeout_ms, std::move(reason));
  outcome.forbidden = answer.code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ||
                      answer.code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED;
  return outcome;
}

}  // namespace

CallVerdict Judge(const rd_kafka_error_t* error) {
  if (error == nullptr) return CallVerdict::kDone;
  // By name first: AddOffsetsToTxn and TxnOffsetCommit mark a fencing as if an abort could help.
  if (IsFencing(rd_kafka_error_code(error)) || rd_kafka_error_is_fatal(error) != 0)
    return CallVerdict::kUnknown;
  if (rd_kafka_error_txn_requires_abort(error) != 0) return CallVerdict::kAbort;
  if (rd_kafka_error_is_retriable(error) != 0) return CallVerdict::kAgain;
  return CallVerdict::kUnknown;
}

bool BeginTransaction(KafkaProducer& producer, std::string* reason) {
  KafkaError error(rd_kafka_begin_transaction(producer.get()));
  if (error == nullptr) return true;
  *reason = fmt::format("no new transaction can begin: {}: {}", rd_kafka_error_name(error.get()),
                        rd_kafka_error_string(error.get()));
  return false;
}

Result<void> InitTransactions(KafkaProducer& producer, const std::string& transactional_id,
                              int64_t wait_ms) {
  const Deadline deadline(wait_ms);
  Answer answer = Repeat(deadline, [&](int left_ms) {
    return rd_kafka_init_transactions(producer.get(), std::max(left_ms, 1));
  });
  if (answer.verdict == CallVerdict::kDone) {
    std::string reason;
    if (BeginTransaction(producer, &reason)) return {};
    return Fail(ErrorKind::kUnavailable, std::move(reason));
  }
  if (answer.code == RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED) {
    return Fail(ErrorKind::kConfiguration,
                fmt::format("no permission for the transactional id '{}': exactly once needs the "
                            "operations Write and Describe on this TransactionalId ({})",
                            transactional_id, answer.text));
  }
  if (answer.code == RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT) {
    return Fail(ErrorKind::kConfiguration,
                fmt::format("'cluster.transaction_timeout_ms' is larger than the broker's "
                            "transaction.max.timeout.ms ({})",
                            answer.text));
  }
  if (IsFencing(answer.code)) {
    return Fail(ErrorKind::kUnknownOutcome,
                fmt::format("the transactional id '{}' was taken over while it started: another "
                            "process uses the same 'cluster.instance_id' ({})",
                            transactional_id, answer.text));
  }
  if (KindOfError(answer.code) == ErrorKind::kConfiguration) {
    return Fail(ErrorKind::kConfiguration,
                fmt::format("transactional id '{}': {}", transactional_id, answer.text));
  }
  return Fail(ErrorKind::kUnavailable,
              fmt::format("no transaction coordinator for '{}' within {} ms: {}", transactional_id,
                          wait_ms, answer.text));
}

TransactionOutcome AbortTransaction(KafkaProducer& producer, int64_t timeout_ms,
                                    std::string reason) {
  const Deadline deadline(timeout_ms);
  Answer answer = Repeat(deadline, [&](int left_ms) {
    return rd_kafka_abort_transaction(producer.get(), std::max(left_ms, 1));
  });
  if (IsFencing(answer.code)) {
    TransactionOutcome unknown = Unknown("abort", answer);
    unknown.reason += fmt::format("; it was to be aborted because of: {}", reason);
    return unknown;
  }
  // No commit was requested, so that the transaction never will be committed, whatever became of
  // the abort: not answered in time, or refused since nothing is open (no partition could be
  // added). A new producer ends what is left of it.
  if (answer.verdict != CallVerdict::kDone)
    return {
        .end = TransactionEnd::kAborted, .reason = std::move(reason), .request_under_way = true};
  return {.end = TransactionEnd::kAborted,
          .reason = std::move(reason),
          .request_under_way = producer.TakeEndRequests().any_twice()};
}

TransactionOutcome CommitTransaction(KafkaProducer& producer,
                                     const rd_kafka_topic_partition_list_t& offsets,
                                     const rd_kafka_consumer_group_metadata_t* group,
                                     int64_t timeout_ms) {
  const Deadline deadline(timeout_ms);
  Answer answer;
  if (offsets.cnt > 0) {
    if (group == nullptr)
      return AbortTransaction(producer, timeout_ms, "this worker left its consumer group");
    answer = Repeat(deadline, [&](int left_ms) {
      return rd_kafka_send_offsets_to_transaction(producer.get(), &offsets, group,
                                                  std::max(left_ms, 1));
    });
    if (answer.verdict == CallVerdict::kUnknown) return Unknown("offsets", answer);
    // Without its offsets the transaction is not committed: an abort is certain.
    if (answer.verdict != CallVerdict::kDone) {
      TransactionOutcome aborted =
          AbortAfter("offsets", TopicUse::kRead, answer, producer, timeout_ms);
      // Time ran out on a request that may never have been answered.
      if (answer.verdict == CallVerdict::kAgain) aborted.request_under_way = true;
      return aborted;
    }
  }
  answer = Repeat(deadline, [&](int left_ms) {
    return rd_kafka_commit_transaction(producer.get(), std::max(left_ms, 1));
  });
  const KafkaProducer::EndRequests requests = producer.TakeEndRequests();
  if (answer.verdict == CallVerdict::kDone)
    return {TransactionEnd::kCommitted, {}, requests.any_twice()};
  // Once the request is out only its success says what the broker did: REQUEST_TIMED_OUT, for one,
  // asks for an abort and may have committed.
  if (answer.verdict != CallVerdict::kAbort || requests.ends > 0) return Unknown("commit", answer);
  TransactionOutcome aborted = AbortAfter("commit", TopicUse::kWrite, answer, producer, timeout_ms);
  if (requests.any_twice()) aborted.request_under_way = true;
  return aborted;
}

}  // namespace aslx
