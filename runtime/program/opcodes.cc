#include "runtime/program/opcodes.h"

namespace aslx {
namespace {

using namespace opcode_flags;  // NOLINT(google-build-using-namespace): the words of opcodes.def

constexpr OpcodeFacts kOpcodeFacts[] = {
#define OP(name, mnemonic, a, b, c, flags, meaning) \
  {mnemonic, OperandKind::k##a, OperandKind::k##b, OperandKind::k##c, flags, meaning},
#include "runtime/program/opcodes.def"
#undef OP
};

constexpr FunctionFacts kFunctionFacts[] = {
#define FUNCTION(name, text, min, max, meaning) {text, min, max, meaning},
#include "runtime/program/functions.def"
#undef FUNCTION
};

}  // namespace

const OpcodeFacts& FactsOf(Opcode opcode) {
  return kOpcodeFacts[static_cast<uint8_t>(opcode)];
}
const FunctionFacts& FactsOf(FunctionId function) {
  return kFunctionFacts[static_cast<uint16_t>(function)];
}

}  // namespace aslx
