// The identifier of an execution: a number, written as text only where somebody asks for it.
//
// What it is not: the rule by which numbers are given (pipeline/flow/execution_id.h).
// Who uses it: the context object, tasks, dead letters. Thread: any.
#pragma once

#include <cstdint>
#include <string_view>

namespace aslx {

class Execution;

struct ExecutionId {
  uint64_t high = 0;
  uint64_t low = 0;
};

inline constexpr uint32_t kExecutionIdBytes = 36;  // in the form of a UUID

/// Writes kExecutionIdBytes characters.
void WriteExecutionId(const ExecutionId& id, char* to);

/// As `$$.Execution.Id` and `$$.Execution.Name` show them.
std::string_view ExecutionArn(Execution& execution);
std::string_view ExecutionName(Execution& execution);

}  // namespace aslx
