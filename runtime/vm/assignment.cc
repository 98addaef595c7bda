#include "runtime/vm/assignment.h"

#include "runtime/base/check.h"
#include "runtime/base/limits.h"
#include "runtime/value/json_reader.h"
#include "runtime/value/json_writer.h"
#include "runtime/vm/fault_text.h"

namespace aslx {

bool AssignVariables(Execution& execution, Branch& branch, const Instruction& at, Fault* fault) {
  const Program& program = *execution.program;
  const AssignRecord& record = program.assigns()[at.c];
  if (record.variable_count == 0) return true;
  const Value object = Open(branch.registers()[at.a], execution.arena);
  ASLX_CHECK(object.type == Type::kObject && object.size == record.variable_count);
  size_t all_bytes = 0;
  size_t replaced_bytes = 0;
  for (uint32_t i = 0; i < record.variable_count; ++i) {
    const uint32_t slot = program.variables()[record.first_variable + i].slot;
    ASLX_CHECK(slot < branch.variable_count);
    all_bytes += JsonTextBytes(object.members[i].value, limits::kVariableBytesMax);
    const Value& old = branch.variables()[slot];
    if (!old.undefined()) replaced_bytes += JsonTextBytes(old, limits::kVariableBytesMax);
  }
  const size_t held_bytes = execution.variables_bytes + all_bytes - replaced_bytes;
  if (all_bytes > limits::kVariableBytesMax || held_bytes > limits::kVariablesBytesMax) {
    *fault = PrefixedFault(execution, branch, error_names::kDataLimitExceeded,
                           all_bytes > limits::kVariableBytesMax
                               ? "The variables of one Assign exceed the limit of 262144 bytes."
                               : "The variables of the execution exceed the limit of 10485760 "
                                 "bytes.");
    return false;
  }
  execution.variables_bytes = held_bytes;
  for (uint32_t i = 0; i < record.variable_count; ++i) {
    branch.variables()[program.variables()[record.first_variable + i].slot] =
        object.members[i].value;
  }
  branch.assigned = object;
  return true;
}

}  // namespace aslx
