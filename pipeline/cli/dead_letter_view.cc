#include "pipeline/cli/dead_letter_view.h"

#include <charconv>

#include <fmt/core.h>

#include "pipeline/files/envelope.h"
#include "pipeline/flow/dead_letter.h"
#include "pipeline/flow/record_metadata.h"
#include "runtime/value/json_reader.h"
#include "runtime/value/json_writer.h"
#include "runtime/value/timestamp.h"

namespace aslx {
namespace {

constexpr size_t kCauseCharactersShown = 80;
constexpr int64_t kNsPerMs = 1'000'000;

template <typename Number>
bool ReadNumber(std::string_view text, Number* number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *number);
  return error == std::errc() && end == text.data() + text.size() && *number >= 0;
}

/// The last one of this name: a dead letter's own stand behind those of its record.
const Header* FindHeader(const TopicRecord& record, std::string_view name) {
  for (auto header = record.headers.rbegin(); header != record.headers.rend(); ++header)
    if (header->name == name) return &*header;
  return nullptr;
}

std::string TimeText(int64_t timestamp_ms) {
  if (timestamp_ms < 0) return "-";
  char text[25];
  WriteTimestamp(timestamp_ms * kNsPerMs, text);
  return text;
}

/// On one line, and without what a terminal would obey.
std::string OneLine(std::string_view bytes) {
  std::string buffer;
  std::string line(ShowAsText(bytes, &buffer));
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  return line.empty() ? "-" : line;
}

/// At most so many characters of UTF-8.
std::string Shortened(std::string text, size_t characters_max) {
  size_t characters = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool begins = (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
    if (begins && characters++ == characters_max) return text.substr(0, i) + "…";
  }
  return text;
}

std::string Quoted(std::string_view bytes) {
  std::string buffer;
  std::string quoted;
  AppendQuoted(ShowAsText(bytes, &buffer), &quoted);
  return quoted;
}

bool IsText(std::string_view bytes) {
  std::string buffer;
  if (ShowAsText(bytes, &buffer).data() != bytes.data()) return false;
  for (const char c : bytes) {
    const bool control =
        (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7F;
    if (control) return false;
  }
  return true;
}

bool IsJson(std::string_view text) {
  JsonReader reader;
  Value value;
  return reader.Read(text, nullptr, nullptr, &value).kind == JsonError::Kind::kNone;
}

/// A JSON text laid out over lines. What stands inside strings stays as it is.
std::string LaidOut(std::string_view json) {
  std::string out;
  size_t depth = 0;
  bool in_string = false;
  const auto new_line = [&] {
    out += '\n';
    out.append(2 * depth, ' ');
  };
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      out += c;
      if (c == '\\') out += json[++i];
      in_string = c != '"';
      continue;
    }
    switch (c) {
      case ' ':
      case '\t':
      case '\n':
      case '\r': break;
      case '"':
        in_string = true;
        out += c;
        break;
      case '{':
      case '[': {
        out += c;
        const size_t next = json.find_first_not_of(" \t\r\n", i + 1);
        if (json[next] == c + 2) {  // both closing brackets stand two behind the opening ones
          out += json[next];
          i = next;
        } else {
          ++depth;
          new_line();
        }
        break;
      }
      case '}':
      case ']':
        --depth;
        new_line();
        out += c;
        break;
      case ',':
        out += c;
        new_line();
        break;
      case ':': out += ": "; break;
      default: out += c;
    }
  }
  return out;
}

std::string Block(std::string_view name, std::string_view bytes) {
  if (IsText(bytes)) return fmt::format("{} ({} bytes)\n{}\n", name, bytes.size(), bytes);
  std::string encoded;
  AppendBase64(bytes, &encoded);
  return fmt::format("{} ({} bytes, no text: base64)\n{}\n", name, bytes.size(), encoded);
}

/// What both forms of JSON begin with; the object stays open.
std::string JsonHead(const TopicRecord& record, const DeadLetter& letter) {
  std::string json = fmt::format(R"({{"partition":{},"offset":{},"timestamp":{},"dead_letter":{})",
                                 record.place.partition, record.place.offset,
                                 Quoted(TimeText(record.record.timestamp_ms)), letter.ours);
  if (!letter.ours) return json;
  json += fmt::format(
      R"(,"source":{{"topic":{},"partition":{},"offset":{}}},"state":{},"error":{},"cause":{},)"
      R"("attempt":{},"machine":{},"execution":{},"replays":{})",
      Quoted(letter.topic), letter.partition, letter.offset, Quoted(letter.state),
      Quoted(letter.error), Quoted(letter.cause), letter.attempt, Quoted(letter.machine),
      Quoted(letter.execution), letter.replays);
  return json;
}

}  // namespace

