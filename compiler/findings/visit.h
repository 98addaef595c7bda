// Walks over the AST: every state, every path of a state or within a path.
//
// Thread: any. Memory: none.
#pragma once

#include <functional>

#include "compiler/ast/machine.h"

namespace aslx::compiler {

/// Outer machines before inner ones, in the order of the author.
void ForEachState(const ast::Machine& machine, const std::function<void(const ast::State&)>& visit);

using VisitPath = std::function<void(const ast::Path&, const JsonNode&)>;

/// The paths in a template, arguments of calls included, each with the node it stands in.
void ForEachPathIn(const ast::Template& value, const VisitPath& visit);
void ForEachPathIn(const ast::ChoiceTest& test, const VisitPath& visit);

/// A path and the paths in its filters, in theirs, and so on.
void ForEachPathWithin(const ast::Path& path, const std::function<void(const ast::Path&)>& visit);

/// All paths of a state that read, wherever they stand; not those of machines within it.
void ForEachPathOf(const ast::State& state, const VisitPath& visit);
/// Those of them that work on the input that InputPath leaves. The ones in Assign are among them,
/// also where they work on the result.
void ForEachInputPathOf(const ast::State& state, const VisitPath& visit);

/// Of a Task, a Parallel or a Map; null for the other types.
const ast::ResultHandling* HandlingOf(const ast::State& state);

}  // namespace aslx::compiler
