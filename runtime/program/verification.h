// One run of the verifier: the program, the first thing found wrong, and the checks that all parts
// share.
//
// What it is not: the verifier's interface (verifier.h). Who uses it: verify_*.cc.
// Thread: one. Memory: owns the error text and the scratch memory of the JSON reader.
#pragma once

#include <string>
#include <utility>

#include <fmt/format.h>

#include "runtime/base/arena.h"
#include "runtime/program/program.h"
#include "runtime/value/json_reader.h"

namespace aslx {

/// Invariant: after the first failure every Require is false and the error stays.
class Verification {
 public:
  explicit Verification(const Program& checked) : program(checked), arena(&pool_, SIZE_MAX) {}

  /// Notes "section[index]: TEXT" when `holds` is false.
  template <typename... Arguments>
  bool Require(bool holds, const char* section, size_t index, fmt::format_string<Arguments...> text,
               Arguments&&... arguments) {
    if (!error_.empty()) return false;
    if (!holds)
      error_ = fmt::format("program refused at {}[{}]: {}", section, index,
                           fmt::format(text, std::forward<Arguments>(arguments)...));
    return holds;
  }

  bool RequireText(TextRef ref, const char* section, size_t index, const char* field);
  /// Records first … first + count of a section of `size` records.
  bool RequireRange(uint32_t first, uint32_t count, size_t size, const char* section, size_t index,
                    const char* field);
  bool RequireIndex(uint32_t record, size_t size, const char* section, size_t index,
                    const char* field);
  /// Texts may overlap, so what is read of them has a limit of its own.
  bool SpendBytes(size_t bytes, const char* section, size_t index);

  bool ok() const { return error_.empty(); }
  const std::string& error() const { return error_; }

 private:
  BlockPool pool_;
  std::string error_;
  size_t spent_bytes_ = 0;

 public:
  const Program& program;
  Arena arena;
  JsonReader reader;
};

void VerifyRecords(Verification& v);
void VerifyTemplates(Verification& v);
void VerifyPaths(Verification& v);
void VerifyStructure(Verification& v);
void VerifyFlow(Verification& v);

}  // namespace aslx
