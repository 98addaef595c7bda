// Diagnostics in print: for people with an excerpt of the text, for programs as JSON.
//
// Thread: any. Memory: returns owned texts.
#pragma once

#include <string>
#include <string_view>

#include "compiler/diagnostics/diagnostic.h"

namespace aslx::compiler {

/// `FILE:LINE:COL: error CODE: message`, the line with a caret under the place, and the hint.
std::string FormatForPeople(const Diagnostics& diagnostics, std::string_view file_name,
                            std::string_view text);

/// `{"result":"OK|FAIL","diagnostics":[{"severity":…,"code":…,"message":…,"location":…}]}`.
/// Findings of our own carry `"origin":"aslx"`.
std::string FormatAsJson(const Diagnostics& diagnostics, bool accepted);

}  // namespace aslx::compiler
