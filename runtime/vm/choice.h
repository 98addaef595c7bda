// The comparison operators of Choice Rules.
//
// Source: States Language, "Data-Test Expression". A value of another type than the operator's does
// not match; nothing here faults. Thread: any.
#pragma once

#include <string_view>

#include "runtime/base/arena.h"
#include "runtime/program/program.h"
#include "runtime/value/value.h"

namespace aslx {

/// `opcode` is one of the test_… opcodes that compare two values, constant or Path form.
bool Compare(Opcode opcode, const Value& left, const Value& right, Arena& arena);

/// switch_string: the case that equals `value`, or null.
const SwitchCase* FindCase(const Program& program, const SwitchRecord& table, const Value& value,
                           Arena& arena);

/// StringMatches: `*` matches any run of characters; `\*` and `\\` stand for themselves.
bool StringMatches(std::string_view text, std::string_view pattern);

bool IsTimestamp(const Value& value, Arena& arena);

}  // namespace aslx
