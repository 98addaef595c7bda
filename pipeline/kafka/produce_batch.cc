#include "pipeline/kafka/produce_batch.h"

#include "runtime/base/check.h"

namespace aslx {

void ProduceBatch::Add(rd_kafka_topic_t* topic, const OutputRecord& output, DeliveryToken token) {
  ASLX_CHECK(!full() && (empty() || topic == topic_));
  topic_ = topic;
  rd_kafka_message_t& message = messages_.emplace_back();
  message.payload = PayloadOf(output);
  message.len = output.is_tombstone ? 0 : output.payload.size();
  message.key = output.has_key ? const_cast<char*>(output.key.data()) : nullptr;
  message.key_len = output.key.size();
  message._private = AsOpaque(token);
}

bool ProduceBatch::Send(std::vector<Refused>* refused) {
  if (empty()) return true;
  const int count = static_cast<int>(messages_.size());
  if (rd_kafka_produce_batch(topic_, RD_KAFKA_PARTITION_UA, 0, messages_.data(), count) == count) {
    Clear();
    return true;
  }
  size_t left = 0;
  for (rd_kafka_message_t& message : messages_) {
    if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
    if (message.err == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      message.err = RD_KAFKA_RESP_ERR_NO_ERROR;
      messages_[left++] = message;
    } else {
      refused->push_back({TokenOf(message), message.err});
    }
  }
  messages_.resize(left);
  return left == 0;
}

}  // namespace aslx
