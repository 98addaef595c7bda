#include "pipeline/journal/poison_layout.h"

#include <algorithm>
#include <cstring>

namespace aslx {
namespace {

/// A part of the bytes as a copy: they come from a file, and nothing says how they are aligned.
template <typename Field>
Field FieldAt(std::string_view bytes, size_t at) {
  Field field;
  std::memcpy(&field, bytes.data() + at, sizeof field);
  return field;
}

struct SuspectFields {
  int64_t offset;
  int64_t wall_ns;
  int32_t partition;
  uint32_t topic_index;
};
static_assert(offsetof(PoisonLine, topic_index) == offsetof(SuspectFields, topic_index));
static_assert(offsetof(PoisonPlace, topic_index) == offsetof(SuspectFields, topic_index));

class Decoder {
 public:
  Decoder(std::string_view bytes, std::string* why) : bytes_(bytes), why_(why) {}

  std::optional<PoisonRemains> Decode(std::string_view boot_id) {
    if (!ReadHeader() || !ReadTopics()) return std::nullopt;
    PoisonRemains remains;
    for (uint32_t i = 0; i < layout_.suspect_count; ++i) {
      const size_t at = layout_.suspects_at() + i * sizeof(PoisonPlace);
      const auto taken = FieldAt<uint32_t>(bytes_, at + offsetof(PoisonPlace, taken));
      const auto count = FieldAt<uint32_t>(bytes_, at + offsetof(PoisonPlace, crash_count));
      if (!Take(at, taken, count, &remains.suspects)) return std::nullopt;
    }
    const bool believed = ending_ != kEndPardoned && boot_id_ == boot_id;
    for (uint32_t i = 0; i < layout_.line_count && believed; ++i) {
      const size_t at = layout_.lines_at() + i * sizeof(PoisonLine);
      const auto inside = FieldAt<uint32_t>(bytes_, at + offsetof(PoisonLine, inside));
      if (!Take(at, Blamed(inside), 1, &remains.crashed)) return std::nullopt;
    }
    return remains;
  }

 private:
  bool Refuse(const char* why) {
    *why_ = why;
    return false;
  }

  bool ReadHeader() {
    if (bytes_.size() < sizeof(PoisonHeader) || !bytes_.starts_with(kPoisonMagic)) {
      return Refuse("it is no poison journal");
    }
    if (FieldAt<uint32_t>(bytes_, offsetof(PoisonHeader, format)) != kPoisonFormat) {
      return Refuse("it is a poison journal of another version");
    }
    layout_.topic_count = FieldAt<uint32_t>(bytes_, offsetof(PoisonHeader, topic_count));
    layout_.line_count = FieldAt<uint32_t>(bytes_, offsetof(PoisonHeader, line_count));
    layout_.suspect_count = FieldAt<uint32_t>(bytes_, offsetof(PoisonHeader, suspect_count));
    if (std::max({layout_.topic_count, layout_.line_count, layout_.suspect_count}) >
            kPoisonPartsMax ||
        layout_.bytes() != bytes_.size()) {
      return Refuse("its size is not what its header says");
    }
    const auto boot_id = FieldAt<std::array<char, 36>>(bytes_, offsetof(PoisonHeader, boot_id));
    boot_id_ = std::string(boot_id.data(), strnlen(boot_id.data(), boot_id.size()));
    ending_ = FieldAt<uint32_t>(bytes_, offsetof(PoisonHeader, ending));
    return ending_ <= kEndMarked || Refuse("it says of its end what none can be");
  }

  bool ReadTopics() {
    for (uint32_t i = 0; i < layout_.topic_count; ++i) {
      const char* const name = bytes_.data() + layout_.topics_at() + i * kPoisonTopicBytes;
      const size_t size = strnlen(name, kPoisonTopicBytes);
      if (size == 0 || size == kPoisonTopicBytes) return Refuse("a topic's name has no end");
      topics_.emplace_back(name, size);
    }
    return true;
  }

  /// 1 for a line that is. With the culprit known, what other threads were executing is innocent.
  uint32_t Blamed(uint32_t inside) const {
    if (inside == kCrashedInside) return 1;
    return inside == kInside && ending_ == kEndMarked ? 0 : inside;
  }

  bool Take(size_t at, uint32_t state, uint32_t crash_count, std::vector<PoisonSuspect>* to) {
    if (state == 0) return true;
    const auto fields = FieldAt<SuspectFields>(bytes_, at);
    if (state != 1 || fields.topic_index >= topics_.size() || fields.partition < 0 ||
        fields.offset < 0 || crash_count == 0) {
      return Refuse("an entry has values that no record can have");
    }
    to->push_back({topics_[fields.topic_index], fields.partition, fields.offset, crash_count,
                   fields.wall_ns});
    return true;
  }

  std::string_view bytes_;
  std::string* why_;
  PoisonLayout layout_;
  std::string boot_id_;
  uint32_t ending_ = kEndUnknown;
  std::vector<std::string> topics_;
};

bool SameRecord(const PoisonSuspect& a, const PoisonSuspect& b) {
  return a.offset == b.offset && a.partition == b.partition && a.topic == b.topic;
}

}  // namespace

std::optional<PoisonRemains> DecodePoison(std::string_view bytes, std::string_view boot_id,
                                          std::string* why) {
  return Decoder(bytes, why).Decode(boot_id);
}

std::vector<PoisonSuspect> MergeSuspects(const PoisonRemains& remains) {
  std::vector<PoisonSuspect> merged = remains.suspects;
  for (const PoisonSuspect& crashed : remains.crashed) {
    const auto known = std::ranges::find_if(
        merged, [&](const PoisonSuspect& suspect) { return SameRecord(suspect, crashed); });
    if (known == merged.end()) {
      merged.push_back(crashed);
    } else {
      known->crash_count += crashed.crash_count;
      known->last_wall_ns = crashed.last_wall_ns;
    }
  }
  if (merged.size() > kPoisonSuspectsMax) {
    std::ranges::stable_sort(merged, std::ranges::greater(), &PoisonSuspect::last_wall_ns);
    merged.resize(kPoisonSuspectsMax);
  }
  return merged;
}

}  // namespace aslx
