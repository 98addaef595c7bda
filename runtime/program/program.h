// A verified program, read-only: typed views of the sections of one block of bytes.
//
// What it is not: an object graph. The bytes are the program.
// Who uses it: the interpreter, the worker, the disassembler.
// Thread: immutable after Load; shared by all workers. Memory: owns its bytes.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/program/format.h"
#include "runtime/program/fused_code.h"
#include "runtime/value/value.h"

namespace aslx {

class Program {
 public:
  /// Takes over `bytes`; checks magic, version, size, checksum, then verifies everything. The error
  /// says what was found and what was expected. Any bytes are refused or safe to run.
  static Result<std::shared_ptr<const Program>> Load(std::vector<std::byte> bytes);
  static Result<std::shared_ptr<const Program>> LoadFile(const char* path);

  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

#define SECTION(kind, type, accessor)      \
  std::span<const type> accessor() const { \
    return accessor##_;                    \
  }
  ASLX_SECTIONS(SECTION)
#undef SECTION

  const MachineRecord& machine() const {
    return machines_[0];
  }
  std::string_view TextOf(TextRef ref) const {
    return {text_.data() + ref.offset, ref.size};
  }
  /// A constant as a value that points into the program; a short integer as a number to compute
  /// with, whose text is the same.
  const Value& ConstantAt(uint32_t index) const {
    return constant_values_[index];
  }
  /// The same before they are made: from the record.
  Value ReadConstant(uint32_t index) const;
  const TemplateTable& template_table() const {
    return template_table_;
  }
  const ReadSet& read_set() const {
    return read_set_;
  }
  /// What the interpreter runs.
  const FusedCode& fused() const {
    return fused_;
  }
  /// How long an execution may take.
  int64_t duration_ns() const {
    return duration_ns_;
  }
  uint64_t source_hash() const;
  std::span<const std::byte> bytes() const {
    return bytes_;
  }

 private:
  Program() = default;

  std::vector<std::byte> bytes_;
#define SECTION(kind, type, accessor) std::span<const type> accessor##_;
  ASLX_SECTIONS(SECTION)
#undef SECTION
  TemplateTable template_table_;
  ReadSet read_set_;
  // Derived from what is verified.
  int64_t duration_ns_ = 0;
  std::vector<uint64_t> key_marks_;
  std::vector<Value> constant_values_;
  FusedCode fused_;
};

}  // namespace aslx
