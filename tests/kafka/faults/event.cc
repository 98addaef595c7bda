#include "tests/kafka/faults/event.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace aslx::faults {
namespace {

// The kinds of 1,000 numbers in a row, spread by a multiplier that has no factor in common with
// 1,000. Waits are few: at 0.5 % of 20,000 events a second 150 are in flight.
constexpr uint64_t kCycle = 1'000;
constexpr uint64_t kSpread = 377;

struct Share {
  Kind kind;
  uint64_t count;
  std::string_view name;  // the machine's Choice compares with it
};
constexpr std::array kShares = {
    Share{Kind::kDrop, 100, "drop"},     Share{Kind::kSplit, 100, "split"},
    Share{Kind::kWait, 5, "wait"},       Share{Kind::kDelay, 10, "delay"},
    Share{Kind::kFlaky, 5, "flaky"},     Share{Kind::kFail, 5, "fail"},
    Share{Kind::kRefused, 5, "refused"}, Share{Kind::kMalformed, 5, "malformed"},
    Share{Kind::kPass, kCycle, "pass"},
};

const Share& ShareOf(uint64_t number) {
  uint64_t place = number % kCycle * kSpread % kCycle;
  size_t index = 0;
  while (place >= kShares[index].count)
    place -= kShares[index++].count;
  return kShares[index];
}

// So many in a row go to one partition; few, so that all partitions get some every moment.
constexpr uint64_t kRun = 4;

std::optional<uint64_t> NumberBehind(std::string_view payload, std::string_view name) {
  size_t at = payload.find(name);
  if (at == std::string_view::npos) return std::nullopt;
  const char* first = payload.data() + at + name.size();
  uint64_t number = 0;
  auto [end, error] = std::from_chars(first, payload.data() + payload.size(), number);
  if (error != std::errc()) return std::nullopt;
  return number;
}

}  // namespace

Kind KindOf(uint64_t number) {
  return ShareOf(number).kind;
}

int32_t PartitionOf(uint64_t number, int32_t partition_count) {
  return static_cast<int32_t>(number / kRun % static_cast<uint64_t>(partition_count));
}

std::string_view WriteEvent(uint64_t number, char* buffer) {
  const Share& share = ShareOf(number);
  // One that is not JSON ends too early.
  std::string_view end = share.kind == Kind::kMalformed ? "" : "}";
  auto written = fmt::format_to_n(
      buffer, kEventBytesMax,
      R"({{"n":{},"kind":"{}","seconds":{},"source":"plant-{}","reading":{{"value":{}.5,"unit":"bar"}}{})",
      number, share.name, 1 + number % 2, number % 7, number % 100, end);
  return {buffer, std::min(written.size, kEventBytesMax)};
}

uint32_t PartCountOf(Kind kind) {
  if (kind == Kind::kDrop) return 0;
  return kind == Kind::kSplit ? kPartsMax : 1;
}

Sink SinkOf(Kind kind, uint32_t part) {
  if (!ErrorOf(kind).empty()) return Sink::kDead;
  return kind == Kind::kSplit && part == 1 ? Sink::kSide : Sink::kOut;
}

std::string_view ErrorOf(Kind kind) {
  switch (kind) {
    case Kind::kFail: return "AlwaysFails";
    case Kind::kRefused: return "Refused";
    case Kind::kMalformed: return "Aslx.InvalidEvent";
    case Kind::kPass:
    case Kind::kDrop:
    case Kind::kSplit:
    case Kind::kWait:
    case Kind::kDelay:
    case Kind::kFlaky: return {};
  }
  return {};
}

uint64_t VisibleBelow(uint64_t end) {
  uint64_t visible = 0;
  for (uint64_t number = 0; number < std::min(end, kCycle); ++number) {
    // So many numbers below `end` are of the same kind.
    uint64_t alike = (end - number - 1) / kCycle + 1;
    if (PartCountOf(KindOf(number)) > 0) visible += alike;
  }
  return visible;
}

std::optional<Identity> IdentityOf(std::string_view payload) {
  std::optional<uint64_t> number = NumberBehind(payload, "\"n\":");
  if (!number) return std::nullopt;
  std::optional<uint64_t> part = NumberBehind(payload, "\"part\":");
  return Identity{*number, static_cast<uint32_t>(part.value_or(0))};
}

}  // namespace aslx::faults
