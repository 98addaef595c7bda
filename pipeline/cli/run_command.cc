// `aslx run`: builds the parts of every pipeline, runs them until they end or are told to.
#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <functional>
#include <optional>
#include <thread>

#include <fmt/core.h>
#include <unistd.h>

#include "pipeline/cli/cluster_settings.h"
#include "pipeline/cli/commands.h"
#include "pipeline/cli/definition_file.h"
#include "pipeline/cli/embedded_run.h"
#include "pipeline/cli/exit_code.h"
#include "pipeline/cli/exit_deadline.h"
#include "pipeline/cli/pipeline_core.h"
#include "pipeline/cli/pipeline_plan.h"
#include "pipeline/cli/run_admin.h"
#include "pipeline/cli/run_progress.h"
#include "pipeline/kafka/property_check.h"
#include "pipeline/kafka/startup_check.h"
#include "runtime/base/clock.h"
#include "runtime/base/log.h"

namespace aslx {
namespace {

/// How often main looks up from waiting for signals, in ns.
constexpr long kWatchNs = 50'000'000;
/// With a shorter drain limit the process still has so long to close its connections.
constexpr int64_t kExitLimitMsMin = 2'000;

/// Signals come to main's sigtimedwait alone: every thread is started with them blocked.
void BlockSignals(sigset_t* signals) {
  sigemptyset(signals);
  sigaddset(signals, SIGTERM);
  sigaddset(signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, signals, nullptr);
  // A reader that goes away is an error of the write, not a signal.
  std::signal(SIGPIPE, SIG_IGN);
}

class PipelineRun {
 public:
  explicit PipelineRun(const RunOptions& options) : options_(options) {}

  /// The exit code.
  int Run();

 private:
  Result<int> Execute();
  Result<void> UnlessSignalled(const std::function<Result<void>()>& step,
                               const std::function<void()>& before_end) const;
  Result<void> Prepare();
  Result<void> CheckMeaning();
  Result<void> CheckTopics();
  Result<Engine::CoreTasks> MakeCore(const CoreContext& context);
  bool Watch(Engine& engine, int64_t begin_ns);
  void PardonAll() const;
  void OnDrain();
  int CodeAtDeadline() const;

