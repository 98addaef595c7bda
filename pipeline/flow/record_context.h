// What `$$` shows of a record and its execution, made only where somebody looks, since most
// machines do not.
//
// What it is not: the context object itself (runtime/vm). Who uses it: Flow. Thread: the worker's.
// Memory: Flow has one RecordContext, for the record that it is starting.
#pragma once

#include <string>

#include "runtime/program/program.h"
#include "runtime/vm/execution.h"

namespace aslx {

struct RecordContext {
  RecordMetadata metadata;
  /// What `metadata` shows, where it is not the record's own bytes.
  std::string headers_json;
  std::string key_text;
};

/// What a program may look at while it runs.
struct ContextUse {
  bool execution = false;  // the ARNs and names: by a path, or by a task that is told the id
  bool record = false;     // $$.Kafka
  bool headers = false;    // of that
};
ContextUse FindContextUse(const Program& program);

}  // namespace aslx
