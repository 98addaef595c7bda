// Collects the records of a program and lays them out as one file.
//
// What it is not: a checker; Program::Load verifies what comes out.
// Who uses it: compiler/emit, and tests that want a program without a definition.
// Thread: one. Memory: owns its records until Finish.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/program/format.h"

namespace aslx {

class ProgramBuilder {
 public:
  /// Interned: the same text is stored once.
  TextRef Text(std::string_view text);
  /// Appends text without interning, for literals of templates; never shared.
  TextRef AppendText(std::string_view text);
  /// A constant from a JSON text that is known to be valid (no surrounding blanks); interned.
  uint32_t Constant(std::string_view json_text);

#define SECTION(kind, type, accessor) std::vector<type> accessor;
  ASLX_SECTIONS(SECTION)
#undef SECTION

  /// The file: header, section table, sections, checksum.
  std::vector<std::byte> Finish(uint64_t source_hash);

 private:
  std::unordered_map<std::string, TextRef> interned_text_;
  std::unordered_map<std::string, uint32_t> interned_constants_;
};

}  // namespace aslx
