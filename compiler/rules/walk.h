// Visits the machines of a definition: the definition itself, then those nested in it, in the order
// of the author. Only what has the right shape is visited; the schema rules report the rest.
//
// Thread: one at a time. Memory: none of its own.
#pragma once

#include <functional>
#include <string_view>

#include "compiler/definition/json_node.h"

namespace aslx::compiler {

/// A machine that has an object of States.
struct MachineNode {
  const JsonNode& node;
  const JsonNode& states;
  bool nested;
};

/// Outer machines before inner ones.
void ForEachMachine(const JsonNode& root, const std::function<void(const MachineNode&)>& visit);

/// The machines directly within a state: its Branches, ItemProcessor, Iterator.
void ForEachMachineIn(const JsonNode& state, const std::function<void(const JsonNode&)>& visit);

/// The names that a state may go to: Next, Default, Choices[i].Next, Catch[i].Next, each the node
/// of the name.
void ForEachTarget(const JsonNode& state, const std::function<void(const JsonNode&)>& visit);

}  // namespace aslx::compiler
