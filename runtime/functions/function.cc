#include "runtime/functions/function.h"

#include "runtime/functions/families.h"

namespace aslx {
namespace {

constexpr Function kFunctions[] = {
#define FUNCTION(name, text, min, max, meaning) &functions::name,
#include "runtime/program/functions.def"
#undef FUNCTION
};

}  // namespace

Function FunctionAt(FunctionId id) {
  return kFunctions[static_cast<uint16_t>(id)];
}

bool IsPure(FunctionId id) {
  return id != FunctionId::kMathRandom && id != FunctionId::kUUID;
}

}  // namespace aslx
