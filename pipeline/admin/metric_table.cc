#include "pipeline/admin/metric_table.h"

#include <fmt/core.h>

#include "runtime/base/limits.h"

namespace aslx {
namespace {

using enum MetricKind;
using enum MetricScope;

template <Counter FlowCounters::*counter>
constexpr uint64_t (*Of)(const PipelineSpec&, const CoreStatus&) =
    [](const PipelineSpec&, const CoreStatus& core) { return (core.flow.*counter).value(); };

template <uint64_t value>
uint64_t Fixed(const PipelineSpec&, const CoreStatus&) {
  return value;
}

template <auto WindowSpec::*bound>
uint64_t Bound(const PipelineSpec& spec, const CoreStatus&) {
  return spec.window.*bound;
}

template <Counter FlowCounters::*blocks>
uint64_t BlockBytes(const PipelineSpec&, const CoreStatus& core) {
  return (core.flow.*blocks).value() * limits::kArenaBlockBytes;
}

template <Counter FlowCounters::*counter>
constexpr WorkerSample kOne[] = {{"", Of<counter>}};
template <uint64_t value>
constexpr WorkerSample kFixed[] = {{"", Fixed<value>}};
template <auto WindowSpec::*bound>
constexpr WorkerSample kBound[] = {{"", Bound<bound>}};
template <Counter FlowCounters::*blocks>
constexpr WorkerSample kBlockBytes[] = {{"", BlockBytes<blocks>}};

constexpr WorkerSample kExecutions[] = {
    {"succeeded", Of<&FlowCounters::succeeded>}, {"failed", Of<&FlowCounters::failed>},
    {"timed_out", Of<&FlowCounters::timed_out>}, {"aborted", Of<&FlowCounters::aborted>},
    {"malformed", Of<&FlowCounters::malformed>}, {"poisoned", Of<&FlowCounters::poisoned>},
};
constexpr WorkerSample kCommits[] = {
    {"succeeded", Of<&FlowCounters::commits>},
    {"failed", Of<&FlowCounters::commit_failures>},
};

constexpr MetricRow kRows[] = {
    {"aslx_events_received_total", kCounter, kWorker,
     "Records that were read and had to be processed", kOne<&FlowCounters::received>},
    {"aslx_events_skipped_total", kCounter, kWorker,
     "Records that were read again after a restart though they were done",
     kOne<&FlowCounters::skipped>},
    {"aslx_executions_total", kCounter, kWorker,
     "Events by what became of them; failed: refused outputs and results without a fitting route, "
     "too; aborted: without an outcome, and read again; malformed and poisoned: not executed",
     kExecutions},
    {"aslx_outcomes_dropped_total", kCounter, kWorker,
     "Outcomes that have no records because the configuration says so; one that is decided again, "
     "after a rebalance, counts again",
     kOne<&FlowCounters::dropped>},
    {"aslx_outputs_written_total", kCounter, kWorker,
     "Records that were acknowledged, dead letters left out", kOne<&FlowCounters::written>},
    {"aslx_outputs_written_bytes_total", kCounter, kWorker, "Bytes of their payloads",
     kOne<&FlowCounters::written_bytes>},
    {"aslx_dead_letters_total", kCounter, kWorker, "Dead letters that were acknowledged",
     kOne<&FlowCounters::dead_letters>},
    {"aslx_produce_retries_total", kCounter, kWorker,
     "Outputs that could not be written and were tried again",
     kOne<&FlowCounters::produce_retries>},
    {"aslx_commits_total", kCounter, kWorker, "Commits by what became of them", kCommits},
    {"aslx_transactions_aborted_total", kCounter, kWorker,
     "Exactly once: transactions that were given up and made anew; commits that failed among them",
     kOne<&FlowCounters::transactions_aborted>},
    {"aslx_commit_metadata_cut_total", kCounter, kWorker,
     "Commits whose metadata could not hold all that was done above the commit point",
     kOne<&FlowCounters::metadata_cut>},
    {"aslx_late_acknowledgements_total", kCounter, kWorker,
     "Acknowledgements for partitions that had gone", kOne<&FlowCounters::late>},
    {"aslx_state_retries_total", kCounter, kWorker,
     "Errors of states that a Retry took: the state runs again after its delay",
     kOne<&FlowCounters::state_retries>},
    {"aslx_late_answers_total", kCounter, kWorker,
     "Answers of tasks that nobody waited for any more", kOne<&FlowCounters::late_answers>},
    {"aslx_partitions_assigned_total", kCounter, kWorker, "Partitions that came",
     kOne<&FlowCounters::assigned>},
    {"aslx_partitions_revoked_total", kCounter, kWorker, "Partitions that went",
     kOne<&FlowCounters::revoked>},
    {"aslx_partition_rewinds_total", kCounter, kWorker,
     "Partitions whose offsets went backwards: the topic was made anew or cut",
     kOne<&FlowCounters::rewinds>},
    {"aslx_warnings_total", kCounter, kWorker, "Warnings of source and sink; some are in the log",
     kOne<&FlowCounters::warnings>},

    {"aslx_event_latency_seconds",
     kHistogram,
     kPipeline,
     "From receiving a record to its outcome being durable, as the worker's turns see it",
     {},
     &FlowCounters::latency},
    {"aslx_event_age_seconds",
     kHistogram,
     kPipeline,
     "From a record's timestamp to its outcome being durable",
     {},
     &FlowCounters::event_age},
    {"aslx_commit_duration_seconds",
     kHistogram,
     kPipeline,
     "Of commits that succeeded",
     {},
     &FlowCounters::commit_duration},

    {"aslx_lag_records", kGauge, kPartition,
     "Records of a partition that were not read yet; what was read and is not done is in flight"},
    {"aslx_assigned_partitions", kGauge, kWorker, "Partitions that are read",
     kOne<&FlowCounters::partitions>},
    {"aslx_in_flight_records", kGauge, kWorker, "Records without a durable outcome",
     kOne<&FlowCounters::in_flight>},
    {"aslx_in_flight_records_limit", kGauge, kWorker, "At this many nothing more is read",
     kBound<&WindowSpec::records_max>},
    {"aslx_in_flight_bytes", kGauge, kWorker, "Bytes of those",
     kOne<&FlowCounters::in_flight_bytes>},
    {"aslx_in_flight_bytes_limit", kGauge, kWorker, "At this many nothing more is read",
     kBound<&WindowSpec::bytes_max>},
    {"aslx_deferred_records", kGauge, kWorker,
     "Exactly once: records whose outcome waits until the commit's metadata has room",
     kOne<&FlowCounters::deferred>},
    {"aslx_held_records", kGauge, kWorker,
     "Records that can be neither processed nor dead-lettered: they hold the commit point",
     kOne<&FlowCounters::held>},
    {"aslx_outbox_bytes", kGauge, kWorker, "Bytes of outputs that are not durable yet",
     kOne<&FlowCounters::outbox_bytes>},
    {"aslx_outbox_bytes_limit", kGauge, kWorker, "At this many nothing more is read",
     kBound<&WindowSpec::outbox_bytes_max>},
    {"aslx_running_executions", kGauge, kWorker, "Executions that run or wait",
     kOne<&FlowCounters::executions>},
    {"aslx_running_executions_limit", kGauge, kWorker, "At this many none is started",
     kFixed<limits::kExecutionsPerWorkerMax>},
    {"aslx_running_tasks", kGauge, kWorker, "Tasks that were called and have not answered",
     kOne<&FlowCounters::tasks>},
    {"aslx_running_tasks_limit", kGauge, kWorker, "At this many no execution is started",
     kFixed<limits::kTasksPerWorkerMax>},
    {"aslx_arena_bytes", kGauge, kWorker,
     "Pooled memory that executions hold; what waits for longer has a block of its own size",
     kBlockBytes<&FlowCounters::arena_blocks>},
    {"aslx_arena_kept_bytes", kGauge, kWorker, "Pooled memory that is kept for reuse",
     kBlockBytes<&FlowCounters::arena_blocks_kept>},
    {"aslx_arena_kept_bytes_limit", kGauge, kWorker, "What is above goes back to the system",
     kFixed<limits::kPooledBlocksMax * limits::kArenaBlockBytes>},

    {"process_resident_memory_bytes",
     kGauge,
     kProcess,
     "Memory in RAM",
     {},
     nullptr,
     &ProcessUsage::resident_bytes},
    {"process_virtual_memory_bytes",
     kGauge,
     kProcess,
     "Address space",
     {},
     nullptr,
     &ProcessUsage::virtual_bytes},
    {"process_cpu_seconds_total",
     kCounter,
     kProcess,
     "User and system time of all threads",
     {},
     nullptr,
     &ProcessUsage::cpu_seconds},
    {"process_threads", kGauge, kProcess, "Threads", {}, nullptr, &ProcessUsage::threads},
    {"process_open_fds",
     kGauge,
     kProcess,
     "Open file descriptors",
     {},
     nullptr,
     &ProcessUsage::open_files},
    {"process_max_fds",
     kGauge,
     kProcess,
     "Their limit",
     {},
     nullptr,
     &ProcessUsage::open_files_max},
    {"process_start_time_seconds",
     kGauge,
     kProcess,
     "When the process began, since 1970",
     {},
     nullptr,
     &ProcessUsage::start_seconds},
    {"aslx_build_info", kGauge, kBuild, "1; the labels say what runs"},
};

std::string_view KindName(MetricKind kind) {
  switch (kind) {
    case kCounter: return "counter";
    case kGauge: return "gauge";
    case kHistogram: return "histogram";
  }
  return {};
}

}  // namespace

std::span<const MetricRow> Metrics() {
  return kRows;
}

std::string LabelsOf(const MetricRow& row) {
  switch (row.scope) {
    case kWorker: return row.samples.size() > 1 ? "pipeline, worker, outcome" : "pipeline, worker";
    case kPipeline: return "pipeline";
    case kPartition: return "pipeline, worker, topic, partition";
    case kProcess: return "";
    case kBuild: return "version, librdkafka";
  }
  return {};
}

std::string MetricReference() {
  std::string text = "| metric | type | labels | meaning |\n| --- | --- | --- | --- |\n";
  for (const MetricRow& row : kRows) {
    std::string outcomes;
    for (const WorkerSample& sample : row.samples) {
      if (!sample.outcome.empty())
        outcomes += fmt::format("{}`{}`", outcomes.empty() ? " (" : ", ", sample.outcome);
    }
    if (!outcomes.empty()) outcomes += ")";
    text += fmt::format("| `{}` | {} | {}{} | {} |\n", row.name, KindName(row.kind), LabelsOf(row),
                        outcomes, row.help);
  }
  return text;
}

}  // namespace aslx
