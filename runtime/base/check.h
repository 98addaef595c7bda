// Assertions for mistakes of our own: always on, print where and why, and abort.
//
// What it is not: a way to report bad input (that is Result<T>) or an ASL error (that is a Fault).
// Thread: any.
#pragma once

namespace aslx {

[[noreturn]] void CheckFailed(const char* file, int line, const char* condition);

}  // namespace aslx

#define ASLX_CHECK(condition)                        \
  (__builtin_expect(static_cast<bool>(condition), 1) \
       ? static_cast<void>(0)                        \
       : ::aslx::CheckFailed(__FILE__, __LINE__, #condition))
