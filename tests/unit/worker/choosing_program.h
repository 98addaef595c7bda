// A machine for tests whose events say what it does, made without the compiler:
//
//   {"do":"wait","seconds":N}  waits     {"do":"task"}   calls a task, its result is the output
//   {"do":"fail"}              fails     {"do":"spin"}   goes round for ever
//   anything else              succeeds with the event as its output, in the state Done
//
// It is over after 60 seconds.
#pragma once

#include <memory>

#include "runtime/program/program.h"

namespace aslx {

std::shared_ptr<const Program> ChoosingProgram();

}  // namespace aslx
