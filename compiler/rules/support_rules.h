// What the service accepts and the compiler does not compile: JSONata, and the fields of
// distributed Maps that reach for S3.
//
// What it is not: a rule of the service. `aslx check` accepts all of it, and says where it did not
// look.
// Who uses it: parse.cc. Thread: one at a time. Memory: none of its own.
#pragma once

#include <string>
#include <vector>

#include "compiler/rules/rule_context.h"

namespace aslx::compiler {

/// kCheck: a note for each state that holds a JSONata expression; kCompile: an error for each state
/// in JSONata mode. Gives the names of these states.
std::vector<std::string> ReportJsonata(ParsePurpose purpose, const JsonNode& root,
                                       Diagnostics* diagnostics);

/// For kCompile only: an error for ItemReader, ItemBatcher and ResultWriter of a Map, a note for
/// its Label.
void ReportDistribution(const JsonNode& root, Diagnostics* diagnostics);

}  // namespace aslx::compiler
