#include "runtime/vm/execution_id.h"

#include <bit>
#include <cstring>

#include "runtime/vm/execution.h"

namespace aslx {
namespace {

/// The lower half of `number` as eight digits, all at once: 5 ns an id instead of 26 digit by
/// digit.
uint64_t HexOf(uint64_t number) {
  static_assert(std::endian::native == std::endian::little);
  // One digit a byte, the highest in the lowest byte.
  uint64_t x = (number & 0xFFFF) << 32 | (number >> 16 & 0xFFFF);
  x = (x & 0x000000FF000000FFu) << 16 | (x >> 8 & 0x000000FF000000FFu);
  x = (x & 0x000F000F000F000Fu) << 8 | (x >> 4 & 0x000F000F000F000Fu);
  const uint64_t letters = (x + 0x0606060606060606u) >> 4 & 0x0101010101010101u;
  return x + 0x3030303030303030u + letters * ('a' - '0' - 10);
}

/// The first `size` bytes of `digits`.
void Put(uint64_t digits, size_t size, char* to) {
  std::memcpy(to, &digits, size);
}

}  // namespace

void WriteExecutionId(const ExecutionId& id, char* to) {
  const uint64_t second = HexOf(id.high);
  const uint64_t third = HexOf(id.low >> 32);
  Put(HexOf(id.high >> 32), 8, to);
  Put(second, 4, to + 9);
  Put(second >> 32, 4, to + 14);
  Put(third, 4, to + 19);
  Put(third >> 32, 4, to + 24);
  Put(HexOf(id.low), 8, to + 28);
  to[8] = to[13] = to[18] = to[23] = '-';
}

std::string_view ExecutionArn(Execution& execution) {
  const std::string_view prefix = execution.info->arn_prefix;
  if (prefix.empty()) return execution.info->execution_id;
  char* const text = execution.arena.AllocateArray<char>(prefix.size() + kExecutionIdBytes);
  std::memcpy(text, prefix.data(), prefix.size());
  WriteExecutionId(execution.id, text + prefix.size());
  return {text, prefix.size() + kExecutionIdBytes};
}

std::string_view ExecutionName(Execution& execution) {
  if (execution.info->arn_prefix.empty()) return execution.info->execution_name;
  char* const text = execution.arena.AllocateArray<char>(kExecutionIdBytes);
  WriteExecutionId(execution.id, text);
  return {text, kExecutionIdBytes};
}

}  // namespace aslx