  ExitDeadline deadline_;  // goes last: it is there for what hangs when the others go
  const RunOptions& options_;
  SystemClock clock_;
  sigset_t signals_{};
  RunConfig config_;
  uint32_t worker_count_ = 1;
  EmbeddedRun embedded_;
  RunShared shared_;
  std::vector<PipelinePlan> plans_;
  RunAdmin admin_;
};

Result<void> PipelineRun::Prepare() {
  Result<RunConfig> config = LoadRunConfig(options_.config, FromEnvironment);
  if (!config) return tl::unexpected<Error>(config.error());
  config_ = std::move(*config);
  if (!options_.feed.empty() && !options_.embedded_broker)
    return Fail(ErrorKind::kUsage, "--feed goes with --embedded-broker");
  if (!options_.feed.empty() && options_.feed != "-") {
    // A pipe or a device can be read, too.
    std::error_code
        ignored;  // what cannot be looked at cannot be opened either, which is said then
    const std::filesystem::file_status status = std::filesystem::status(options_.feed, ignored);
    if (!std::filesystem::exists(status))
      return Fail(ErrorKind::kUsage, "--feed " + options_.feed + ": there is no such file");
    if (std::filesystem::is_directory(status))
      return Fail(ErrorKind::kUsage, "--feed " + options_.feed + ": is a folder, not a file");
  }
  // The embedded broker's group loses its footing when a second member joins while the first still
  // holds executions: one worker there unless the file asks for more.
  const uint32_t as_many_as_fit = options_.embedded_broker ? 1 : AvailableCores();
  worker_count_ = config_.worker_count != 0 ? config_.worker_count : as_many_as_fit;
  for (const PipelineConfig& pipeline : config_.pipelines) {
    Result<PipelinePlan> plan = PlanOf(pipeline, worker_count_);
    if (!plan) return tl::unexpected<Error>(plan.error());
    plans_.push_back(std::move(*plan));
  }
  shared_.config = &config_;
  shared_.kafka = SettingsOf(config_.cluster);
  PrepareIntegrations(config_, &shared_.integrations);
  if (Result<void> checked = CheckMeaning(); !checked) return checked;
  // Before anything outside is waited for: whoever looks sees that it starts.
  if (Result<void> started = admin_.Start(config_, plans_, &clock_); !started) return started;
  if (options_.embedded_broker) {
    if (Result<void> started = embedded_.Start(config_, worker_count_); !started) return started;
    shared_.kafka.brokers = embedded_.brokers();
    shared_.kafka.consumer_properties.emplace_back("fetch.wait.max.ms", kEmbeddedFetchWaitMs);
    shared_.kafka.producer_properties.emplace_back("linger.ms", kEmbeddedLingerMs);
    return {};  // its topics were made a moment ago
  }
  if (Result<void> checked = CheckTopics(); !checked) return checked;
  for (PipelinePlan& plan : plans_) {
    Result<void> opened =
        OpenPoisonFile(config_, InstanceOf(config_.cluster), worker_count_, &plan);
    if (!opened) return opened;
  }
  return {};
}

/// What only the machines can tell of the configuration, all at once, before anything is opened.
Result<void> PipelineRun::CheckMeaning() {
  std::string message;
  const bool exactly_once = std::ranges::any_of(plans_, [](const PipelinePlan& plan) {
    return plan.config->spec.guarantee == Guarantee::kExactlyOnce;
  });
  for (const std::string& finding : CheckProperties(shared_.kafka, exactly_once)) {
    message += (message.empty() ? "" : "\n") + fmt::format("{}: {}", config_.file, finding);
  }
  for (const PipelinePlan& plan : plans_) {
    std::vector<std::string> findings = CheckPlan(plan, &shared_.integrations);
    const PipelineSpec& spec = plan.config->spec;
    if (options_.embedded_broker && spec.guarantee == Guarantee::kExactlyOnce) {
      findings.push_back(fmt::format(
          "{}: pipeline '{}': exactly_once needs Apache Kafka; the embedded broker keeps "
          "no transactions",
          spec.PlaceOf("delivery"), spec.name));
    }
    for (const std::string& finding : findings)
      message += (message.empty() ? "" : "\n") + finding;
  }
  if (message.empty()) return {};
  return Fail(ErrorKind::kConfiguration, std::move(message));
}

Result<void> PipelineRun::CheckTopics() {
  for (const PipelineConfig& pipeline : config_.pipelines) {
    const PipelineSpec& spec = pipeline.spec;
    ClusterUse use;
    if (spec.source.kind == EndpointKind::kKafka)
      use = {.group = spec.source.group, .source_topics = spec.source.topics, .sink_topics = {}};
    if (spec.sink == EndpointKind::kKafka) use.sink_topics = SinkTopics(spec);
    if (use.source_topics.empty() && use.sink_topics.empty()) continue;
    Result<void> checked = CheckCluster(shared_.kafka, use);
    if (!checked) {
      return Fail(checked.error().kind,
                  fmt::format("pipeline '{}': {}", spec.name, checked.error().message));
    }
  }
  return {};
}

/// Until all workers have ended; false when a second signal wants it now.
bool PipelineRun::Watch(Engine& engine, int64_t begin_ns) {
  const bool shown =
      options_.verbosity >= 0 && options_.log_format != "json" && isatty(STDERR_FILENO) == 1;
  RunProgress progress(&plans_, shown, begin_ns);
  bool draining = false;
  while (engine.running()) {
    if (engine.draining()) OnDrain();
    const timespec wait{.tv_sec = 0, .tv_nsec = kWatchNs};
    if (sigtimedwait(&signals_, nullptr, &wait) > 0) {
      if (draining) return false;
      progress.EndLine();
      LogPlain(LogLevel::kInfo, "draining; a second signal aborts");
      engine.RequestDrain();
      draining = true;
    }
    progress.Show(clock_.Now());
    if (embedded_.feeding() && !draining && embedded_.FeedDone(clock_.Now())) {
      engine.RequestDrain();
      draining = true;
    }
  }
  OnDrain();
  if (options_.verbosity >= 0) progress.Summarise(clock_.Now());
  return true;
}

/// From here on the end is only a matter of time.
void PipelineRun::OnDrain() {
  admin_.SetPhase(RunPhase::kDraining);
  int64_t limit_ms = kExitLimitMsMin;
  for (const PipelinePlan& plan : plans_)
    limit_ms = std::max(limit_ms, plan.config->spec.drain_limit_ms);
  // A little less: the end of a process takes its time, too.
  deadline_.Arm(limit_ms - limit_ms / 50, [this] { return CodeAtDeadline(); });
}

int PipelineRun::CodeAtDeadline() const {
  Result<void> outcome;
  int unfinished = kExitDone;
  for (const PipelinePlan& plan : plans_) {
    for (const auto& worker : plan.workers) {
      if (std::optional<Error> failure = worker->failure()) KeepMostTelling(*failure, &outcome);
      if (worker->finished()) continue;
      Log(LogLevel::kError,
          fmt::format("pipeline '{}', worker {}: hangs, and what it had under way "
                      "was not committed",
                      plan.config->spec.name, worker->worker_index()));
      if (unfinished != kExitUnknownOutcome) {
        unfinished = plan.config->spec.guarantee == Guarantee::kExactlyOnce ? kExitUnknownOutcome
                                                                            : kExitInternal;
      }
    }
  }
  return outcome ? unfinished : Report(outcome.error());
}

/// The process is about to end on purpose: what a worker is doing is not to blame.
void PipelineRun::PardonAll() const {
  for (const PipelinePlan& plan : plans_)
    if (plan.poison_file != nullptr) plan.poison_file->Pardon();
}

/// Nothing was read yet: a signal simply ends the process, however long a broker is waited for.
Result<void> PipelineRun::UnlessSignalled(const std::function<Result<void>()>& step,
                                          const std::function<void()>& before_end) const {
  std::atomic<bool> done{false};  // relaxed: it carries no data, the join does
  std::thread watch([&] {
    const timespec wait{.tv_sec = 0, .tv_nsec = kWatchNs};
    while (!done.load(std::memory_order_relaxed)) {
      const int signal = sigtimedwait(&signals_, nullptr, &wait);
      if (signal <= 0) continue;
      if (done.load(std::memory_order_relaxed)) {
        kill(getpid(), signal);  // it came too late and is for whoever waits next
        return;
      }
      before_end();
      LogPlain(LogLevel::kInfo, "ended by a signal before anything was read");
      std::fflush(nullptr);
      std::_Exit(kExitDone);
    }
  });
  Result<void> outcome = step();
  done.store(true, std::memory_order_relaxed);
  watch.join();
  return outcome;
}

Result<Engine::CoreTasks> PipelineRun::MakeCore(const CoreContext& context) {
  Engine::CoreTasks tasks;
  for (PipelinePlan& plan : plans_) {
    Result<std::unique_ptr<PipelineCore>> core = PipelineCore::Make(&plan, &shared_, context);
    if (!core) return tl::unexpected<Error>(core.error());
    tasks.push_back(std::move(*core));
  }
  return tasks;
}

Result<int> PipelineRun::Execute() {
  BlockSignals(&signals_);
  // While it makes the plans there is nobody to pardon, and the watcher must not look at them.
  if (Result<void> prepared = UnlessSignalled([this] { return Prepare(); }, [] {}); !prepared)
    return tl::unexpected<Error>(prepared.error());
  if (Result<void> probing = admin_.StartProbe(shared_.kafka); !probing)
    return tl::unexpected<Error>(probing.error());
  const int64_t begin_ns = clock_.Now();
  Engine engine({.worker_count = worker_count_, .pin = config_.pin_threads}, &clock_);
  const Engine::Factory make_core = [this](const CoreContext& context) {
    return MakeCore(context);
  };
  // The first worker may turn a moment before the watcher has gone, hence the pardon.
  Result<void> started =
      UnlessSignalled([&] { return engine.Start(make_core); }, [this] { PardonAll(); });
  if (!started) return tl::unexpected<Error>(started.error());
  admin_.SetPhase(RunPhase::kRunning);
  if (!options_.feed.empty()) {
    Result<void> feeding = embedded_.StartFeed(options_.feed, plans_);
    if (!feeding) {
      engine.RequestDrain();
      (void)engine.Join();
      return tl::unexpected<Error>(feeding.error());
    }
  }
  if (!Watch(engine, begin_ns)) {
    PardonAll();
    LogPlain(LogLevel::kError, "aslx: aborted by a second signal");
    std::fflush(nullptr);
    // Whatever hangs hangs on: nothing is finished, committed or closed.
    std::_Exit(kExitAborted);
  }
  Result<void> ended = engine.Join();
  if (!ended) return tl::unexpected<Error>(ended.error());
  if (embedded_.feeding() && !embedded_.ReportFeed()) return kExitFindings;
  return kExitDone;
}

int PipelineRun::Run() {
  const Result<int> ended = Execute();
  const int code = ended ? *ended : Report(ended.error());
  deadline_.Decide(code);
  return code;
}

}  // namespace

int RunPipelines(const RunOptions& options) {
  LogLevel level = options.verbosity > 0   ? LogLevel::kDebug
                   : options.verbosity < 0 ? LogLevel::kError
                                           : LogLevel::kInfo;
  ConfigureLog({.level = level, .json = options.log_format == "json"});
  return PipelineRun(options).Run();
}

}  // namespace aslx
