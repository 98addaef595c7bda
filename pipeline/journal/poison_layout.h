// The bytes of a poison journal, and what is believed of those that an earlier process left.
//
// What it is: fixed-size parts behind each other: header, topics, a line a worker, suspects. What
// it is not: files (poison_file.h). Who uses it: poison_file.cc.
// Thread: a line has one writer, the worker; suspects are written by whoever has their partition.
// Memory: lives in the mapping; DecodePoison returns copies.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/flow/poison_journal.h"

namespace aslx {

inline constexpr std::string_view kPoisonMagic = "aslx-psn";
inline constexpr uint32_t kPoisonFormat = 2;
/// Kafka's limit on a topic's name is 249; a byte more than that ends it.
inline constexpr size_t kPoisonTopicBytes = 256;
/// A crash makes at most one a worker; when all are taken, the one that crashed longest ago goes.
inline constexpr uint32_t kPoisonSuspectsMax = 1'024;
/// More than workers and topics of one pipeline can be; what a header says is held against it.
inline constexpr uint32_t kPoisonPartsMax = 65'536;

/// Of PoisonHeader::ending.
inline constexpr uint32_t kEndUnknown = 0;   // whatever is inside Run may have done it
inline constexpr uint32_t kEndPardoned = 1;  // on purpose: what stands in the lines means nothing
inline constexpr uint32_t kEndMarked = 2;    // a crash has marked the line of its thread
/// Of PoisonLine::inside.
inline constexpr uint32_t kOutside = 0;
inline constexpr uint32_t kInside = 1;
inline constexpr uint32_t kCrashedInside = 2;

struct PoisonHeader {
  std::array<char, 8> magic{};
  uint32_t format = 0;
  uint32_t topic_count = 0;
  uint32_t line_count = 0;
  uint32_t suspect_count = 0;  // places, not those taken
  std::array<char, 36> boot_id{};
  std::atomic<uint32_t> ending{kEndUnknown};
};
static_assert(sizeof(PoisonHeader) == 64 && std::atomic<uint32_t>::is_always_lock_free);

/// Apart by a cache line, since each has another core as its writer.
struct alignas(64) PoisonLine {
  int64_t offset = 0;
  int64_t wall_ns = 0;
  int32_t partition = 0;
  uint32_t topic_index = 0;
  /// kInside while the record is inside Run. Stored with release order after the fields above:
  /// whoever sees it sees the fields that belong to it, and a process that dies between them blames
  /// none.
  std::atomic<uint32_t> inside{kOutside};
};
static_assert(sizeof(PoisonLine) == 64);

struct PoisonPlace {
  int64_t offset = 0;
  int64_t wall_ns = 0;
  int32_t partition = 0;
  uint32_t topic_index = 0;
  uint32_t crash_count = 0;
  std::atomic<uint32_t> taken{0};
};
static_assert(sizeof(PoisonPlace) == 32);

/// Where the parts stand.
struct PoisonLayout {
  uint32_t topic_count = 0;
  uint32_t line_count = 0;
  uint32_t suspect_count = kPoisonSuspectsMax;

  size_t topics_at() const { return sizeof(PoisonHeader); }
  size_t lines_at() const { return topics_at() + topic_count * kPoisonTopicBytes; }
  size_t suspects_at() const { return lines_at() + line_count * sizeof(PoisonLine); }
  size_t bytes() const { return suspects_at() + suspect_count * sizeof(PoisonPlace); }
};

/// What an earlier process left.
struct PoisonRemains {
  std::vector<PoisonSuspect> suspects;  // known before it
  std::vector<PoisonSuspect> crashed;   // what it may have died of; crash_count is 1
};

/// Nullopt, with the reason, when the bytes are none of ours or damaged: then none is believed.
std::optional<PoisonRemains> DecodePoison(std::string_view bytes, std::string_view boot_id,
                                          std::string* why);

/// The suspects of the next process: crashes counted, at most kPoisonSuspectsMax.
std::vector<PoisonSuspect> MergeSuspects(const PoisonRemains& remains);

}  // namespace aslx
