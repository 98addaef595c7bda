// What is decided about a definition before code is made: its regions and states in order, the
// variables of each region, and where the event itself may still be a state's input.
//
// What it is not: code. Who uses it: compiler/lower.
// Thread: one. Memory: points into the AST, which outlives it.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "compiler/ast/machine.h"
#include "runtime/program/format.h"

namespace aslx::compiler {

struct PlannedState {
  const ast::State* state = nullptr;
  uint32_t region = 0;
  /// The state may get the event as its input: its paths are worth slots of the read set.
  bool input_is_event = false;
  /// Parallel: of the first branch; Map: of its processor.
  uint32_t first_child_region = kNoIndex;
};

struct PlannedRegion {
  const ast::Machine* machine = nullptr;
  RegionKind kind = RegionKind::kRoot;
  uint32_t parent = kNoIndex;
  uint32_t state = kNoIndex;
  uint32_t first_state = 0;
  /// Of a Map's processor: its outer register may hold the event, its input never does.
  bool outer_is_event = false;
  bool input_is_event = false;
  std::vector<std::string_view> variables;
  std::unordered_map<std::string_view, uint32_t> slots;
  std::unordered_map<std::string_view, uint32_t> states;
};

struct VariableSlot {
  uint8_t depth = 0;
  uint32_t slot = 0;
};

struct MachinePlan {
  explicit MachinePlan(const ast::Machine& machine);

  /// Of the state with this name in the region; transitions have been checked by the rules.
  uint32_t StateNamed(uint32_t region, std::string_view name) const;
  /// The variable as seen from the region. One that no Assign sets gets a slot that stays empty, so
  /// that reading it fails when it is reached.
  VariableSlot FindVariable(uint32_t region, std::string_view name);

  std::vector<PlannedRegion> regions;
  std::vector<PlannedState> states;

 private:
  void AddRegion(const ast::Machine& machine, RegionKind kind, uint32_t parent, uint32_t state);
  void AddChildren(uint32_t state_index);
};

/// True for `$` and for an absent path: the document passes through.
bool PassesThrough(const ast::PathSetting& setting);

/// Sets the `…is_event` flags of the plan.
void FindEventInputs(MachinePlan* plan);

}  // namespace aslx::compiler
