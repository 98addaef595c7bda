// What an error of librdkafka means for the process, and for who reads its message.
//
// What it is not: how transactional calls are judged (transaction_calls.h).
// Who uses it: this folder. Thread: any. Memory: plain values.
#pragma once

#include <string>

#include <librdkafka/rdkafka.h>

#include "runtime/base/result.h"

namespace aslx {

/// An error of librdkafka as the failure of the process that it is.
ErrorKind KindOfError(rd_kafka_resp_err_t error);

enum class TopicUse : uint8_t { kRead, kWrite };

/// What is missing or to be done, behind a message that names the resource; empty where the error
/// says it all.
std::string HintOf(rd_kafka_resp_err_t error, TopicUse use = TopicUse::kRead);

}  // namespace aslx
