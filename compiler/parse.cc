#include "compiler/parse.h"

#include <string>
#include <utility>

#include "compiler/definition/json_reader.h"
#include "compiler/definition/yaml_reader.h"
#include "compiler/parser/machine_builder.h"
#include "compiler/rules/definition_rules.h"
#include "compiler/rules/note_rules.h"
#include "compiler/rules/support_rules.h"
#include "runtime/base/limits.h"

namespace aslx::compiler {
namespace {

bool EndsIn(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

bool IsBlank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

void AddPlainError(std::string_view code, Origin origin, std::string message,
                   Diagnostics* diagnostics) {
  Diagnostic diagnostic;
  diagnostic.code = code;
  diagnostic.origin = origin;
  diagnostic.message = std::move(message);
  diagnostics->Add(std::move(diagnostic));
}

bool CheckSize(std::string_view text, Diagnostics* diagnostics) {
  if (IsBlank(text)) {
    AddPlainError(codes::kMissingDescription, Origin::kAws,
                  "Received a null or empty workflow input.", diagnostics);
    return false;
  }
  if (text.size() <= limits::kDefinitionBytesMax) return true;
  AddPlainError(codes::kDefinitionSize, Origin::kAslx,
                "the definition has " + std::to_string(text.size()) + " bytes; the service takes " +
                    std::to_string(limits::kDefinitionBytesMax) + " at most",
                diagnostics);
  return false;
}

/// Who has placeholders filled in wants all of them filled in; and what is to run needs them.
void CheckLeftOver(const ParseOptions& options, const std::vector<std::string>& names,
                   Diagnostics* diagnostics) {
  const bool compiles = options.purpose == ParsePurpose::kCompile;
  const bool refused = options.allow_placeholders ? compiles : !options.substitutions.empty();
  if (!refused) return;
  for (const std::string& name : names) {
    AddPlainError(
        codes::kPlaceholderLeft, Origin::kAslx,
        "'${" + name + "}' has no value; give it one with --substitute " + name + "=VALUE",
        diagnostics);
  }
}

bool Read(std::string_view text, const ParseOptions& options, Placeholders* placeholders,
          JsonDocument* document, Diagnostics* diagnostics) {
  if (options.format == DefinitionFormat::kYaml) {
    return ReadYaml(text, placeholders, document, diagnostics);
  }
  return ReadJson(text, options.allow_placeholders, placeholders, document, diagnostics);
}

}  // namespace

std::unique_ptr<ast::Definition> ParseDefinition(std::string_view text, const ParseOptions& given,
                                                 Diagnostics* diagnostics) {
  ParseOptions options = given;
  const size_t errors_before = diagnostics->error_count();
  if (!CheckSize(text, diagnostics)) return nullptr;
  auto definition = std::make_unique<ast::Definition>();
  definition->document = std::make_unique<JsonDocument>();
  Placeholders placeholders(options.substitutions);
  if (!Read(text, options, &placeholders, definition->document.get(), diagnostics)) return nullptr;
  const JsonNode& root = definition->document->root;
  definition->placeholders = placeholders.left_over();
  CheckLeftOver(options, definition->placeholders, diagnostics);
  if (options.purpose == ParsePurpose::kCompile) options.allow_placeholders = false;
  CheckDefinition(RuleContext(options, diagnostics), root);
  if (options.allow_placeholders) NotePlaceholders(root, diagnostics);
  definition->jsonata_states = ReportJsonata(options.purpose, root, diagnostics);
  if (options.purpose == ParsePurpose::kCompile) ReportDistribution(root, diagnostics);
  if (diagnostics->error_count() > errors_before) return nullptr;
  // With placeholders in it the text is acceptable but has no AST: a path or a number that is not
  // known yet cannot be built.
  if (!options.allow_placeholders) definition->machine = BuildMachine(root);
  return definition;
}

DefinitionFormat FormatOfFile(std::string_view file_name) {
  const bool yaml = EndsIn(file_name, ".yaml") || EndsIn(file_name, ".yml");
  return yaml ? DefinitionFormat::kYaml : DefinitionFormat::kJson;
}

}  // namespace aslx::compiler
