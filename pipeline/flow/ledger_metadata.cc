#include "pipeline/flow/ledger_metadata.h"

#include <algorithm>
#include <bit>

#include "runtime/base/check.h"
#include "runtime/base/limits.h"

namespace aslx {
namespace {

constexpr std::string_view kMark = "aslx:";
constexpr std::string_view kVersion = "1:";
constexpr size_t kPrefixBytes = 9;  // aslx:1:r:
constexpr size_t kBinaryBytesMax = (limits::kCommitMetadataBytesMax - kPrefixBytes) / 4 * 3;
constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void AppendBase64(std::string_view bytes, std::string* out) {
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    const size_t count = std::min<size_t>(3, bytes.size() - i);
    for (size_t j = 0; j < 3; ++j)
      group = group << 8 | (j < count ? static_cast<uint8_t>(bytes[i + j]) : 0);
    for (size_t j = 0; j < 4; ++j)
      *out += j <= count ? kDigits[group >> (18 - 6 * j) & 63] : '=';
  }
}

bool DecodeBase64(std::string_view text, std::string* bytes) {
  if (text.size() % 4 != 0) return false;
  for (size_t i = 0; i < text.size(); i += 4) {
    uint32_t group = 0;
    size_t count = 3;
    for (size_t j = 0; j < 4; ++j) {
      const char c = text[i + j];
      const size_t digit = kDigits.find(c);
      const bool padding = c == '=' && i + 4 == text.size() && j >= 2;
      if (digit == std::string_view::npos && !padding) return false;
      if (padding) {
        count = std::min(count, j - 1);
      } else if (count < 3) {
        return false;  // a digit behind padding
      }
      group = group << 6 | static_cast<uint32_t>(padding ? 0 : digit);
    }
    for (size_t j = 0; j < count; ++j)
      *bytes += static_cast<char>(group >> (16 - 8 * j) & 255);
  }
  return true;
}

void AppendVarint(uint64_t number, std::string* out) {
  while (number >= 128) {
    *out += static_cast<char>(number | 128);
    number >>= 7;
  }
  *out += static_cast<char>(number);
}

bool TakeVarint(std::string_view* bytes, uint64_t* number) {
  *number = 0;
  for (int shift = 0; shift < 63 && !bytes->empty(); shift += 7) {
    const auto byte = static_cast<uint8_t>(bytes->front());
    bytes->remove_prefix(1);
    *number |= uint64_t{byte & 127u} << shift;
    if (byte < 128) return true;
  }
  return false;
}

size_t VarintBytes(uint64_t number) {
  return number < 128 ? 1 : (static_cast<size_t>(std::bit_width(number)) + 6) / 7;
}

/// What the run of one more offset may cost: it cuts a run in two, and what is cut may have been
/// the longest there is.
constexpr size_t kSplitBytesMax = 18;
/// What the last run may still grow by, without another offset done: to where the next record is.
constexpr size_t kGrowthBytesMax = 8;

/// How many of `done` are in `out`.
size_t WriteRuns(int64_t commit_point, std::span<const OffsetRange> done, std::string* out) {
  int64_t at = commit_point;
  for (size_t i = 0; i < done.size(); ++i) {
    const size_t before = out->size();
    AppendVarint(static_cast<uint64_t>(done[i].begin - at), out);
    AppendVarint(static_cast<uint64_t>(done[i].end - done[i].begin), out);
    if (out->size() > kBinaryBytesMax) {
      out->resize(before);
      return i;
    }
    at = done[i].end;
  }
  return done.size();
}

size_t WriteBitmap(int64_t commit_point, std::span<const OffsetRange> done, std::string* out) {
  for (size_t i = 0; i < done.size(); ++i) {
    const auto end = static_cast<uint64_t>(done[i].end - commit_point);
    if (end > kBinaryBytesMax * 8) return i;
    out->resize((end + 7) / 8, '\0');
    for (auto bit = static_cast<uint64_t>(done[i].begin - commit_point); bit < end; ++bit) {
      char& byte = (*out)[bit / 8];
      byte = static_cast<char>(byte | 1 << bit % 8);
    }
  }
  return done.size();
}

tl::unexpected<Error> Damaged() {
  return Fail(
      ErrorKind::kConfiguration,
      "the metadata of a committed offset is damaged: expected base64 run lengths or a bitmap "
      "behind `aslx:1:`");
}

}  // namespace

