// The front-end's one entry: the text of a definition to its AST, or to all that is wrong with it.
//
// What it is not: the compiler (compiler/compile.h), which goes on from here. `aslx check` stops
// here.
// Thread: any. Memory: the Definition owns all its nodes and needs neither the text nor the
// options.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "compiler/ast/machine.h"
#include "compiler/diagnostics/diagnostic.h"

namespace aslx::compiler {

enum class DefinitionFormat { kJson, kYaml };
enum class MachineType { kExpress, kStandard };

struct ParseOptions {
  DefinitionFormat format = DefinitionFormat::kJson;
  MachineType type = MachineType::kExpress;
  /// Accepts `${Name}` wherever a value of the field's kind could stand, with a note each.
  bool allow_placeholders = false;
  /// Values for `${Name}`, filled in before anything is checked.
  std::map<std::string, std::string, std::less<>> substitutions;
};

/// Null when an error was reported. Every diagnostic of the definition is added, in AWS's order.
std::unique_ptr<ast::Definition> ParseDefinition(std::string_view text, const ParseOptions& options,
                                                 Diagnostics* diagnostics);

/// kYaml for *.yaml and *.yml, else kJson.
DefinitionFormat FormatOfFile(std::string_view file_name);

}  // namespace aslx::compiler
