// All that a seed's processes share: time, the brokers, and what must be so.
//
// Who uses it: processes and what they are made of. Memory: owns all of it but the scenario.
#pragma once

#include <cstdio>
#include <memory>

#include "runtime/program/program.h"
#include "tests/sim/broker_logs.h"
#include "tests/sim/group.h"
#include "tests/sim/story.h"
#include "tests/sim/transactions.h"
#include "tests/sim/truth.h"

namespace aslx::sim {

struct World {
  World(const Scenario& what, std::shared_ptr<const Program> machine, std::FILE* trace)
      : scenario(what),
        pipeline(what.spec),
        program(std::move(machine)),
        timeline(what.seed),
        story(what.seed, &timeline, trace),
        truth(what, &story),
        logs(what, &story, &truth),
        group(what, &timeline, &story, &truth),
        transactions(what, &timeline, &story, &truth, &logs, &group) {}

  const Scenario& scenario;
  PipelineSpec pipeline;  // what a process starts with; whoever operates it may change it
  bool input_ends = false;
  std::shared_ptr<const Program> program;
  Timeline timeline;
  Story story;
  Truth truth;
  BrokerLogs logs;
  Group group;
  Transactions transactions;
  FaultPlan faults;  // those of the scenario until they stop
};

/// What the parts of a process have in common.
struct ProcessState {
  PipelineSpec spec;
  /// It has died in the middle of a Turn: nothing that it still does in it has any effect.
  bool dying = false;
  bool frozen = false;
  bool cut = false;     // no broker can be reached
  bool corked = false;  // the producer takes nothing
  /// How many more calls of its ports it makes before it dies; 0: it does not.
  uint32_t calls_left = 0;
  uint32_t incarnation = 0;

  /// A call of one of its ports; false when it died before.
  bool Call() {
    if (calls_left > 0 && --calls_left == 0) dying = true;
    return !dying;
  }
  bool reaches_brokers() const { return !dying && !frozen && !cut; }
};

}  // namespace aslx::sim
