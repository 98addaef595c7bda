#include "pipeline/load/event_template.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <sstream>

#include <fmt/chrono.h>
#include <fmt/core.h>

namespace aslx {
namespace {

/// {{time}} of sequence 0: 2026-01-01T00:00:00Z; each further event is a millisecond later.
constexpr int64_t kFirstTimeMs = 1'767'225'600'000;
/// Larger ones no pipeline takes (limits::kPayloadBytesMax), and smaller typing mistakes are found.
constexpr uint64_t kBytesMax = 16'777'216;
constexpr uint64_t kDecimalsMax = 15;

template <typename Number>
bool Read(const std::string& word, Number* number) {
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), *number);
  return error == std::errc() && end == word.data() + word.size();
}

bool IsWhole(double number) {
  return number == std::floor(number) && std::abs(number) <= 9e15;
}

void AppendLetters(uint64_t count, Random* random, std::string* to) {
  for (uint64_t i = 0; i < count; ++i)
    *to += static_cast<char>('a' + random->Below(26));
}

void AppendTime(uint64_t sequence, std::string* to) {
  const int64_t time_ms = kFirstTimeMs + static_cast<int64_t>(sequence);
  *to += fmt::format("{:%FT%T}.{:03}Z", fmt::gmtime(static_cast<std::time_t>(time_ms / 1'000)),
                     time_ms % 1'000);
}

}  // namespace

Result<EventTemplate> EventTemplate::Parse(std::string_view what, std::string text) {
  EventTemplate parsed;
  size_t at = 0;
  bool padded = false;
  while (at < text.size()) {
    const size_t open = text.find("{{", at);
    if (open != at) {
      Part part;
      part.text = text.substr(at, open == std::string::npos ? open : open - at);
      parsed.parts_.push_back(std::move(part));
    }
    if (open == std::string::npos) break;
    const size_t close = text.find("}}", open);
    // `{{` also begins an object within an object's value, which JSON does not know, so it is ours.
    const std::string inside =
        close == std::string::npos ? std::string() : text.substr(open + 2, close - open - 2);
    Result<Part> part = close == std::string::npos
                            ? Fail(ErrorKind::kUsage, "'{{' without a '}}' behind it")
                            : ParsePart(inside);
    if (part && part->kind == Kind::kPad && std::exchange(padded, true))
      part = Fail(ErrorKind::kUsage, "a second {{pad}}; one decides the size of the event");
    if (!part) {
      return Fail(ErrorKind::kUsage,
                  fmt::format("{}: at character {}: {}", what, open + 1, part.error().message));
    }
    parsed.parts_.push_back(std::move(*part));
    at = close + 2;
  }
  return parsed;
}

Result<EventTemplate::Part> EventTemplate::ParsePart(const std::string& inside) {
  static const std::map<std::string, Kind, std::less<>> kKinds = {
      {"sequence", Kind::kSequence}, {"int", Kind::kInt},      {"float", Kind::kFloat},
      {"choice", Kind::kChoice},     {"text", Kind::kLetters}, {"uuid", Kind::kUuid},
      {"time", Kind::kTime},         {"pad", Kind::kPad}};
  std::istringstream stream(inside);
  std::vector<std::string> words;
  for (std::string word; stream >> word;)
    words.push_back(std::move(word));
  const auto found = words.empty() ? kKinds.end() : kKinds.find(words.front());
  if (found == kKinds.end()) {
    return Fail(ErrorKind::kUsage,
                fmt::format("'{{{{{}}}}}' is no placeholder; there are {}", inside, kPlaceholders));
  }
  Part part;
  part.kind = found->second;
  words.erase(words.begin());
  Result<Part> filled = ParseNumbers(std::move(part), words);
  if (!filled) {
    return Fail(ErrorKind::kUsage, fmt::format("'{{{{{}}}}}': {}", inside, filled.error().message));
  }
  return filled;
}

Result<EventTemplate::Part> EventTemplate::ParseNumbers(Part part,
                                                        const std::vector<std::string>& words) {
  const auto expect = [](std::string_view expected) {
    return Fail(ErrorKind::kUsage, fmt::format("expected {}", expected));
  };
  switch (part.kind) {
    case Kind::kText:
    case Kind::kUuid:
    case Kind::kTime:
      if (!words.empty()) return expect("nothing behind the name");
      break;
    case Kind::kSequence:
      if (words.size() > 1 ||
          (words.size() == 1 && (!Read(words[0], &part.number) || part.number == 0)))
        return expect("nothing, or a whole number from 1 as the modulus");
      break;
    case Kind::kInt:
      if (words.size() != 2 || !Read(words[0], &part.low) || !Read(words[1], &part.high) ||
          !IsWhole(part.low) || !IsWhole(part.high) || part.low > part.high)
        return expect("two whole numbers, the lower one first");
      break;
    case Kind::kFloat:
      if (words.size() != 3 || !Read(words[0], &part.low) || !Read(words[1], &part.high) ||
          !Read(words[2], &part.number) || !(part.low <= part.high) || part.number > kDecimalsMax)
        return expect("two numbers, the lower one first, and 0 to 15 decimals");
      break;
    case Kind::kChoice:
      if (words.empty()) return expect("words to choose from");
      part.words = words;
      break;
    case Kind::kLetters:
    case Kind::kPad:
      if (words.size() != 1 || !Read(words[0], &part.number) || part.number > kBytesMax)
        return expect(fmt::format("a size in bytes, at most {}", kBytesMax));
      break;
  }
  return part;
}

void EventTemplate::Write(uint64_t sequence, Random* random, std::string* to) const {
  const size_t begin = to->size();
  size_t pad_at = std::string::npos;
  uint64_t pad_bytes = 0;
  for (const Part& part : parts_) {
    switch (part.kind) {
      case Kind::kText: *to += part.text; break;
      case Kind::kSequence:
        *to += fmt::format("{}", part.number == 0 ? sequence : sequence % part.number);
        break;
      case Kind::kInt: {
        const auto span = static_cast<uint64_t>(part.high - part.low) + 1;
        *to += fmt::format(
            "{}", static_cast<int64_t>(part.low) + static_cast<int64_t>(random->Below(span)));
        break;
      }
      case Kind::kFloat:
        *to +=
            fmt::format("{:.{}f}", part.low + random->Unit() * (part.high - part.low), part.number);
        break;
      case Kind::kChoice: *to += part.words[random->Below(part.words.size())]; break;
      case Kind::kLetters: AppendLetters(part.number, random, to); break;
      case Kind::kUuid: {
        const uint64_t high = random->Next();
        const uint64_t low = random->Next();
        *to += fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}", high >> 32, high >> 16 & 0xFFFF,
                           high & 0xFFF, 0x8000 | (low >> 48 & 0x3FFF), low & 0xFFFF'FFFF'FFFF);
        break;
      }
      case Kind::kTime: AppendTime(sequence, to); break;
      case Kind::kPad:
        pad_at = to->size();
        pad_bytes = part.number;
        break;
    }
  }
  const size_t size = to->size() - begin;
  if (pad_at == std::string::npos || size >= pad_bytes) return;
  std::string letters;
  AppendLetters(pad_bytes - size, random, &letters);
  to->insert(pad_at, letters);
}

}  // namespace aslx
