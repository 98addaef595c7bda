#include "pipeline/kafka/kafka_errors.h"

namespace aslx {

ErrorKind KindOfError(rd_kafka_resp_err_t error) {
  switch (static_cast<int>(error)) {
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
    case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR_INVALID_GROUP_ID:
    case RD_KAFKA_RESP_ERR_INVALID_SESSION_TIMEOUT:
    case RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL: return ErrorKind::kConfiguration;
    // FENCED_INSTANCE_ID is none of these: a request of our own that our own rejoining has
    // overtaken is answered in the same way as that of a second process, and a restart cures it.
    default: return ErrorKind::kUnavailable;
  }
}

std::string HintOf(rd_kafka_resp_err_t error, TopicUse use) {
  switch (static_cast<int>(error)) {
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
      return use == TopicUse::kRead
                 ? "; reading needs the operations Read and Describe on the Topic"
                 : "; writing needs the operations Write and Describe on the Topic";
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
      return "; a pipeline needs the operations Read and Describe on its Group";
    case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
      return "; exactly once needs the operations Write and Describe on the TransactionalId";
    case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
      return "; another process uses the same 'cluster.instance_id', or this one has joined anew";
    default: return {};
  }
}

}  // namespace aslx
