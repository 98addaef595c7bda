#include "tests/unit/flow/pipeline_world.h"

#include <gtest/gtest.h>

#include "tests/unit/worker/choosing_program.h"

namespace aslx {
namespace {

// Time goes on at least so much where the Flow wants to be turned at once without being busy.
constexpr int64_t kStepNs = 100'000;

}  // namespace

PipelineWorld::PipelineWorld() : program_(ChoosingProgram()) {
  spec.name = "test";
  spec.cluster = "here";
  spec.machine_name = "choosing";
  spec.output.topic = "out";
  spec.dead_letters = {DeadLetterSpec::Action::kWrite, "dead"};
  spec.commit_interval_ms = 1'000;
}

PipelineWorld::~PipelineWorld() {
  flow.reset();
  if (delivery == nullptr) return;
  EXPECT_EQ(delivery->held_records(), 0u) << "records were not released";
}

void PipelineWorld::Start(const std::vector<int32_t>& partitions) {
  counters_ = std::make_unique<FlowCounters>();
  completions_ = std::make_unique<CompletionQueue>(nullptr);
  delivery = std::make_unique<FakeDelivery>(&broker, spec.guarantee == Guarantee::kExactlyOnce);
  FlowParts parts;
  parts.spec = &spec;
  parts.program = program_;
  parts.delivery = delivery.get();
  parts.gateway = this;
  parts.completions = completions_.get();
  parts.counters = counters_.get();
  parts.journal = journal;
  parts.worker = worker_options;
  parts.listener = listener;
  auto made = Flow::Create(parts);
  ASSERT_TRUE(made.has_value()) << made.error().message;
  flow = std::move(*made);
  finished = false;
  delivery->Assign(partitions);
  Settle();
}

void PipelineWorld::Crash(const std::vector<int32_t>& partitions) {
  flow.reset();
  EXPECT_EQ(delivery->held_records(), 0u) << "records were not released";
  delivery.reset();
  calls.clear();
  Start(partitions);
}

void PipelineWorld::Settle() {
  for (int turn = 0; turn < 1'000; ++turn) {
    const TurnStatus status = flow->Turn(clock.Now(), clock.Wall());
    finished = status.finished;
    if (finished || !status.busy) return;
  }
}

void PipelineWorld::PassMs(int64_t ms) {
  const int64_t until = clock.Now() + ms * 1'000'000;
  while (!finished) {
    const TurnStatus status = flow->Turn(clock.Now(), clock.Wall());
    finished = status.finished;
    if (status.busy) continue;
    if (status.next_due_ns > until) break;
    clock.AdvanceTo(std::max(status.next_due_ns, clock.Now() + kStepNs));
  }
  clock.AdvanceTo(until);
  Settle();
}

void PipelineWorld::Answer(const std::string& output, size_t count) {
  TaskOutcome outcome;
  outcome.succeeded = true;
  outcome.output = output;
  for (; count > 0; --count) {
    ASSERT_FALSE(calls.empty());
    completions_->Push(Completion::Answer(calls.front(), outcome));
    calls.erase(calls.begin());
  }
  Settle();
}

int64_t PipelineWorld::committed(int32_t partition) const {
  const auto found = broker.committed.find(partition);
  return found == broker.committed.end() ? -1 : found->second.offset;
}

}  // namespace aslx
