// Every metric, declared once: its name, what it counts, and where its number comes from. The
// exposition and the table of pipeline/admin/README.md both come from here.
//
// What it is not: the exposition (run_metrics.h).
// Who uses it: run_metrics.cc, the reference. A new metric is a row. Thread: constants.
// Memory: static.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "pipeline/admin/core_status.h"
#include "pipeline/admin/process_usage.h"
#include "pipeline/flow/pipeline_spec.h"

namespace aslx {

enum class MetricKind : uint8_t { kCounter, kGauge, kHistogram };

/// What a metric has a sample for; its labels follow from that.
enum class MetricScope : uint8_t {
  kWorker,     // each pipeline and worker, and each outcome where there are several
  kPipeline,   // each pipeline, all its workers together (histograms)
  kPartition,  // each partition that a worker of this process reads
  kProcess,
  kBuild,
};

struct WorkerSample {
  std::string_view outcome;  // empty: the metric has no such label
  uint64_t (*read)(const PipelineSpec&, const CoreStatus&);
};

struct MetricRow {
  std::string_view name;
  MetricKind kind;
  MetricScope scope;
  std::string_view help;
  std::span<const WorkerSample> samples = {};            // kWorker
  DurationHistogram FlowCounters::*histogram = nullptr;  // kPipeline
  double ProcessUsage::*usage = nullptr;                 // kProcess
};

std::span<const MetricRow> Metrics();

/// The labels of a metric's samples, separated by commas.
std::string LabelsOf(const MetricRow& row);

/// The table in Markdown.
std::string MetricReference();

}  // namespace aslx
