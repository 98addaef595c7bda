// A whole file as text.
//
// Thread: any. Memory: the caller's. Not for the path of a record.
#pragma once

#include <string>

#include "runtime/base/result.h"

namespace aslx {

/// The error, of kind `kind`, names the file and the system's reason ("Is a directory").
Result<std::string> ReadFile(const std::string& path, ErrorKind kind);

}  // namespace aslx
