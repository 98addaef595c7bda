// `aslx bench`: puts a load on a pipeline, or on another process, and says what came of it.
#include <csignal>
#include <cstdio>
#include <ctime>
#include <functional>
#include <memory>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include "pipeline/cli/bench_plan.h"
#include "pipeline/cli/bench_report.h"
#include "pipeline/cli/bench_subject.h"
#include "pipeline/cli/cluster_settings.h"
#include "pipeline/cli/definition_file.h"
#include "pipeline/cli/exit_code.h"
#include "pipeline/kafka/topic_admin.h"
#include "pipeline/load/load_run.h"
#include "pipeline/load/memory_load.h"
#include "pipeline/load/report_text.h"
#include "pipeline/load/topic_load.h"
#include "runtime/base/clock.h"
#include "runtime/base/log.h"

namespace aslx {
namespace {

/// An open loop measures how long events wait, so its generator lets none wait; a closed one sends
/// as a busy producer does.
constexpr int kOpenLingerMs = 0;
constexpr int kClosedLingerMs = 5;

std::string LoadText(const LoadStep& step) {
  std::string text = "open loop: a fixed rate, latency from when an event was due";
  if (!step.open_loop()) {
    text = fmt::format("closed loop: at most {} in flight",
                       CountText(static_cast<double>(step.in_flight_max)));
  }
  const std::string measured = step.count != 0
                                   ? CountText(static_cast<double>(step.count)) + " events"
                                   : DurationText(static_cast<double>(step.measure_ns));
  if (step.warmup_ns == 0) return text + fmt::format("; {} measured", measured);
  return text + fmt::format("; {} warm-up, {} measured (notes count both)",
                            DurationText(static_cast<double>(step.warmup_ns)), measured);
}

class Bench {
 public:
  Bench(const BenchOptions& options, BenchPlan plan)
      : options_(options), plan_(std::move(plan)), subject_(&plan_, &clock_) {}
  ~Bench() { DeleteMadeTopics(); }

  Result<void> Run();
  const LoadReport& report() const { return report_; }

 private:
  double CommitSeconds() const;
  bool external() const { return plan_.mode == BenchMode::kExternal; }
  void Describe();
  Result<void> RunInProcess(uint32_t workers);
  Result<void> RunThroughKafka(uint32_t workers);
  Result<void> RunSteps(LoadDriver* driver, uint32_t workers, bool awaits_first);
  Result<void> AwaitBrokerOrSignal() const;
  Result<void> AwaitReading();
  Result<void> Wait(int64_t until_ns);
  Result<std::unique_ptr<TopicLoad>> OpenTopicLoad();
  void DeleteMadeTopics();
  void Say(const std::string& line) const;

