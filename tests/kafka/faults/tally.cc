#include "tests/kafka/faults/tally.h"

#include <algorithm>

#include <fmt/format.h>

namespace aslx::faults {
namespace {

constexpr std::string_view kPoisonRecord = "Aslx.PoisonRecord";
constexpr size_t kSamplesMax = 5;

}  // namespace

uint64_t Tally::Count(Sink sink, std::string_view payload, std::string_view error) {
  if (error == kPoisonRecord) ++parked_innocent_;
  std::optional<Identity> identity = IdentityOf(payload);
  bool known = identity && identity->number < event_count_;
  Kind kind = known ? KindOf(identity->number) : Kind::kDrop;
  if (!known || identity->part >= PartCountOf(kind) || SinkOf(kind, identity->part) != sink ||
      ErrorOf(kind) != error) {
    ++strangers_;
    if (samples_.size() < kSamplesMax)
      samples_.push_back(
          fmt::format("topic {}: {} ({})", static_cast<int>(sink), payload.substr(0, 200), error));
    return kNone;
  }
  uint8_t* counts = &counts_[identity->number * kPartsMax];
  uint8_t& count = counts[identity->part];
  if (count < UINT8_MAX) ++count;
  if (count > 1) return kNone;
  if (!std::all_of(counts, counts + PartCountOf(kind), [](uint8_t c) { return c > 0; }))
    return kNone;
  ++whole_;
  return identity->number;
}

Tally::Verdict Tally::Judge() const {
  Verdict verdict;
  for (uint64_t number = 0; number < event_count_; ++number) {
    uint32_t parts = PartCountOf(KindOf(number));
    if (parts == 0) continue;
    const uint8_t* counts = &counts_[number * kPartsMax];
    auto [least, most] = std::minmax_element(counts, counts + parts);
    if (*least == 0) {
      ++verdict.lost;
      verdict.first_lost = std::min(verdict.first_lost, number);
    }
    if (*most > 1) {
      verdict.surplus += *most - 1u;
      verdict.first_surplus = std::min(verdict.first_surplus, number);
    }
  }
  return verdict;
}

}  // namespace aslx::faults
