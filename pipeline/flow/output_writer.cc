#include "pipeline/flow/output_writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "pipeline/flow/dead_letter.h"
#include "runtime/value/json_reader.h"
#include "runtime/value/json_writer.h"

namespace aslx {
namespace {

/// A string's contents, and any other value as JSON.
std::string_view TextOf(const Value& value, Arena& arena) {
  return value.type == Type::kString ? Decode(value, arena) : JsonText(value, arena);
}

bool Miss(const char* what, const OutputPath& path, std::string* why) {
  *why = std::string("The output has no value at ") + path.text() + ", which names " + what + ".";
  return false;
}

// A decimal number in place, for headers.
struct NumberText {
  explicit NumberText(int64_t number) {
    end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  }
  std::string_view view() const { return {text.data(), static_cast<size_t>(end - text.data())}; }
  std::array<char, 24> text;
  char* end;
};

}  // namespace

bool OutputWriter::WriteResult(const Route& route, Execution& execution, const InputRecord& input,
                               std::string* why) {
  if (!route.split) return WriteRecord(route.record, execution.output, input, execution, why);
  const Value array = route.split_path.Find(execution.output, execution.arena);
  if (array.type != Type::kArray) {
    *why =
        "The output has no array at " + route.split_path.text() + ", whose items become records.";
    return false;
  }
  const Value opened = Open(array, execution.arena);
  for (uint32_t i = 0; i < opened.size; ++i) {
    if (!WriteRecord(route.record, opened.items[i], input, execution, why)) return false;
  }
  return true;
}

void OutputWriter::WriteDeadLetter(TopicId topic, const InputRecord& input, const Origin& origin,
                                   const Failure& failure) {
  const NumberText partition(origin.partition);
  const NumberText offset(input.offset);
  const NumberText timestamp(input.timestamp_ms);
  const NumberText attempt(failure.attempt);
  char execution[kExecutionIdBytes];
  WriteExecutionId(origin.execution, execution);
  const Header ours[] = {
      {dead_letter::kTopic, origin.topic},
      {dead_letter::kPartition, partition.view()},
      {dead_letter::kOffset, offset.view()},
      {dead_letter::kTimestamp, timestamp.view()},
      {dead_letter::kState, failure.state},
      {dead_letter::kError, failure.error},
      {dead_letter::kCause, failure.cause},
      {dead_letter::kAttempt, attempt.view()},
      {dead_letter::kMachine, machine_},
      {dead_letter::kExecution, {execution, sizeof execution}},
  };
  OutputRecord record;
  const std::span<const Header> passed = PassHeaders(input, &record);
  const size_t count = passed.size() + std::size(ours);
  size_t bytes = count * sizeof(Header) + 8;
  for (const Header& header : ours)
    bytes += header.value.size() + 8;
  outbox_->Reserve(bytes);
  auto* const headers = reinterpret_cast<Header*>(outbox_->Allocate(count * sizeof(Header)));
  std::copy(passed.begin(), passed.end(), headers);
  for (size_t i = 0; i < std::size(ours); ++i)
    headers[passed.size() + i] = {ours[i].name, outbox_->Copy(ours[i].value), false};
  record.topic = topic;
  record.timestamp_ms = input.timestamp_ms;
  record.key = input.key();
  record.has_key = input.has_key;
  record.payload = input.payload();
  record.is_tombstone = input.is_tombstone;
  record.headers = {headers, count};
  outbox_->Seal(record, input.index, /*dead_letter=*/true);
}

std::span<const Header> OutputWriter::HeadersOf(const InputRecord& input) {
  if (!input.pinned()) return input.copied_headers();
  size_t count = delivery_->Headers(input.memory, input_headers_);
  if (count > input_headers_.size()) {
    input_headers_.resize(count);
    count = delivery_->Headers(input.memory, input_headers_);
  }
  return {input_headers_.data(), count};
}

/// Names the record that they are taken over from, or returns what has to be copied of them.
std::span<const Header> OutputWriter::PassHeaders(const InputRecord& input, OutputRecord* record) {
  if (!input.pinned() || !delivery_->passes_headers()) return HeadersOf(input);
  record->headers_of = input.memory;
  return {};
}

bool OutputWriter::WriteRecord(const RecordPlan& plan, const Value& value, const InputRecord& input,
                               Execution& execution, std::string* why) {
  Arena& arena = execution.arena;
  OutputRecord record;
  if (!FindTopic(plan, value, arena, &record.topic, why)) return false;
  if (!FindKey(plan, value, input, arena, &record, why)) return false;
  if (!CollectHeaders(plan, value, input, arena, &record, why)) return false;
  const bool shows_id = !plan.execution_id_header.empty();
  // What is the input's or the plan's stays in place; what was made here is copied.
  const bool copy_key = plan.key == FieldSource::kOutput;
  size_t tail = headers_.size() * sizeof(Header) + 16 + (copy_key ? record.key.size() + 8 : 0);
  for (size_t i = 0; i < headers_.size(); ++i) {
    if (header_is_ours_[i]) tail += headers_[i].value.size() + 8;
  }
  if (shows_id) tail += kExecutionIdBytes + 8;
  record.payload = outbox_->WritePayload(value, tail);
  if (copy_key) record.key = outbox_->Copy(record.key);
  if (!headers_.empty()) {
    auto* const headers =
        reinterpret_cast<Header*>(outbox_->Allocate(headers_.size() * sizeof(Header)));
    for (size_t i = 0; i < headers_.size(); ++i) {
      headers[i] = headers_[i];
      if (header_is_ours_[i]) headers[i].value = outbox_->Copy(headers[i].value);
    }
    if (shows_id) {
      char* const id = outbox_->Allocate(kExecutionIdBytes);
      WriteExecutionId(execution.id, id);
      headers[headers_.size() - 1].value = {id, kExecutionIdBytes};
    }
    record.headers = {headers, headers_.size()};
  }
  if (plan.pass_timestamp) record.timestamp_ms = input.timestamp_ms;
  outbox_->Seal(record, input.index, /*dead_letter=*/false);
  return true;
}

bool OutputWriter::FindTopic(const RecordPlan& plan, const Value& value, Arena& arena,
                             TopicId* topic, std::string* why) {
  *topic = plan.topic;
  if (*topic != kNoTopic) return true;
  const Value name = plan.topic_path.Find(value, arena);
  if (name.type != Type::kString || name.size == 0) {
    return Miss("its topic (a string)", plan.topic_path, why);
  }
  const std::string_view text = Decode(name, arena);
  if (const auto known = topics_.find(text); known != topics_.end()) {
    *topic = known->second;
    return true;
  }
  const bool allowed = plan.topics_allowed.empty() ||
                       std::ranges::find(plan.topics_allowed, text) != plan.topics_allowed.end();
  if (!allowed || topics_.size() >= kNamedTopicsMax) {
    *why = "The output names the topic `" + std::string(text) + "`, " +
           (allowed ? "but outputs have named too many topics already."
                    : "which is not one of the topics that the route allows.");
    return false;
  }
  *topic = delivery_->OpenTopic(text);
  if (*topic == kNoTopic) {
    *why = "The output names the topic `" + std::string(text) + "`, which cannot be written to.";
    return false;
  }
  topics_.emplace(text, *topic);
  return true;
}

bool OutputWriter::FindKey(const RecordPlan& plan, const Value& value, const InputRecord& input,
                           Arena& arena, OutputRecord* record, std::string* why) {
  switch (plan.key) {
    case FieldSource::kInput:
      record->key = input.key();
      record->has_key = input.has_key;
      return true;
    case FieldSource::kOutput: {
      const Value key = plan.key_path.Find(value, arena);
      if (key.undefined()) return Miss("its key", plan.key_path, why);
      record->has_key = key.type != Type::kNull;
      if (record->has_key) record->key = TextOf(key, arena);
      return true;
    }
    case FieldSource::kFixed:
      record->key = plan.key_fixed;
      record->has_key = true;
      return true;
    case FieldSource::kNone: return true;
  }
  return true;
}

bool OutputWriter::CollectHeaders(const RecordPlan& plan, const Value& value,
                                  const InputRecord& input, Arena& arena, OutputRecord* record,
                                  std::string* why) {
  headers_.clear();
  header_is_ours_.clear();
  if (plan.pass_headers) {
    const std::span<const Header> passed = PassHeaders(input, record);
    headers_.assign(passed.begin(), passed.end());
    header_is_ours_.assign(passed.size(), false);
  }
  for (const RecordPlan::HeaderPlan& header : plan.headers) {
    std::string_view text = header.fixed;
    if (header.from_output) {
      const Value found = header.path.Find(value, arena);
      if (found.undefined()) return Miss("a header", header.path, why);
      text = TextOf(found, arena);
    }
    headers_.push_back({header.name, text, false});
    header_is_ours_.push_back(header.from_output);
  }
  if (!plan.execution_id_header.empty()) {
    headers_.push_back({plan.execution_id_header, {}, false});  // WriteRecord writes it in place
    header_is_ours_.push_back(false);
  }
  return true;
}

}  // namespace aslx
