// One finding, added; and the families that findings.cc calls.
//
// Thread: one at a time. Memory: none of its own.
#pragma once

#include <string>
#include <string_view>

#include "compiler/ast/machine.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/findings/findings.h"

namespace aslx::compiler {

/// Says what, where, why (in `message`) and what to do (`hint`).
void AddFinding(std::string_view code, const JsonNode& node, std::string message, std::string hint,
                Diagnostics* diagnostics);

/// Retriers and catchers that never come to their turn; waits beyond the five minutes.
void FindInHandlers(const ast::State& state, MachineType type, Diagnostics* diagnostics);
/// Choice rules that can never match.
void FindInChoices(const ast::State& state, Diagnostics* diagnostics);
/// Tasks that the service refuses or fails for want of parameters.
void FindInTasks(const ast::State& state, Diagnostics* diagnostics);
/// Variables that nothing reads.
void FindInVariables(const ast::Definition& definition, Diagnostics* diagnostics);
/// Results that are kept, but that nothing reads before they are lost.
void FindInResults(const ast::Machine& machine, Diagnostics* diagnostics);
/// Paths that cannot exist, given what earlier states produce and what the events look like.
void FindInPaths(const ast::Machine& machine, const Shape& input, Diagnostics* diagnostics);

}  // namespace aslx::compiler
