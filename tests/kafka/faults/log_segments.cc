#include "tests/kafka/faults/log_segments.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <unordered_map>

#include <fmt/format.h>

namespace aslx::faults {
namespace {

// A batch of format 2: base offset 8, length 4, leader epoch 4, format 1, CRC 4, attributes 2, last
// offset's delta 4, two timestamps 16, producer 8, its epoch 2, base sequence 4, record count 4.
constexpr size_t kHeadBytes = 61;
constexpr size_t kLengthAt = 8;
constexpr size_t kFormatAt = 16;
constexpr size_t kAttributesAt = 21;
constexpr size_t kLastDeltaAt = 23;
constexpr size_t kProducerAt = 43;
/// The length does not count what stands before it, nor itself.
constexpr int64_t kBeforeLength = 12;
constexpr uint8_t kFormat = 2;
constexpr int64_t kTransactional = 1 << 4;
constexpr int64_t kControl = 1 << 5;
// The one record of a control batch: length, attributes, timestamp delta, offset delta and key
// length, each in one byte, then the key: version 2, type 2 (0 abort, 1 commit).
constexpr size_t kMarkerBytes = 9;
constexpr size_t kMarkerTypeAt = 8;

using Bytes = std::array<uint8_t, kHeadBytes + kMarkerBytes>;

int64_t BigEndian(const Bytes& bytes, size_t at, size_t size) {
  // The sign is in the first byte.
  auto value = static_cast<int64_t>(static_cast<int8_t>(bytes[at]));
  for (size_t i = 1; i < size; ++i)
    value = value * 256 + bytes[at + i];
  return value;
}

class LogReader {
 public:
  bool ReadSegment(const std::filesystem::path& path);
  std::vector<BatchFate> batches;
  std::string error;

 private:
  void EndTransaction(int64_t producer, bool committed);
  std::unordered_map<int64_t, std::vector<size_t>>
      open_;  // a producer's batches since its last marker
};

void LogReader::EndTransaction(int64_t producer, bool committed) {
  for (size_t index : open_[producer])
    batches[index].fate = committed ? Fate::kCommitted : Fate::kAborted;
  open_[producer].clear();
}

bool LogReader::ReadSegment(const std::filesystem::path& path) {
  std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (!file) {
    error = fmt::format("{} cannot be read", path.string());
    return false;
  }
  Bytes bytes{};
  for (int64_t at = 0;;) {
    if (std::fseek(file.get(), at, SEEK_SET) != 0) break;
    size_t got = std::fread(bytes.data(), 1, bytes.size(), file.get());
    if (got < kHeadBytes) break;  // the end
    int64_t length = BigEndian(bytes, kLengthAt, 4);
    if (length == 0) break;  // space that was allocated ahead
    if (bytes[kFormatAt] != kFormat) {
      error = fmt::format("{}: a batch of format {} at byte {}, expected {}", path.string(),
                          bytes[kFormatAt], at, kFormat);
      return false;
    }
    int64_t offset = BigEndian(bytes, 0, 8);
    int64_t attributes = BigEndian(bytes, kAttributesAt, 2);
    int64_t producer = BigEndian(bytes, kProducerAt, 8);
    if ((attributes & kControl) != 0) {
      EndTransaction(producer, bytes[kHeadBytes + kMarkerTypeAt] == 1);
    } else {
      bool transactional = (attributes & kTransactional) != 0;
      if (transactional) open_[producer].push_back(batches.size());
      batches.push_back({offset, offset + BigEndian(bytes, kLastDeltaAt, 4), producer,
                         transactional ? Fate::kOpen : Fate::kPlain});
    }
    at += kBeforeLength + length;
  }
  return true;
}

}  // namespace

std::vector<BatchFate> ReadLog(const std::string& folder, std::string* error) {
  std::vector<std::filesystem::path> segments;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failed))
    if (entry.path().extension() == ".log") segments.push_back(entry.path());
  if (failed) *error = fmt::format("{}: {}", folder, failed.message());
  std::sort(segments.begin(), segments.end());  // named by their first offset, of equal width
  LogReader reader;
  for (const auto& segment : segments)
    if (!reader.ReadSegment(segment)) *error = reader.error;
  return std::move(reader.batches);
}

}  // namespace aslx::faults
