#pragma once

// What it is: payload templates, the intrinsic calls in them, and the single paths of InputPath,
// OutputPath and the like, with the causes of what they miss.
// What it is not: the order in which a state uses them. Used by: machine and its states.
// Thread: one. Memory: results are copies.

#include <string_view>

#include "tests/reference/fault.h"
#include "tests/reference/json.h"
#include "tests/reference/scope.h"

namespace aslx::reference {

// The value of a template such as Parameters; `.$` keys are evaluated on `input`.
Outcome<Json> EvaluateTemplate(const Json& form, const Json& input, const Scope& scope);

// The value of a `.$` field's text: a path or an intrinsic call. `field` is for the cause.
Outcome<Json> EvaluateField(std::string_view field, std::string_view text, const Json& input,
                            const Scope& scope);

// The value of InputPath, OutputPath and the like: "Invalid path '$.x' : …" when there is none.
Outcome<Json> EvaluatePathField(std::string_view text, const Json& input, const Scope& scope);

// The value at a path, or nothing; for fields whose cause only says that there is none.
std::optional<Json> FindAt(std::string_view text, const Json& input, const Scope& scope);

}  // namespace aslx::reference
