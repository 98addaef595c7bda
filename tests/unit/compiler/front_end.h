// What the tests of the front-end share: a text in, its findings as short lines out.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/parse.h"

namespace aslx::compiler {

struct FrontEndResult {
  std::unique_ptr<ast::Definition> definition;
  /// `CODE: message at location`, errors only.
  std::vector<std::string> errors;
  /// The same for what is no error.
  std::vector<std::string> notes;
};

inline FrontEndResult RunFrontEnd(std::string_view text, const ParseOptions& options = {}) {
  FrontEndResult result;
  Diagnostics diagnostics;
  result.definition = ParseDefinition(text, options, &diagnostics);
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    std::string line = diagnostic.code + ": " + diagnostic.message;
    if (!diagnostic.location.empty()) line += " at " + diagnostic.location;
    (diagnostic.severity == Severity::kError ? result.errors : result.notes).push_back(line);
  }
  return result;
}

/// A machine of one state 'S', given its fields, and a state 'T' to go to.
inline std::string MachineWith(std::string_view fields, bool target_needed = false) {
  std::string text = R"({"StartAt":"S","States":{"S":{)" + std::string(fields) + "}";
  if (target_needed) text += R"(,"T":{"Type":"Succeed"})";
  return text + "}}";
}

}  // namespace aslx::compiler
