// Result<T>: a value, or our own failure (a bad file, a wrong configuration, a broker out of
// reach).
//
// What it is not: an ASL error. Those are Faults (runtime/vm/fault.h), which Retry and Catch may
// handle. Thread: any. Memory: an Error owns its text; never made on the path of a record.
#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace aslx {

/// What kind of failure it is; pipeline/cli maps it to the exit code of SCRIPTS' table.
enum class ErrorKind {
  kUsage,           // exit 2
  kData,            // exit 65: a definition, an input, a program file
  kUnavailable,     // exit 69: something outside cannot be reached
  kInternal,        // exit 70: a mistake of our own
  kUnknownOutcome,  // exit 75: the outcome of a transaction is not known
  kConfiguration,   // exit 78
};

struct Error {
  ErrorKind kind = ErrorKind::kInternal;
  /// One sentence: what was found, what was expected, where.
  std::string message;
};

template <typename T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> Fail(ErrorKind kind, std::string message) {
  return tl::unexpected<Error>(Error{kind, std::move(message)});
}

}  // namespace aslx
