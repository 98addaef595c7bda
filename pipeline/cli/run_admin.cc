#include "pipeline/cli/run_admin.h"

#include <fmt/core.h>

#include "pipeline/kafka/kafka_handle.h"
#include "runtime/base/log.h"

namespace aslx {

Result<void> RunAdmin::Start(const RunConfig& config, const std::vector<PipelinePlan>& plans,
                             Clock* clock) {
  if (config.admin.host.empty()) return {};
  for (const PipelinePlan& plan : plans) {
    PipelineStatus& pipeline = status_.pipelines.emplace_back();
    pipeline.spec = &plan.config->spec;
    for (const auto& worker : plan.workers)
      pipeline.workers.push_back(worker.get());
    const PipelineSpec& spec = *pipeline.spec;
    if (spec.source.kind == EndpointKind::kKafka) {
      source_topics_.insert(source_topics_.end(), spec.source.topics.begin(),
                            spec.source.topics.end());
    }
    if (spec.sink == EndpointKind::kKafka) {
      for (const std::string& topic : SinkTopics(spec))
        sink_topics_.push_back(topic);
    }
  }
  if (config.uses_kafka()) status_.cluster = [this] { return Cluster(); };
  status_.version = ASLX_VERSION;
  status_.librdkafka_version = LibrdkafkaVersion();
  const AdminOptions options{config.admin.host, config.admin.port, config.admin.token,
                             config.admin.certificate_file, config.admin.key_file};
  Result<std::unique_ptr<AdminServer>> server = AdminServer::Start(options, &status_, clock);
  if (!server) {
    return Fail(server.error().kind,
                fmt::format("{}: {}", config.admin.place, server.error().message));
  }
  server_ = std::move(*server);
  LogPlain(LogLevel::kInfo, fmt::format("admin: {}/metrics, /livez, /readyz", server_->url()));
  return {};
}

Result<void> RunAdmin::StartProbe(const KafkaSettings& settings) {
  if (server_ == nullptr || !status_.cluster) return {};
  probe_ = std::make_unique<ClusterProbe>();
  Result<void> started = probe_->Start(settings, source_topics_, sink_topics_);
  // Released with what Start made of it; acquired by the server's threads.
  if (started) shown_probe_.store(probe_.get(), std::memory_order_release);
  return started;
}

ClusterStatus RunAdmin::Cluster() const {
  const ClusterProbe* probe = shown_probe_.load(std::memory_order_acquire);
  if (probe == nullptr) return {};
  ClusterProbe::Sight sight = probe->Last();
  return {sight.answered, std::move(sight.complaints), std::move(sight.ends)};
}

}  // namespace aslx
