// The front-end's one entry: the text of a definition to its AST, or to all that is wrong with it.
//
// What it is not: the compiler (compiler/compile.h), which goes on from here. `aslx check` stops
// here.
// Thread: any. Memory: the Definition owns all its nodes and needs neither the text nor the
// options.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "compiler/ast/machine.h"
#include "compiler/definition/placeholders.h"
#include "compiler/diagnostics/diagnostic.h"

namespace aslx::compiler {

enum class DefinitionFormat { kJson, kYaml };
enum class MachineType { kExpress, kStandard };

/// What the definition is read for. kCheck accepts what AWS accepts; kCompile also refuses what
/// cannot be compiled yet.
enum class ParsePurpose { kCheck, kCompile };

struct ParseOptions {
  DefinitionFormat format = DefinitionFormat::kJson;
  MachineType type = MachineType::kExpress;
  ParsePurpose purpose = ParsePurpose::kCheck;
  /// Accepts `${Name}` wherever a value of the field's kind could stand, with a note each.
  bool allow_placeholders = false;
  /// Values for `${Name}`, filled in before anything is checked.
  Substitutions substitutions;
};

/// Null when an error was reported. Every diagnostic of the definition is added, in AWS's order.
/// With `allow_placeholders` the machine is left empty: what is not known yet cannot be built.
std::unique_ptr<ast::Definition> ParseDefinition(std::string_view text, const ParseOptions& options,
                                                 Diagnostics* diagnostics);

/// kYaml for *.yaml and *.yml, else kJson.
DefinitionFormat FormatOfFile(std::string_view file_name);

}  // namespace aslx::compiler
