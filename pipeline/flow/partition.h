// One assigned partition of one worker: its ledger, its identity, and what of it is committed.
//
// Who uses it: Flow. Thread: the worker's. Memory: owns its texts; one a slot and assignment.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "pipeline/flow/delivery.h"
#include "pipeline/flow/execution_id.h"
#include "pipeline/flow/offset_ledger.h"
#include "pipeline/flow/outbox_list.h"
#include "pipeline/flow/poison_journal.h"

namespace aslx {

struct Partition {
  Assignment assignment;
  std::string topic;
  int32_t number = 0;
  ExecutionIdSeed execution_ids;
  OffsetLedger ledger;
  uint32_t in_flight_count = 0;  // in the ledger
  bool revoking = false;         // nothing more is read of it

  /// Exactly once: inputs with an outcome that has no room in the metadata, by offset, and their
  /// outputs, which wait until there is.
  struct Deferred {
    uint32_t input = 0;
    OutboxList outputs;
  };
  std::map<int64_t, Deferred> deferred;

  // What a restart would find, and the commit that is under way.
  bool changed = false;  // since the last commit was built
  int64_t committed_offset = -1;
  std::string committed_metadata;
  uint64_t commit_id = 0;  // 0: none under way
  int64_t commit_offset = -1;
  std::string commit_metadata;
  uint32_t uncommitted_count = 0;  // left the ledger, and no commit that says so is durable
  uint32_t committing_count = 0;   // those of the commit under way

  /// Records that were being executed when the process crashed, until they are committed.
  std::vector<PoisonSuspect> suspects;
  uint32_t journal_topic = 0;  // what the journal calls `topic`
};

}  // namespace aslx
