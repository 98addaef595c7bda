#include "pipeline/cli/pipeline_core.h"

#include <algorithm>

#include <fmt/core.h>

#include "pipeline/files/files_delivery.h"
#include "pipeline/flow/delivery_pair.h"
#include "runtime/base/log.h"

namespace aslx {
namespace {

/// How often lag and positions are shown.
constexpr int64_t kShowIntervalNs = 500'000'000;

void AddOnce(const std::string& name, std::vector<std::string>* names) {
  if (!name.empty() && std::find(names->begin(), names->end(), name) == names->end())
    names->push_back(name);
}

}  // namespace

std::vector<std::string> SinkTopics(const PipelineSpec& spec) {
  std::vector<std::string> topics;
  auto add = [&topics](const RecordSpec& record) {
    AddOnce(record.topic, &topics);
    for (const std::string& topic : record.topics_allowed)
      AddOnce(topic, &topics);
  };
  if (spec.output_action == RouteAction::kWrite) add(spec.output);
  for (const RouteSpec& route : spec.routes)
    if (route.action == RouteAction::kWrite) add(route.record);
  if (spec.dead_letters.action == DeadLetterSpec::Action::kWrite)
    AddOnce(spec.dead_letters.topic, &topics);
  return topics;
}

Result<void> OpenPoisonFile(const RunConfig& config, const std::string& instance,
                            uint32_t worker_count, PipelinePlan* plan) {
  const PipelineSpec& spec = plan->config->spec;
  if (spec.source.kind != EndpointKind::kKafka) return {};
  PoisonFileOptions options;
  options.folder = config.state_dir.empty() ? DefaultStateFolder() : config.state_dir;
  options.instance = instance;
  options.pipeline = spec.name;
  options.boot_id = BootId();
  options.topics = spec.source.topics;
  options.worker_count = worker_count;
  Result<std::unique_ptr<PoisonFile>> opened =
      options.folder.empty()
          ? Fail(ErrorKind::kConfiguration, "the environment names no state folder (see state_dir)")
          : PoisonFile::Open(options);
  if (opened) {
    plan->poison_file = std::move(*opened);
    return {};
  }
  const std::string message = fmt::format("pipeline '{}': {}", spec.name, opened.error().message);
  if (!config.state_dir.empty()) return Fail(opened.error().kind, message);
  Log(LogLevel::kWarning, message + "; records that crash the process are not recognised");
  return {};
}

Result<std::unique_ptr<PipelineCore>> PipelineCore::Make(PipelinePlan* plan, RunShared* shared,
                                                         const CoreContext& context) {
  CoreStatus* status = plan->workers[context.index].get();
  std::unique_ptr<PipelineCore> core(new PipelineCore(status, context.waker));
  Result<std::unique_ptr<TaskGateways>> gateways =
      TaskGateways::Make(plan->config->functions, &shared->integrations, &core->completions_);
  if (!gateways) return tl::unexpected<Error>(gateways.error());
  core->gateways_ = std::move(*gateways);
  if (Result<void> made = core->MakeDelivery(*plan, shared, context); !made)
    return tl::unexpected<Error>(made.error());

  FlowParts parts;
  parts.spec = &plan->config->spec;
  parts.program = plan->program;
  parts.delivery = &core->delivery();
  parts.gateway = &core->gateways_->router();
  parts.completions = &core->completions_;
  parts.counters = &status->flow;
  if (plan->poison_file != nullptr) parts.journal = plan->poison_file->OfWorker(context.index);
  parts.worker.seed = context.index;
  parts.listener = status;
  Result<std::unique_ptr<Flow>> flow = Flow::Create(parts);
  if (!flow) return tl::unexpected<Error>(flow.error());
  core->flow_ = std::move(*flow);
  return core;
}

Result<void> PipelineCore::MakeDelivery(const PipelinePlan& plan, RunShared* shared,
                                        const CoreContext& context) {
  if (shared->make_delivery) {
    first_ = shared->make_delivery(context, status_->flow);
    return {};
  }
  const PipelineSpec& spec = plan.config->spec;
  bool kafka = spec.source.kind == EndpointKind::kKafka || spec.sink == EndpointKind::kKafka;
  bool files = spec.source.kind == EndpointKind::kFiles || spec.sink == EndpointKind::kFiles;
  if (kafka) {
    Result<std::unique_ptr<Delivery>> made = MakeKafka(spec, shared, context);
    if (!made) return tl::unexpected<Error>(made.error());
    first_ = std::move(*made);
  }
  if (files) {
    Result<std::unique_ptr<Delivery>> made = MakeFiles(spec, shared, context);
    if (!made) return tl::unexpected<Error>(made.error());
    (kafka ? second_ : first_) = std::move(*made);
  }
  if (second_ != nullptr) {
    bool from_kafka = spec.source.kind == EndpointKind::kKafka;
    pair_ = std::make_unique<DeliveryPair>(from_kafka ? first_.get() : second_.get(),
                                           from_kafka ? second_.get() : first_.get());
  }
  return {};
}

Result<std::unique_ptr<Delivery>> PipelineCore::MakeFiles(const PipelineSpec& spec,
                                                          RunShared* shared,
                                                          const CoreContext& context) {
  FilesDeliveryOptions options;
  options.reads = spec.source.kind == EndpointKind::kFiles;
  if (options.reads)
    options.source_paths = PathsOfWorker(spec.source.paths, context.index, context.worker_count);
  if (spec.sink == EndpointKind::kFiles) options.dead_letter_path = spec.dead_letters.topic;
  return FilesDelivery::Make(options, &shared->files, context.waker);
}

Result<std::unique_ptr<Delivery>> PipelineCore::MakeKafka(const PipelineSpec& spec,
                                                          RunShared* shared,
                                                          const CoreContext& context) {
  KafkaDeliveryOptions options;
  options.settings = shared->kafka;
  options.identity = {spec.name, spec.source.group, context.index};
  if (spec.source.kind == EndpointKind::kKafka) options.source_topics = spec.source.topics;
  options.writes = spec.sink == EndpointKind::kKafka;
  options.transactional = spec.guarantee == Guarantee::kExactlyOnce;
  if (options.writes) options.sink_topics = SinkTopics(spec);
  Result<std::unique_ptr<KafkaDelivery>> made = KafkaDelivery::Make(options, context.waker);
  if (!made) return tl::unexpected<Error>(made.error());
  if (!options.source_topics.empty()) kafka_source_ = made->get();
  return std::unique_ptr<Delivery>(std::move(*made));
}

PipelineCore::~PipelineCore() {
  if (flow_ != nullptr) delivery().Close();
}

TurnStatus PipelineCore::Turn(int64_t now_ns, int64_t wall_ns) {
  status_->OnTurn(now_ns);
  TurnStatus status = flow_->Turn(now_ns, wall_ns);
  if (now_ns >= next_show_ns_ && !status.finished) {
    ShowSource();
    next_show_ns_ = now_ns + kShowIntervalNs;
  }
  return status;
}

void PipelineCore::ShowSource() {
  if (kafka_source_ == nullptr) {
    status_->ShowSource(true, {});  // files were opened when they were made
    return;
  }
  status_->lag.Set(static_cast<uint64_t>(kafka_source_->Lag()));
  std::vector<PartitionPosition> positions;
  for (ReadPosition& at : kafka_source_->Positions())
    positions.push_back({std::move(at.topic), at.partition, at.next_offset});
  status_->ShowSource(kafka_source_->answered(), std::move(positions));
}

}  // namespace aslx
