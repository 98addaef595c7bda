// What a broker's log on disk says of each record of a partition: outside any transaction, or in
// one that was committed, aborted, or is still open.
//
// What it is not: a reader of records: it reads the heads of batches and the control records that
// end transactions, and so is a third opinion beside the two readers of librdkafka. Who uses it:
// audit.cc. Thread: any. Memory: some bytes a batch.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace aslx::faults {

enum class Fate : uint8_t { kPlain, kCommitted, kAborted, kOpen };

struct BatchFate {
  int64_t first_offset;
  int64_t last_offset;
  int64_t producer_id;
  Fate fate;
};

/// All data batches of a partition, in order of offset; `folder` holds its `*.log` files. An error
/// is a sentence in `*error`.
std::vector<BatchFate> ReadLog(const std::string& folder, std::string* error);

}  // namespace aslx::faults
