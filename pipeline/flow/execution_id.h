// Identifiers of executions that follow from the record: the same record, read again after a crash,
// has the same one, so that a duplicate is recognisable and a task can be idempotent.
//
// What it is not: random, or secret; or text (runtime/vm/execution_id.h). Thread: any.
#pragma once

#include <cstdint>
#include <string_view>

#include "runtime/vm/execution_id.h"

namespace aslx {

/// What all records of one partition have in common: cluster, topic, partition and program.
struct ExecutionIdSeed {
  uint64_t high = 0;
  uint64_t low = 0;
};

ExecutionIdSeed SeedExecutionIds(std::string_view cluster, std::string_view topic,
                                 int32_t partition, uint64_t program_hash);

/// Two offsets of one seed never have the same id.
ExecutionId ExecutionIdOf(const ExecutionIdSeed& seed, int64_t offset);

}  // namespace aslx