bool EncodeDoneRuns(int64_t commit_point, std::span<const OffsetRange> done, std::string* text) {
  text->clear();
  if (done.empty()) return true;
  ASLX_CHECK(done.front().begin >= commit_point);
  std::string runs;
  std::string bitmap;
  const size_t in_runs = WriteRuns(commit_point, done, &runs);
  const size_t in_bitmap = WriteBitmap(commit_point, done, &bitmap);
  const bool use_runs = in_runs != in_bitmap ? in_runs > in_bitmap : runs.size() <= bitmap.size();
  if (std::max(in_runs, in_bitmap) == 0) return false;
  *text += kMark;
  *text += kVersion;
  *text += use_runs ? "r:" : "b:";
  AppendBase64(use_runs ? runs : bitmap, text);
  ASLX_CHECK(text->size() <= limits::kCommitMetadataBytesMax);
  return std::max(in_runs, in_bitmap) == done.size();
}

bool DoneRunsSurelyFit(size_t run_count, uint64_t span) {
  if (span <= kBinaryBytesMax * 8) return true;
  // Two numbers a run, all of them adding up to the span at most: their logarithms add up to the
  // most when they are equal.
  const size_t numbers = 2 * run_count;
  const auto bits = static_cast<size_t>(std::bit_width(span / numbers + 1));
  return numbers + numbers * bits / 7 + kGrowthBytesMax <= kBinaryBytesMax;
}

size_t DoneRunsThatStillFit(int64_t commit_point, std::span<const OffsetRange> done) {
  size_t bytes = 0;
  int64_t at = commit_point;
  for (const OffsetRange& run : done) {
    bytes += VarintBytes(static_cast<uint64_t>(run.begin - at)) +
             VarintBytes(static_cast<uint64_t>(run.end - run.begin));
    at = run.end;
  }
  bytes += kGrowthBytesMax;
  return bytes < kBinaryBytesMax ? (kBinaryBytesMax - bytes) / kSplitBytesMax : 0;
}

Result<std::vector<OffsetRange>> DecodeDoneRuns(int64_t commit_point, std::string_view text) {
  std::vector<OffsetRange> done;
  if (!text.starts_with(kMark)) return done;
  text.remove_prefix(kMark.size());
  if (!text.starts_with(kVersion)) {
    return Fail(ErrorKind::kConfiguration,
                "a committed offset has metadata of version " +
                    std::string(text.substr(0, std::min<size_t>(text.find(':'), 20))) +
                    ", this engine reads version 1; start the version that wrote it, or reset the "
                    "group's offsets");
  }
  text.remove_prefix(kVersion.size());
  const bool runs = text.starts_with("r:");
  if (!runs && !text.starts_with("b:")) return Damaged();
  std::string bytes;
  if (!DecodeBase64(text.substr(2), &bytes)) return Damaged();
  if (runs) {
    int64_t at = commit_point;
    for (std::string_view rest = bytes; !rest.empty();) {
      uint64_t open = 0;
      uint64_t closed = 0;
      if (!TakeVarint(&rest, &open) || !TakeVarint(&rest, &closed)) return Damaged();
      const auto room = static_cast<uint64_t>(INT64_MAX - at);
      if (open > room || closed > room - open || closed == 0) return Damaged();
      const int64_t begin = at + static_cast<int64_t>(open);
      at = begin + static_cast<int64_t>(closed);
      done.push_back({begin, at});
    }
    return done;
  }
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    if ((static_cast<uint8_t>(bytes[bit / 8]) >> bit % 8 & 1) == 0) continue;
    const int64_t offset = commit_point + static_cast<int64_t>(bit);
    if (!done.empty() && done.back().end == offset) {
      ++done.back().end;
    } else {
      done.push_back({offset, offset + 1});
    }
  }
  return done;
}

}  // namespace aslx
