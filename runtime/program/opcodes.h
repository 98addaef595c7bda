// Opcodes and functions as enums, with the facts that opcodes.def and functions.def state.
//
// Thread: any. Memory: constants only.
#pragma once

#include <cstdint>

namespace aslx {

/// Made at load from sequences of the others (fused_code.h says what each stands for); a file has
/// none of them.
#define ASLX_FUSED_OPCODES(X) \
  X(TakeShortcut)             \
  X(TestSlot)                 \
  X(RenderSlots)              \
  X(NextState)

enum class Opcode : uint8_t {
#define OP(name, mnemonic, a, b, c, flags, meaning) k##name,
#include "runtime/program/opcodes.def"
#undef OP
#define ASLX_FUSED(name) k##name,
  ASLX_FUSED_OPCODES(ASLX_FUSED)
#undef ASLX_FUSED
};

/// Of those that a file may have.
inline constexpr uint32_t kOpcodeCount = 0
#define OP(name, mnemonic, a, b, c, flags, meaning) +1
#include "runtime/program/opcodes.def"
#undef OP
    ;
inline constexpr uint32_t kRunOpcodeCount = kOpcodeCount
#define ASLX_FUSED(name) +1
    ASLX_FUSED_OPCODES(ASLX_FUSED)
#undef ASLX_FUSED
    ;

/// A test_… with a constant operand.
constexpr bool ComparesWithConstant(Opcode op) {
  switch (op) {
#define ASLX_CASE(name, mnemonic) case Opcode::kTest##name:
    ASLX_COMPARISONS(ASLX_CASE)
#undef ASLX_CASE
    return true;
    default: return false;
  }
}

enum class OperandKind : uint8_t {
  kNone,
  kDst,
  kSrc,
  kTwo,
  kConst,
  kPathUse,
  kTemplate,
  kHole,
  kCall,
  kState,
  kPc,
  kSwitch,
  kTask,
  kWait,
  kMap,
  kParallel,
  kGraft,
  kAssign,
};

namespace opcode_flags {
inline constexpr uint8_t kMayFault = 1;
inline constexpr uint8_t kSuspends = 2;
inline constexpr uint8_t kEnds = 4;
inline constexpr uint8_t kSkips = 8;
inline constexpr uint8_t kJumps = 16;
}  // namespace opcode_flags

struct OpcodeFacts {
  const char* mnemonic;
  OperandKind a, b, c;
  uint8_t flags;
  const char* meaning;
};
const OpcodeFacts& FactsOf(Opcode opcode);

enum class FunctionId : uint16_t {
#define FUNCTION(name, text, min, max, meaning) k##name,
#include "runtime/program/functions.def"
#undef FUNCTION
};
inline constexpr uint32_t kAnyArguments = UINT32_MAX;

struct FunctionFacts {
  const char* name;
  uint32_t arguments_min;
  uint32_t arguments_max;
  const char* meaning;
};
inline constexpr uint32_t kFunctionCount = 0
#define FUNCTION(name, text, min, max, meaning) +1
#include "runtime/program/functions.def"
#undef FUNCTION
    ;
const FunctionFacts& FactsOf(FunctionId function);

}  // namespace aslx
