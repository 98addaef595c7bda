// topic_tool compare: every record of a topic of outputs against the event that it came from.
//
// It waits until every event has its output, or until none has come for a while, and prints one
// line of JSON: how many outputs, missing, duplicated and wrong, and the first that was wrong. Exit
// status 1 unless each event has exactly one output, right in value, key, header and timestamp.
#include <charconv>
#include <chrono>
#include <cstdio>
#include <optional>

#include <fmt/format.h>

#include "bench/peers/topic_tool/commands.h"
#include "bench/peers/topic_tool/event.h"
#include "tests/kafka/faults/client.h"

namespace aslx::peers {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kReadMs = 100;
constexpr int kCommittedTimeoutMs = 30'000;

struct Verdict {
  uint64_t output_count = 0;
  uint64_t missing_count = 0;
  uint64_t duplicated_count = 0;
  uint64_t wrong_count = 0;
  std::string first_wrong;

  void Wrong(std::string why) {
    if (wrong_count++ == 0) first_wrong = std::move(why);
  }
};

std::string_view KeyOf(const rd_kafka_message_t& message) {
  return {static_cast<const char*>(message.key), message.key_len};
}

size_t HeaderCountOf(const rd_kafka_message_t& message) {
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return 0;
  return rd_kafka_header_cnt(headers);
}

std::optional<uint64_t> NumberOf(const rd_kafka_message_t& message, uint64_t event_count) {
  std::string_view text = faults::HeaderOf(message, kNumberHeader);
  uint64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number >= event_count) return {};
  return number;
}

/// Why this record is not what must come of the event; empty when it is.
std::string Judge(const rd_kafka_message_t& message, const Pool& pool, uint64_t number,
                  bool any_timestamp) {
  if (!Matches(faults::PayloadOf(message), pool.expected(number)))
    return fmt::format("event {} came out as {}", number, faults::PayloadOf(message));
  if (KeyOf(message) != pool.key(number))
    return fmt::format("event {}: key '{}' became '{}'", number, pool.key(number), KeyOf(message));
  if (size_t count = HeaderCountOf(message); count != 1)
    return fmt::format("event {}: one header became {}", number, count);
  int64_t timestamp = rd_kafka_message_timestamp(&message, nullptr);
  if (!any_timestamp && timestamp != TimestampOf(number))
    return fmt::format("event {}: timestamp {} became {}", number, TimestampOf(number), timestamp);
  return {};
}

/// A text as a JSON string, in the few characters that matter here.
std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return quoted + '"';
}

int Print(const Verdict& verdict) {
  std::fputs(
      fmt::format(R"({{"outputs":{},"missing":{},"duplicated":{},"wrong":{},"first_wrong":{}}})"
                  "\n",
                  verdict.output_count, verdict.missing_count, verdict.duplicated_count,
                  verdict.wrong_count, Quoted(verdict.first_wrong))
          .c_str(),
      stdout);
  return verdict.missing_count + verdict.duplicated_count + verdict.wrong_count == 0 ? 0 : 1;
}

}  // namespace

int Compare(const ToolOptions& options) {
  const Pool pool = Pool::Load(options.pool);
  Verdict verdict;
  std::vector<bool> seen(options.event_count);
  verdict.missing_count = options.event_count;
  faults::TopicReader reader(options.brokers, {options.topic}, true);
  Clock::time_point last = Clock::now();
  while ((verdict.missing_count > 0 || !reader.at_end()) &&
         Clock::now() - last < std::chrono::milliseconds(options.idle_ms)) {
    reader.Read(kReadMs, [&](size_t, const rd_kafka_message_t& message) {
      last = Clock::now();
      ++verdict.output_count;
      std::optional<uint64_t> number = NumberOf(message, options.event_count);
      if (!number) {
        verdict.Wrong(
            fmt::format("a record without the number of an event: {}", faults::PayloadOf(message)));
        return;
      }
      if (std::string why = Judge(message, pool, *number, options.any_timestamp); !why.empty())
        verdict.Wrong(std::move(why));
      if (seen[*number]) ++verdict.duplicated_count;
      if (!seen[*number]) --verdict.missing_count;
      seen[*number] = true;
    });
  }
  return Print(verdict);
}

/// topic_tool committed: how many records of the source the group has committed, as one number.
int Committed(const ToolOptions& options) {
  rd_kafka_t* client =
      faults::MakeClient(RD_KAFKA_CONSUMER, options.brokers,
                         {{"group.id", options.group}, {"isolation.level", "read_committed"}});
  int32_t count = faults::PartitionCountOf(client, options.source);
  auto* list = rd_kafka_topic_partition_list_new(count);
  for (int32_t partition = 0; partition < count; ++partition)
    rd_kafka_topic_partition_list_add(list, options.source.c_str(), partition);
  rd_kafka_resp_err_t error = rd_kafka_committed(client, list, kCommittedTimeoutMs);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) faults::Die(rd_kafka_err2str(error));
  int64_t sum = 0;
  for (int index = 0; index < list->cnt; ++index)
    sum += list->elems[index].offset > 0 ? list->elems[index].offset : 0;
  rd_kafka_topic_partition_list_destroy(list);
  rd_kafka_destroy(client);
  fmt::print("{}\n", sum);
  return 0;
}

}  // namespace aslx::peers
