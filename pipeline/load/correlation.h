// How an event's sequence number travels to its outcome and back to whoever measures.
//
// What it is: decimal digits, as the record's key or as a header. What it is not: part of the event
// itself: definitions need not pass it on. README.md says why these two.
// Who uses it: MemoryDelivery and TopicLoad. Thread: any. Memory: none.
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace aslx {

enum class Correlation : uint8_t { kKey, kHeader };

inline constexpr std::string_view kCorrelationHeader = "aslx-bench";

/// Room for the digits of any number.
using SequenceText = std::array<char, 20>;

/// The digits lie in `text`.
inline std::string_view WriteSequence(uint64_t sequence, SequenceText* text) {
  const auto written = std::to_chars(text->data(), text->data() + text->size(), sequence);
  return {text->data(), static_cast<size_t>(written.ptr - text->data())};
}

/// Nothing for what is no number of ours.
inline std::optional<uint64_t> ReadSequence(std::string_view text) {
  uint64_t sequence = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), sequence);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return sequence;
}

}  // namespace aslx
