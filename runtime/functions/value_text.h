// Values as texts inside strings: compact JSON, and the way Java prints maps and lists.
//
// What it is not: the writer of outputs (runtime/value/json_writer.h), which copies untouched text
// as it stood. Here blanks go and strings are escaped anew; only numbers keep their text.
// Who uses it: States.Format, States.JsonToString, States.Hash. Thread: any.
// Memory: appends to an ArenaText.
#pragma once

#include "runtime/functions/arena_text.h"
#include "runtime/value/value.h"

namespace aslx::functions {

/// `{"a":[1,"x"]}`: no blanks, strings escaped only where RFC 8259 asks for it.
void AppendCompactJson(const Value& value, Arena& arena, ArenaText& out);

/// `{a=[1, x]}`: java.util.AbstractMap.toString(). A string stands without quotes, null is `null`.
void AppendJavaText(const Value& value, Arena& arena, ArenaText& out);

}  // namespace aslx::functions
