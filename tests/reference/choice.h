#pragma once

// What it is: the rules of a Choice state, true or false for an input.
// What it is not: where the state goes; that is the machine's. Used by: machine.
// Thread: one. Memory: none kept.

#include "tests/reference/fault.h"
#include "tests/reference/json.h"
#include "tests/reference/scope.h"

namespace aslx::reference {

// Whether the rule holds for the state's effective input. A path that leads nowhere is a fault.
Outcome<bool> RuleHolds(const Json& rule, const Json& input, const Scope& scope);

// The wildcard comparison of StringMatches: `*` is any run of characters, `\*` and `\\` are
// themselves.
bool StringMatches(std::string_view text, std::string_view pattern);

}  // namespace aslx::reference
