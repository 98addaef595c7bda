#pragma once

// What it is: where two reports of one execution differ: outcome, texts, history. Numbers have to
// be written alike and members to stand in the same order; only times and white space may differ.
// Used by: compare_main. Thread: any. Memory: the text is the caller's.

#include <string>

#include "tests/reference/json.h"

namespace aslx::reference {

// Empty when they agree, else the first difference in words.
std::string Difference(const Json& reference, const Json& engine);

}  // namespace aslx::reference
