#include "runtime/vm/assignment.h"

#include "runtime/base/check.h"
#include "runtime/base/limits.h"
#include "runtime/value/json_reader.h"
#include "runtime/value/json_writer.h"
#include "runtime/vm/fault_text.h"

namespace aslx {

namespace {

// Bytes of the values that the record's variables have now, or are about to have.
size_t HeldBytes(const Program& program, const AssignRecord& record, Branch& branch) {
  size_t bytes = 0;
  for (uint32_t i = 0; i < record.variable_count; ++i) {
    const uint32_t slot = program.variables()[record.first_variable + i].slot;
    ASLX_CHECK(slot < branch.variable_count);
    const Value& old = branch.variables()[slot];
    if (!old.undefined()) bytes += JsonTextBytes(old, limits::kVariableBytesMax);
  }
  return bytes;
}

size_t AssignedBytes(const Value& object) {
  size_t bytes = 0;
  for (uint32_t i = 0; i < object.size; ++i) {
    bytes += JsonTextBytes(object.members[i].value, limits::kVariableBytesMax);
  }
  return bytes;
}

}  // namespace

bool AssignVariables(Execution& execution, Branch& branch, const Instruction& at, Fault* fault) {
  const Program& program = *execution.program;
  const AssignRecord& record = program.assigns()[at.c];
  if (record.variable_count == 0) return true;
  const Value object = Open(branch.registers()[at.a], execution.arena);
  ASLX_CHECK(object.type == Type::kObject && object.size == record.variable_count);
  const size_t bytes = AssignedBytes(object);
  const size_t all_bytes = execution.variables_bytes + bytes - HeldBytes(program, record, branch);
  if (bytes > limits::kVariableBytesMax || all_bytes > limits::kVariablesBytesMax) {
    *fault = PrefixedFault(execution, branch, error_names::kDataLimitExceeded,
                           bytes > limits::kVariableBytesMax
                               ? "The variables of one Assign exceed the limit of 262144 bytes."
                               : "The variables of the execution exceed the limit of 10485760 "
                                 "bytes.");
    return false;
  }
  branch.assigned = object;
  branch.assign = at.c;
  return true;
}

void CommitAssignment(Execution& execution, Branch& branch) {
  const Program& program = *execution.program;
  const AssignRecord& record = program.assigns()[branch.assign];
  execution.variables_bytes += AssignedBytes(branch.assigned) - HeldBytes(program, record, branch);
  for (uint32_t i = 0; i < record.variable_count; ++i) {
    branch.variables()[program.variables()[record.first_variable + i].slot] =
        branch.assigned.members[i].value;
  }
}

}  // namespace aslx
