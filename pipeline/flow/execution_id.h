// Identifiers of executions that follow from the record: the same record, read again after a crash,
// has the same one, so that a duplicate is recognisable and a task can be idempotent.
//
// What it is not: random, or secret. Thread: any.
#pragma once

#include <cstdint>
#include <string_view>

namespace aslx {

/// What all records of one partition have in common: cluster, topic, partition and program.
struct ExecutionIdSeed {
  uint64_t high = 0;
  uint64_t low = 0;
};

inline constexpr uint32_t kExecutionIdBytes = 36;  // in the form of a UUID

ExecutionIdSeed SeedExecutionIds(std::string_view cluster, std::string_view topic,
                                 int32_t partition, uint64_t program_hash);

/// Writes kExecutionIdBytes characters. Two offsets of one seed never have the same id.
void WriteExecutionId(const ExecutionIdSeed& seed, int64_t offset, char* to);

}  // namespace aslx
