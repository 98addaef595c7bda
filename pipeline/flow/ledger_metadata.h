// What is done above a commit point, as the text that travels in the commit's metadata.
//
// What it is: `aslx:1:r:BASE64` (run lengths as LEB128 varints: not done, done, not done, … from
// the commit point on) or `aslx:1:b:BASE64` (a bitmap, first bit the commit point), whichever is
// shorter. Its size follows the holes and not the span. What it is not: the ledger
// (offset_ledger.h). Thread: any. Memory: the caller's.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"

namespace aslx {

/// Offsets [begin, end).
struct OffsetRange {
  int64_t begin = 0;
  int64_t end = 0;
  friend bool operator==(const OffsetRange&, const OffsetRange&) = default;
};

/// Writes the text of `done` (ascending, apart, above commit_point) to `text`; empty for none.
/// False when not all of it fits into limits::kCommitMetadataBytesMax: the lowest runs that fit are
/// in.
bool EncodeDoneRuns(int64_t commit_point, std::span<const OffsetRange> done, std::string* text);

/// Whether any `run_count` done runs that end `span` offsets above the commit point fit, whatever
/// their lengths; a few steps of arithmetic. May say no to some that would fit.
bool DoneRunsSurelyFit(size_t run_count, uint64_t span);

/// How many further offsets may be done anywhere above the commit point so that all still fits.
size_t DoneRunsThatStillFit(int64_t commit_point, std::span<const OffsetRange> done);

/// Empty and foreign texts (another program's) have no runs. A version that is not known, or
/// damage, is an error: going on would do again what is done.
Result<std::vector<OffsetRange>> DecodeDoneRuns(int64_t commit_point, std::string_view text);

}  // namespace aslx
