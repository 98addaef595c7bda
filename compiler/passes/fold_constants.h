// Pass: what needs no input is computed now. Pure calls with constant arguments become constants,
// and so do containers without anything to compute.
//
// A call that would fail is left alone: it has to fail at run time, with the service's cause, and
// only when it is reached. Thread: any. Memory: constants own their text.
#pragma once

#include "compiler/ir/expression.h"

namespace aslx::compiler {

void FoldConstants(ir::Expression* expression);

}  // namespace aslx::compiler