DeadLetter ReadDeadLetter(const TopicRecord& record) {
  const auto text = [&](std::string_view name) {
    const Header* const header = FindHeader(record, name);
    return header != nullptr ? header->value : std::string_view();
  };
  DeadLetter letter;
  letter.topic = text(dead_letter::kTopic);
  letter.error = text(dead_letter::kError);
  letter.ours = !letter.topic.empty() && FindHeader(record, dead_letter::kError) != nullptr &&
                ReadNumber(text(dead_letter::kPartition), &letter.partition) &&
                ReadNumber(text(dead_letter::kOffset), &letter.offset);
  if (!letter.ours) return {};
  letter.state = text(dead_letter::kState);
  letter.cause = text(dead_letter::kCause);
  if (!ReadNumber(text(dead_letter::kAttempt), &letter.attempt)) letter.attempt = 0;
  letter.machine = text(dead_letter::kMachine);
  letter.execution = text(dead_letter::kExecution);
  if (!ReadNumber(text(dead_letter::kReplays), &letter.replays)) letter.replays = 0;
  return letter;
}

std::string PlaceText(TopicPlace place) {
  return fmt::format("{}:{}", place.partition, place.offset);
}

bool ParsePlace(std::string_view text, TopicPlace* place) {
  const size_t colon = text.find(':');
  return colon != std::string_view::npos && ReadNumber(text.substr(0, colon), &place->partition) &&
         ReadNumber(text.substr(colon + 1), &place->offset);
}

std::string ListHeading() {
  return fmt::format("{:<12}  {:<24}  {:<28}  {:<28}  {:<20}  {:<36}  {}\n", "PLACE", "TIMESTAMP",
                     "FROM", "ERROR", "STATE", "EXECUTION", "CAUSE");
}

std::string ListLine(const TopicRecord& record, const DeadLetter& letter) {
  const std::string head = fmt::format("{:<12}  {:<24}  ", PlaceText(record.place),
                                       TimeText(record.record.timestamp_ms));
  if (!letter.ours) return head + "(no dead letter of aslx)\n";
  const std::string from =
      fmt::format("{} {}:{}", OneLine(letter.topic), letter.partition, letter.offset);
  return head + fmt::format("{:<28}  {:<28}  {:<20}  {:<36}  {}\n", from, OneLine(letter.error),
                            OneLine(letter.state), OneLine(letter.execution),
                            Shortened(OneLine(letter.cause), kCauseCharactersShown));
}

std::string ListJson(const TopicRecord& record, const DeadLetter& letter) {
  return JsonHead(record, letter) + "}\n";
}

std::string ShowText(const TopicRecord& record, const DeadLetter& letter) {
  std::string text = fmt::format("place      {}\ntimestamp  {}\n", PlaceText(record.place),
                                 TimeText(record.record.timestamp_ms));
  if (letter.ours) {
    text += fmt::format(
        "from       {}, partition {}, offset {}\nstate      {}\nerror      {}\ncause      {}\n"
        "attempt    {}\nmachine    {}\nexecution  {}\nreplays    {}\n",
        OneLine(letter.topic), letter.partition, letter.offset, OneLine(letter.state),
        OneLine(letter.error), OneLine(letter.cause), letter.attempt, OneLine(letter.machine),
        OneLine(letter.execution), letter.replays);
  } else {
    text += "(no dead letter of aslx: it has none of its headers)\n";
  }
  text += fmt::format("headers ({})\n", record.headers.size());
  for (const Header& header : record.headers) {
    text += fmt::format("  {}: {}\n", OneLine(header.name),
                        header.is_null ? "(null)" : OneLine(header.value));
  }
  text += record.record.has_key ? Block("key", record.record.key) : "key (none)\n";
  if (record.record.is_tombstone) return text + "payload (none: a tombstone)\n";
  const std::string_view payload = record.record.payload;
  if (!IsText(payload) || !IsJson(payload)) return text + Block("payload", payload);
  return text + fmt::format("payload ({} bytes of JSON, laid out)\n{}\n", payload.size(),
                            LaidOut(payload));
}

std::string ShowJson(const TopicRecord& record, const DeadLetter& letter) {
  std::string json = JsonHead(record, letter) + ",\"headers\":[";
  for (const Header& header : record.headers) {
    json += json.back() == '[' ? "{\"name\":" : ",{\"name\":";
    json += Quoted(header.name) + ",";
    if (header.is_null) {
      json += "\"value\":null";
    } else {
      AppendBytes("value", header.value, &json);
    }
    json += "}";
  }
  json += "],";
  if (record.record.has_key) {
    AppendBytes("key", record.record.key, &json);
  } else {
    json += "\"key\":null";
  }
  json += ",";
  if (record.record.is_tombstone) {
    json += "\"payload\":null";
  } else {
    AppendBytes("payload", record.record.payload, &json);
  }
  return json + "}\n";
}

}  // namespace aslx
