#include "compiler/findings/findings.h"

#include <utility>

#include "compiler/findings/finding.h"
#include "compiler/findings/visit.h"

namespace aslx::compiler {

void AddFinding(std::string_view code, const JsonNode& node, std::string message, std::string hint,
                Diagnostics* diagnostics) {
  Diagnostic finding;
  finding.severity = Severity::kWarning;
  finding.origin = Origin::kAslx;
  finding.code = code;
  finding.message = std::move(message);
  finding.hint = std::move(hint);
  finding.location = LocationOf(node);
  finding.line = node.line;
  finding.column = node.column;
  diagnostics->Add(std::move(finding));
}

void FindMore(const ast::Definition& definition, const FindingOptions& options,
              Diagnostics* diagnostics) {
  ForEachState(definition.machine, [&](const ast::State& state) {
    FindInHandlers(state, options.type, diagnostics);
    if (state.query_language == ast::QueryLanguage::kJsonata) return;
    FindInTasks(state, diagnostics);
    FindInChoices(state, diagnostics);
  });
  if (definition.jsonata_states.empty()) FindInVariables(definition, diagnostics);
  FindInResults(definition.machine, diagnostics);
  FindInPaths(definition.machine, options.input, diagnostics);
}

}  // namespace aslx::compiler
