// event_tool audit: the verdict, from the beginning of every topic to its end.
//
// Three opinions are held against each other: what a read_committed reader sees, what a
// read_uncommitted one sees, and what the log on a broker's disk says became of each batch. A
// record is counted as aborted by the log alone; that the first reader sees it is what must not be.
#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tests/kafka/faults/client.h"
#include "tests/kafka/faults/commands.h"
#include "tests/kafka/faults/log_segments.h"
#include "tests/kafka/faults/tally.h"

namespace aslx::faults {
namespace {

struct Disagreements {
  uint64_t aborted_visible = 0;       // in an aborted transaction, and the committed reader sees it
  uint64_t committed_hidden = 0;      // not so, and it does not
  uint64_t outside_transactions = 0;  // in no transaction at all
  uint64_t open = 0;                  // in one without an end
  uint64_t aborted = 0;
};

using Offsets =
    std::vector<std::vector<std::vector<bool>>>;  // seen, by topic, partition and offset

void ReadAll(TopicReader* reader, const TopicReader::Visit& visit) {
  while (!reader->at_end())
    reader->Read(100, visit);
}

/// The two readers read to one end; else a transaction is still open.
bool SameEnds(const TopicReader& one, const TopicReader& other) {
  for (size_t topic = 0; topic < one.topic_count(); ++topic)
    for (int32_t p = 0; p < one.partition_count(topic); ++p)
      if (one.end(topic, p) != other.end(topic, p)) return false;
  return true;
}

/// Walks along a partition's batches as its records are read in order of offset.
class FateCursor {
 public:
  FateCursor(const std::string& folder, std::string* error) : batches_(ReadLog(folder, error)) {}

  Fate FateOf(int64_t offset) {
    while (at_ < batches_.size() && batches_[at_].last_offset < offset)
      ++at_;
    if (at_ == batches_.size() || batches_[at_].first_offset > offset)
      Die(fmt::format("offset {} was read, and no batch on disk holds it", offset));
    return batches_[at_].fate;
  }

 private:
  std::vector<BatchFate> batches_;
  size_t at_ = 0;
};

void Judge(Fate fate, bool visible, Disagreements* found) {
  switch (fate) {
    case Fate::kAborted:
      ++found->aborted;
      if (visible) ++found->aborted_visible;
      return;
    case Fate::kOpen: ++found->open; return;
    case Fate::kPlain: ++found->outside_transactions; break;
    case Fate::kCommitted: break;
  }
  if (!visible) ++found->committed_hidden;
}

/// What was not committed of the source: events whose outcome the group does not know to be done.
uint64_t Uncommitted(const ToolOptions& options, uint64_t* source_records) {
  constexpr int kTimeoutMs = 30'000;
  rd_kafka_t* client =
      MakeClient(RD_KAFKA_CONSUMER, options.brokers, {{"group.id", options.group}});
  int32_t count = PartitionCountOf(client, options.source);
  auto* list = rd_kafka_topic_partition_list_new(count);
  rd_kafka_topic_partition_list_add_range(list, options.source.c_str(), 0, count - 1);
  if (rd_kafka_resp_err_t error = rd_kafka_committed(client, list, kTimeoutMs);
      error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    Die(fmt::format("committed offsets: {}", rd_kafka_err2str(error)));
  }
  uint64_t uncommitted = 0;
  *source_records = 0;
  for (int i = 0; i < list->cnt; ++i) {
    int64_t low = 0;
    int64_t high = 0;
    if (rd_kafka_query_watermark_offsets(client, options.source.c_str(), i, &low, &high,
                                         kTimeoutMs) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      Die(fmt::format("the end of {}[{}] is not known", options.source, i));
    }
    *source_records += static_cast<uint64_t>(high);
    uncommitted +=
        static_cast<uint64_t>(high - std::clamp<int64_t>(list->elems[i].offset, 0, high));
  }
  rd_kafka_topic_partition_list_destroy(list);
  rd_kafka_destroy(client);
  return uncommitted;
}

}  // namespace

int Audit(const ToolOptions& options) {
  Tally committed(options.event_count);
  Tally uncommitted(options.event_count);
  Disagreements found;
  TopicReader first(options.brokers, options.sinks, true);
  Offsets seen(first.topic_count());
  for (size_t topic = 0; topic < seen.size(); ++topic)
    seen[topic].resize(static_cast<size_t>(first.partition_count(topic)));
  uint64_t visible_records = 0;
  ReadAll(&first, [&](size_t topic, const rd_kafka_message_t& message) {
    ++visible_records;
    std::vector<bool>& offsets = seen[topic][static_cast<size_t>(message.partition)];
    auto offset = static_cast<size_t>(message.offset);
    if (offsets.size() <= offset) offsets.resize(std::max(offset + 1, offsets.size() * 2));
    offsets[offset] = true;
    committed.Count(static_cast<Sink>(topic), PayloadOf(message),
                    HeaderOf(message, "__asl.errors.error"));
  });

  TopicReader second(options.brokers, options.sinks, false);
  std::string error;
  std::vector<std::vector<FateCursor>> logs(second.topic_count());
  for (size_t topic = 0; topic < logs.size(); ++topic)
    for (int32_t p = 0; p < second.partition_count(topic); ++p)
      logs[topic].emplace_back(fmt::format("{}/{}-{}", options.log_folder, second.topic(topic), p),
                               &error);
  if (!error.empty()) Die(error);
  ReadAll(&second, [&](size_t topic, const rd_kafka_message_t& message) {
    auto partition = static_cast<size_t>(message.partition);
    auto offset = static_cast<size_t>(message.offset);
    const std::vector<bool>& offsets = seen[topic][partition];
    Judge(logs[topic][partition].FateOf(message.offset), offset < offsets.size() && offsets[offset],
          &found);
    uncommitted.Count(static_cast<Sink>(topic), PayloadOf(message),
                      HeaderOf(message, "__asl.errors.error"));
  });
  bool same_ends = SameEnds(first, second);

  Tally::Verdict verdict = committed.Judge();
  uint64_t source_records = 0;
  uint64_t uncommitted_offsets = Uncommitted(options, &source_records);
  fmt::print(
      R"({{"lost":{},"duplicated":{},"first_lost":{},"first_duplicated":{},"strangers":{},)"
      R"("parked_innocent":{},"aborted_visible":{},"committed_hidden":{},"outside_transactions":{},)"
      R"("open":{},"same_ends":{},"aborted_records":{},"visible_records":{},"written_again":{},)"
      R"("uncommitted_offsets":{},"source_records":{}}})"
      "\n",
      verdict.lost, verdict.surplus, static_cast<int64_t>(verdict.first_lost),
      static_cast<int64_t>(verdict.first_surplus), committed.strangers(),
      committed.parked_innocent(), found.aborted_visible, found.committed_hidden,
      found.outside_transactions, found.open, same_ends, found.aborted, visible_records,
      uncommitted.Judge().surplus, uncommitted_offsets, source_records);
  for (const std::string& sample : committed.samples())
    fmt::print(stderr, "event_tool: a record that no event should have made: {}\n", sample);
  return 0;
}

}  // namespace aslx::faults