  const BenchOptions& options_;
  BenchPlan plan_;
  SystemClock clock_;
  ThreadRoster roster_;
  BenchSubject subject_;
  KafkaSettings settings_;
  bool topics_made_ = false;
  bool interrupted_ = false;
  size_t steps_begun_ = 0;
  LoadReport report_;
};

void Bench::Say(const std::string& line) const {
  if (!options_.quiet) std::fprintf(stderr, "%s\n", line.c_str());
}

void Bench::Describe() {
  report_.title = plan_.title;
  report_.started = fmt::format("{:%FT%TZ}", fmt::gmtime(std::time(nullptr)));
  report_.event_bytes = plan_.pool->mean_bytes();
  report_.machine = DescribeMachine();
  report_.versions = {{"aslx", ASLX_VERSION}};
  LoadReport::Facts& setup = report_.setup;
  constexpr const char* kModes[] = {"in process", "through Kafka",
                                    "another process, through Kafka"};
  setup.emplace_back("mode", kModes[static_cast<size_t>(plan_.mode)]);
  setup.emplace_back("events", plan_.events_text);
  const LoadStep& step = plan_.steps.front();
  setup.emplace_back("load", LoadText(step));
  setup.emplace_back("correlation", plan_.correlation == Correlation::kKey ? "key" : "header");
  if (!external()) {
    setup.emplace_back("delivery",
                       plan_.config.pipelines.front().spec.guarantee == Guarantee::kExactlyOnce
                           ? "exactly_once"
                           : "at_least_once");
  }
  if (plan_.mode == BenchMode::kInProcess) return;
  report_.versions.emplace_back("librdkafka", LibrdkafkaVersion());
  if (!external()) {
    setup.emplace_back(
        "commits",
        fmt::format("each {} ms", plan_.config.pipelines.front().spec.commit_interval_ms));
  }
  setup.emplace_back("brokers", settings_.brokers);
  setup.emplace_back("topics", fmt::format("{} to {}, {} partitions", plan_.source_topic,
                                           fmt::join(plan_.output_topics, ", "), plan_.partitions));
}

/// 0: outcomes do not wait for commits.
double Bench::CommitSeconds() const {
  const PipelineSpec& spec = plan_.config.pipelines.front().spec;
  if (spec.guarantee != Guarantee::kExactlyOnce) return 0;
  return static_cast<double>(spec.commit_interval_ms) / 1e3;
}

/// Nothing has been made yet: a signal simply ends the process, as it does `aslx run`.
Result<void> Bench::AwaitBrokerOrSignal() const {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : {SIGINT, SIGTERM}) {
    sigaddset(&signals, number);
    std::signal(number, [](int) {
      constexpr std::string_view kSaid = "ended by a signal before anything was measured\n";
      (void)!write(STDERR_FILENO, kSaid.data(), kSaid.size());
      _exit(kExitDone);
    });
  }
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  Result<void> reached = AwaitBroker(
      settings_, [this](const std::string& complaint) { Say("no answer yet: " + complaint); });
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return reached;
}

Result<void> Bench::Run() {
  // Also the threads of libraries that were started before.
  roster_.ClaimNew(ThreadClass::kBench, ThreadClass::kBench);
  settings_ = SettingsOf(plan_.config.cluster);
  if (!external())
    if (Result<void> checked = subject_.Check(); !checked) return checked;
  // Before anything is asked of it that would have to be taken back.
  if (plan_.mode != BenchMode::kInProcess) {
    Say(fmt::format("waiting for a broker of '{}', {} at most (cluster.wait_ms of a --config)",
                    settings_.brokers, DurationText(static_cast<double>(settings_.wait_ms) * 1e6)));
    if (Result<void> reached = AwaitBrokerOrSignal(); !reached) return reached;
  }
  if (!plan_.made_topics.empty()) {
    topics_made_ = true;  // some of them, even where that fails
    Result<void> made =
        CreateTopics(settings_, plan_.made_topics, {plan_.partitions, options_.replication});
    if (!made) return made;
  }
  if (plan_.mode != BenchMode::kInProcess) {
    Result<int> partitions = CountPartitions(settings_, plan_.source_topic);
    if (!partitions) return tl::unexpected<Error>(partitions.error());
    plan_.partitions = *partitions;
  }
  Describe();
  report_.steps_planned = plan_.steps.size() * std::max<size_t>(plan_.worker_counts.size(), 1);
  Result<void> outcome;
  if (external()) outcome = RunThroughKafka(0);
  for (size_t i = 0; i < plan_.worker_counts.size() && outcome; ++i) {
    const auto workers = static_cast<uint32_t>(plan_.worker_counts[i]);
    outcome =
        plan_.mode == BenchMode::kInProcess ? RunInProcess(workers) : RunThroughKafka(workers);
  }
  // What was measured until somebody had enough is a result.
  return interrupted_ ? Result<void>() : outcome;
}

Result<void> Bench::RunInProcess(uint32_t workers) {
  MemoryLoad load(&*plan_.pool, plan_.correlation, &clock_, workers,
                  [this] { return subject_.alive(); });
  const auto make = [&load](const CoreContext& context, const FlowCounters& counters) {
    return load.MakeDelivery(context, &counters);
  };
  Result<void> outcome = subject_.Start(workers, make, &roster_);
  if (outcome) outcome = RunSteps(&load, workers, false);
  // Why the pipeline could not go on says more than that it did not.
  if (Result<void> ended = subject_.Stop(); !ended) return ended;
  return outcome;
}

Result<std::unique_ptr<TopicLoad>> Bench::OpenTopicLoad() {
  TopicLoadOptions with;
  with.settings = settings_;
  with.source_topic = plan_.source_topic;
  with.output_topics = plan_.output_topics;
  with.correlation = plan_.correlation;
  with.linger_ms = plan_.steps.front().open_loop() ? kOpenLingerMs : kClosedLingerMs;
  with.pool = &*plan_.pool;
  with.clock = &clock_;
  with.roster = &roster_;
  if (!external()) with.without_record = [this] { return subject_.outcomes().without_record; };
  Result<std::unique_ptr<TopicLoad>> load = TopicLoad::Open(std::move(with));
  roster_.ClaimNew(ThreadClass::kGenerator, ThreadClass::kGeneratorLibrdkafka);
  return load;
}

Result<void> Bench::RunThroughKafka(uint32_t workers) {
  Result<std::unique_ptr<TopicLoad>> load = OpenTopicLoad();
  if (!load) return tl::unexpected<Error>(load.error());
  if (external()) return RunSteps(load->get(), workers, true);
  Result<void> outcome = subject_.Start(workers, nullptr, &roster_);
  if (outcome) outcome = AwaitReading();
  if (outcome) outcome = RunSteps(load->get(), workers, true);
  load->reset();
  if (Result<void> ended = subject_.Stop(); !ended) return ended;
  return outcome;
}

Result<void> Bench::AwaitReading() {
  const int64_t limit_ns = clock_.Now() + plan_.first_outcome_ns;
  while (!subject_.reading()) {
    if (clock_.Now() > limit_ns) {
      return Fail(ErrorKind::kUnavailable,
                  fmt::format("the workers have no partitions after {} (--first-outcome)",
                              options_.first_outcome));
    }
    if (Result<void> waited = Wait(clock_.Now() + 10'000'000); !waited) return waited;
  }
  return {};
}

Result<void> Bench::RunSteps(LoadDriver* driver, uint32_t workers, bool awaits_first) {
  LoadRunParts parts;
  parts.driver = driver;
  parts.clock = &clock_;
  parts.roster = &roster_;
  parts.drain_ns = plan_.drain_ns;
  parts.other_process = options_.process.value_or(0);
  if (!external()) parts.outcomes = [this] { return subject_.outcomes(); };
  parts.wait = [this](int64_t until_ns) { return Wait(until_ns); };
  LoadRun run(parts);
  if (awaits_first) {
    Say(fmt::format("waiting for the first outcome, {} at most (--first-outcome)",
                    options_.first_outcome));
    if (Result<void> came = run.AwaitFirstOutcome(plan_.first_outcome_ns); !came) return came;
  }
  for (const LoadStep& step : plan_.steps) {
    Say(fmt::format(
        "step {} of {}: {}{}", ++steps_begun_, report_.steps_planned,
        step.open_loop() ? CountText(step.rate_per_s) + " events a second" : "as fast as it goes",
        workers > 0 ? fmt::format(", {} worker{}", workers, workers == 1 ? "" : "s") : ""));
    StepResult result;
    Result<void> outcome = run.RunStep(step, &result);
    result.workers = workers;
    result.interrupted = interrupted_;
    if (!external()) result.commit_seconds = CommitSeconds();
    if (result.sent > 0 || interrupted_) report_.steps.push_back(std::move(result));
    if (!outcome) return outcome;
  }
  return {};
}

Result<void> Bench::Wait(int64_t until_ns) {
  if (!external() && !subject_.alive())
    return Fail(ErrorKind::kInternal, "the pipeline ended before the load did");
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  const int64_t left_ns = std::max<int64_t>(until_ns - clock_.Now(), 0);
  const timespec time{.tv_sec = left_ns / 1'000'000'000, .tv_nsec = left_ns % 1'000'000'000};
  if (sigtimedwait(&signals, nullptr, &time) <= 0) return {};
  interrupted_ = true;
  std::fputs("\nending; a second signal aborts\n", stderr);
  for (const int number : {SIGINT, SIGTERM})
    std::signal(number, [](int) { _exit(kExitAborted); });
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  return Fail(ErrorKind::kUsage, "ended by a signal");
}

void Bench::DeleteMadeTopics() {
  if (!std::exchange(topics_made_, false)) return;
  const Result<void> deleted = DeleteTopics(settings_, plan_.made_topics);
  if (!deleted)
    Log(LogLevel::kWarning, fmt::format("topics of this run may be left behind, named {}-…: {}",
                                        plan_.run_name, deleted.error().message));
}

}  // namespace

int RunBench(const BenchOptions& options) {
  ConfigureLog({.level = LogLevel::kWarning});
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  Result<BenchPlan> plan = MakeBenchPlan(options);
  if (!plan) return Report(plan.error());
  if (Result<void> files = CheckReportFiles(options); !files) return Report(files.error());
  Bench bench(options, std::move(*plan));
  const Result<void> ran = bench.Run();
  if (!bench.report().steps.empty())
    if (Result<void> shown = ShowReport(options, bench.report()); !shown)
      return Report(shown.error());
  if (!ran) return Report(ran.error());
  const bool well = AllAnswered(bench.report()) && VerdictOf(bench.report()).empty();
  return well ? kExitDone : kExitFindings;
}

}  // namespace aslx
