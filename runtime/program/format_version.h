// The version of the program file format, alone in its file so that tools can tell when it changed.
// Any change of opcodes.def, functions.def or format.h bumps it.
// Thread: any. Memory: a constant.
#pragma once

#include <cstdint>

namespace aslx {
inline constexpr uint32_t kFormatVersion = 1;
}  // namespace aslx
