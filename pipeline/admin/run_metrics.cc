#include "pipeline/admin/run_metrics.h"

#include <algorithm>
#include <sstream>

#include <prometheus/collectable.h>
#include <prometheus/text_serializer.h>

#include "pipeline/admin/metric_table.h"

namespace aslx {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;

constexpr double kNsPerSecond = 1e9;

prometheus::MetricType TypeOf(MetricKind kind) {
  switch (kind) {
    case MetricKind::kCounter: return prometheus::MetricType::Counter;
    case MetricKind::kGauge: return prometheus::MetricType::Gauge;
    case MetricKind::kHistogram: return prometheus::MetricType::Histogram;
  }
  return prometheus::MetricType::Untyped;
}

class RunMetrics final : public prometheus::Collectable {
 public:
  explicit RunMetrics(const RunStatus& run) : run_(run), usage_(ReadProcessUsage()) {
    if (run.cluster) cluster_ = run.cluster();
  }

  std::vector<MetricFamily> Collect() const override {
    std::vector<MetricFamily> families;
    for (const MetricRow& row : Metrics()) {
      MetricFamily family;
      family.name = row.name;
      family.help = row.help;
      family.type = TypeOf(row.kind);
      Fill(row, &family);
      if (!family.metric.empty()) families.push_back(std::move(family));
    }
    return families;
  }

 private:
  void Fill(const MetricRow& row, MetricFamily* family) const {
    switch (row.scope) {
      case MetricScope::kWorker:
        for (const PipelineStatus& pipeline : run_.pipelines)
          for (const CoreStatus* core : pipeline.workers)
            AddWorker(row, *pipeline.spec, *core, family);
        return;
      case MetricScope::kPipeline:
        for (const PipelineStatus& pipeline : run_.pipelines)
          AddHistogram(row, pipeline, family);
        return;
      case MetricScope::kPartition:
        for (const PipelineStatus& pipeline : run_.pipelines)
          for (const CoreStatus* core : pipeline.workers)
            AddLag(*core, family);
        return;
      case MetricScope::kProcess: AddValue(row.kind, {}, usage_.*row.usage, family); return;
      case MetricScope::kBuild:
        AddValue(row.kind, {{"version", run_.version}, {"librdkafka", run_.librdkafka_version}}, 1,
                 family);
        return;
    }
  }

  static void AddValue(MetricKind kind, std::vector<ClientMetric::Label> labels, double value,
                       MetricFamily* family) {
    ClientMetric& sample = family->metric.emplace_back();
    sample.label = std::move(labels);
    (kind == MetricKind::kCounter ? sample.counter.value : sample.gauge.value) = value;
  }

  static std::vector<ClientMetric::Label> WorkerLabels(const CoreStatus& core) {
    return {{"pipeline", core.pipeline()}, {"worker", std::to_string(core.worker_index())}};
  }

  static void AddWorker(const MetricRow& row, const PipelineSpec& spec, const CoreStatus& core,
                        MetricFamily* family) {
    for (const WorkerSample& from : row.samples) {
      std::vector<ClientMetric::Label> labels = WorkerLabels(core);
      if (!from.outcome.empty()) labels.push_back({"outcome", std::string(from.outcome)});
      AddValue(row.kind, std::move(labels), static_cast<double>(from.read(spec, core)), family);
    }
  }

  static void AddHistogram(const MetricRow& row, const PipelineStatus& pipeline,
                           MetricFamily* family) {
    ClientMetric& sample = family->metric.emplace_back();
    sample.label = {{"pipeline", pipeline.spec->name}};
    uint64_t count = 0;
    double sum_ns = 0;
    for (size_t bucket = 0; bucket < DurationHistogram::kBucketCount; ++bucket) {
      for (const CoreStatus* core : pipeline.workers)
        count += (core->flow.*row.histogram).count(bucket);
      // The last bucket is what the total counts; the serializer writes it as +Inf.
      if (bucket < DurationHistogram::kBoundsNs.size()) {
        const auto bound = static_cast<double>(DurationHistogram::kBoundsNs[bucket]);
        sample.histogram.bucket.push_back({count, bound / kNsPerSecond});
      }
    }
    for (const CoreStatus* core : pipeline.workers)
      sum_ns += (core->flow.*row.histogram).sum_ns();
    sample.histogram.sample_count = count;
    sample.histogram.sample_sum = sum_ns / kNsPerSecond;
  }

  void AddLag(const CoreStatus& core, MetricFamily* family) const {
    for (const PartitionPosition& position : core.positions()) {
      auto end = cluster_.ends.find({position.topic, position.partition});
      if (end == cluster_.ends.end() || position.next_offset < 0) continue;
      std::vector<ClientMetric::Label> labels = WorkerLabels(core);
      labels.push_back({"topic", position.topic});
      labels.push_back({"partition", std::to_string(position.partition)});
      // The end was asked for before the position was shown: it may be the older one.
      const int64_t lag = std::max<int64_t>(end->second - position.next_offset, 0);
      AddValue(MetricKind::kGauge, std::move(labels), static_cast<double>(lag), family);
    }
  }

  const RunStatus& run_;
  ProcessUsage usage_;
  ClusterStatus cluster_;
};

}  // namespace

std::string MetricsText(const RunStatus& run) {
  std::ostringstream text;
  prometheus::TextSerializer().Serialize(text, RunMetrics(run).Collect());
  return text.str();
}

}  // namespace aslx
