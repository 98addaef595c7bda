// Why a path, an intrinsic call or a filter cannot be read.
//
// What it is not: a Diagnostic. AWS's wording says only that a value is no valid path; this becomes
// the hint beside it. Thread: any. Memory: owns its text.
#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace aslx::compiler {

struct SyntaxError {
  /// A sentence without a full stop.
  std::string reason;
  /// Byte offset in the text that was to be read.
  size_t offset = 0;
};

template <typename T>
using Parsed = tl::expected<T, SyntaxError>;

inline tl::unexpected<SyntaxError> NotParsed(std::string reason, size_t offset) {
  return tl::unexpected<SyntaxError>(SyntaxError{std::move(reason), offset});
}

}  // namespace aslx::compiler
