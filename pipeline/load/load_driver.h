// Whoever sends the events of a step and counts their outcomes, while load_run.h watches.
//
// What it is not: the subject, which runs beside it.
// Who uses it: LoadRun; implemented by MemoryLoad and TopicLoad.
// Thread: main's; what works meanwhile has threads of its own.
#pragma once

#include <cstdint>

#include "pipeline/load/load_step.h"
#include "pipeline/load/step_result.h"
#include "runtime/base/result.h"

namespace aslx {

class LoadDriver {
 public:
  virtual ~LoadDriver() = default;

  /// Sends from `begin_ns` on, which lies a moment ahead.
  virtual void Begin(const LoadStep& step, int64_t begin_ns) = 0;

  struct Progress {
    uint64_t sent = 0;
    uint64_t answered = 0;
    int64_t last_ns = 0;    // of the latest outcome; 0: none yet
    bool sent_all = false;  // nothing more will be sent in this step
  };
  virtual Progress Look() const = 0;

  /// Stops sending, where it has not ended, and tells what was counted: all of StepResult but
  /// `workers`, `outcomes` and `resources`.
  virtual Result<void> End(StepResult* result) = 0;
};

}  // namespace aslx
