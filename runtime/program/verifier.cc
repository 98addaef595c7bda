#include "runtime/program/verifier.h"

#include "runtime/base/limits.h"
#include "runtime/program/verification.h"

namespace aslx {

bool Verification::RequireText(TextRef ref, const char* section, size_t index, const char* field) {
  size_t size = program.text().size();
  if (!Require(ref.offset <= size && ref.size <= size - ref.offset, section, index,
               "{} is text {} to {}, expected one within {} bytes", field, ref.offset,
               uint64_t{ref.offset} + ref.size, size))
    return false;
  // The section as a whole is UTF-8, so a text is when both its ends are between characters.
  auto between = [this, size](size_t at) {
    return at == size || (static_cast<uint8_t>(program.text()[at]) & 0xC0) != 0x80;
  };
  return Require(between(ref.offset) && between(size_t{ref.offset} + ref.size), section, index,
                 "{} is text {} to {}, which cuts a UTF-8 character", field, ref.offset,
                 uint64_t{ref.offset} + ref.size);
}

bool Verification::RequireRange(uint32_t first, uint32_t count, size_t size, const char* section,
                                size_t index, const char* field) {
  return Require(first <= size && count <= size - first, section, index,
                 "{} are records {} to {}, expected some within {}", field, first,
                 uint64_t{first} + count, size);
}

bool Verification::RequireIndex(uint32_t record, size_t size, const char* section, size_t index,
                                const char* field) {
  return Require(record < size, section, index, "{} is record {}, expected one below {}", field,
                 record, size);
}

bool Verification::SpendBytes(size_t bytes, const char* section, size_t index) {
  spent_bytes_ += bytes;
  return Require(spent_bytes_ <= 4 * limits::kProgramBytesMax, section, index,
                 "the literals up to here have {} bytes, expected at most {} in a program",
                 spent_bytes_, 4 * limits::kProgramBytesMax);
}

Result<void> Verify(const Program& program) {
  Verification v(program);
  // In this order: each part may rely on what those before it have proven.
  for (auto* verify :
       {&VerifyRecords, &VerifyTemplates, &VerifyPaths, &VerifyStructure, &VerifyFlow}) {
    verify(v);
    if (!v.ok()) return Fail(ErrorKind::kData, v.error());
  }
  return {};
}

}  // namespace aslx
