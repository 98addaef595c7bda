// What others are told of the execution of a record: `$$`, tasks, dead letters, the header with its
// id. Made only where somebody looks, since most machines do not.
//
// What it is not: the context object itself (runtime/vm). Who uses it: Flow. Thread: the worker's.
// Memory: an InputRecord keeps its own from the first time on, with the buffers.
#pragma once

#include <string>
#include <string_view>

#include "pipeline/flow/execution_id.h"
#include "runtime/program/program.h"
#include "runtime/vm/execution.h"

namespace aslx {

struct RecordContext {
  /// The execution's ARN; its last kExecutionIdBytes are the execution's id.
  std::string execution_arn;
  ExecutionInfo info;
  RecordMetadata metadata;
  /// What `metadata` shows, where it is not the record's own bytes.
  std::string headers_json;
  std::string key_text;

  std::string_view execution_id() const {
    return std::string_view(execution_arn).substr(execution_arn.size() - kExecutionIdBytes);
  }
};

/// What a program may look at while it runs.
struct ContextUse {
  bool execution = false;  // the ARNs and names: by a path, or by a task that is told the id
  bool record = false;     // $$.Kafka
  bool headers = false;    // of that
};
ContextUse FindContextUse(const Program& program);

}  // namespace aslx
