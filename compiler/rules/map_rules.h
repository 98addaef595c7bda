// What only a Map has: its processor's configuration, the reader, batcher and writer of a
// distributed Map, and its label.
//
// Thread: one at a time. Memory: none of its own.
#pragma once

#include "compiler/rules/rule_context.h"

namespace aslx::compiler {

void CheckProcessorConfig(const RuleContext& rules, const JsonNode& node);
void CheckItemReader(const StateContext& state, const JsonNode& node);
void CheckItemBatcher(const StateContext& state, const JsonNode& node);
void CheckResultWriter(const StateContext& state, const JsonNode& node);
void CheckLabel(const RuleContext& rules, const JsonNode& node);

/// True when the Map's processor says DISTRIBUTED.
bool IsDistributedMap(const JsonNode& map_state);

}  // namespace aslx::compiler
