#include "pipeline/load/report_json.h"

#include "pipeline/load/json_text.h"

namespace aslx {
namespace {

double Micros(double ns) {
  return ns / 1e3;
}

void AppendFacts(std::string_view key, const LoadReport::Facts& facts, JsonText* json) {
  json->Key(key).Open('{');
  for (const auto& [name, value] : facts)
    json->Key(name).Text(value);
  json->Close('}');
}

void AppendLatency(const LatencyHistogram& latency, JsonText* json) {
  json->Key("latency_us").Open('{').Key("count").Count(latency.count());
  json->Key("min").Number(Micros(static_cast<double>(latency.min_ns())));
  json->Key("mean").Number(Micros(latency.mean_ns()));
  for (const NamedPercentile& percentile : kPercentiles) {
    json->Key(percentile.key)
        .Number(Micros(static_cast<double>(latency.ValueAt(percentile.percent))));
  }
  json->Key("max").Number(Micros(static_cast<double>(latency.max_ns()))).Close('}');
  json->Key("latency_cells").Open('[');
  for (const LatencyHistogram::Cell& cell : latency.Cells()) {
    json->Open('[').Number(Micros(static_cast<double>(cell.upper_ns))).Count(cell.count);
    json->Close(']');
  }
  json->Close(']');
}

void AppendTimeline(const StepResult& step, JsonText* json) {
  json->Key("timeline").Open('[');
  for (size_t i = 0; i < step.timeline.size(); ++i) {
    const OutcomeTally::Interval& interval = step.timeline[i];
    const auto outcomes = static_cast<double>(interval.outcomes);
    json->Open('{').Key("s").Number(static_cast<double>(i) * OutcomeTally::kIntervalNs / 1e9);
    json->Key("outcomes").Count(interval.outcomes);
    json->Key("mean_us").Number(interval.outcomes > 0 ? Micros(interval.latency_sum_ns / outcomes)
                                                      : 0);
    json->Key("max_us").Number(Micros(static_cast<double>(interval.latency_max_ns))).Close('}');
  }
  json->Close(']');
}

void AppendCpu(const StepResult& step, JsonText* json) {
  const ResourceUse& use = step.resources;
  json->Key("cpu").Open('{').Key("seconds").Number(use.seconds).Key("events").Count(use.events);
  const double per_second = EventsPerCpuSecond(step);
  json->Key("events_per_cpu_s");
  per_second > 0 ? json->Number(per_second) : json->Null();
  json->Key("ns_per_event").Open('{');
  constexpr std::pair<const char*, ThreadClass> kClasses[] = {
      {"worker", ThreadClass::kWorker},
      {"librdkafka", ThreadClass::kPipelineLibrdkafka},
      {"other", ThreadClass::kPipelineOther},
      {"generator", ThreadClass::kGenerator},
      {"generator_librdkafka", ThreadClass::kGeneratorLibrdkafka}};
  for (const auto& [name, thread_class] : kClasses)
    json->Key(name).Number(CpuPerEvent(step, thread_class));
  json->Key("other_process");
  if (use.other_process_cpu_ns && use.events > 0) {
    json->Number(static_cast<double>(*use.other_process_cpu_ns) / static_cast<double>(use.events));
  } else {
    json->Null();
  }
  json->Close('}').Close('}');
}

void AppendAllocations(const ResourceUse& use, JsonText* json) {
  json->Key("allocations_per_event");
  if (!use.allocations || use.events == 0) {
    json->Null().Key("allocated_bytes_per_event").Null();
    return;
  }
  const auto events = static_cast<double>(use.events);
  json->Number(static_cast<double>(use.allocations->count) / events);
  json->Key("allocated_bytes_per_event")
      .Number(static_cast<double>(use.allocations->bytes) / events);
}

void AppendGenerator(const StepResult& step, JsonText* json) {
  json->Key("generator");
  if (!step.generator) {
    json->Null();
    return;
  }
  const GeneratorUse& use = *step.generator;
  json->Open('{').Key("late").Count(use.late_count);
  json->Key("late_max_us").Number(Micros(static_cast<double>(use.late_max_ns)));
  json->Key("refused").Count(use.refused_count);
  json->Key("waiting_share");
  step.step.open_loop() ? json->Null() : json->Number(use.waiting_share);
  json->Close('}');
}

void AppendFirstFailure(const StepResult& step, JsonText* json) {
  json->Key("first_failure");
  if (!step.first_failure) {
    json->Null();
    return;
  }
  json->Open('{').Key("error").Text(step.first_failure->error);
  json->Key("cause").Text(step.first_failure->cause);
  json->Key("state").Text(step.first_failure->state).Close('}');
}

void AppendStep(const StepResult& step, JsonText* json) {
  json->Open('{').Key("workers");
  step.workers > 0 ? json->Count(step.workers) : json->Null();
  json->Key("offered_per_s");
  step.step.open_loop() ? json->Number(step.step.rate_per_s) : json->Null();
  json->Key("in_flight_max");
  step.step.open_loop() ? json->Null() : json->Count(step.step.in_flight_max);
  json->Key("in_flight_reached");
  step.step.open_loop() ? json->Null() : json->Count(step.in_flight_reached);
  json->Key("warmup_s").Number(static_cast<double>(step.step.warmup_ns) / 1e9);
  json->Key("measured_s").Number(step.measured_seconds);
  json->Key("outcomes_per_s").Number(step.outcomes_per_s);
  json->Key("dropped_per_s");
  step.outcomes ? json->Number(step.dropped_per_s) : json->Null();
  json->Key("interrupted").Bool(step.interrupted);
  json->Key("sent").Count(step.sent).Key("answered").Count(step.answered);
  json->Key("unanswered").Count(step.unanswered).Key("repeated").Count(step.repeated);
  json->Key("foreign").Count(step.foreign).Key("executions");
  if (step.outcomes) {
    json->Open('{').Key("received").Count(step.outcomes->received);
    json->Key("succeeded").Count(step.outcomes->succeeded);
    json->Key("failed").Count(step.outcomes->failed);
    json->Key("timed_out").Count(step.outcomes->timed_out);
    json->Key("not_json").Count(step.outcomes->not_json);
    json->Key("without_record").Count(step.outcomes->without_record).Close('}');
  } else {
    json->Null();
  }
  AppendFirstFailure(step, json);
  AppendLatency(step.latency, json);
  AppendTimeline(step, json);
  AppendCpu(step, json);
  AppendAllocations(step.resources, json);
  AppendGenerator(step, json);
  json->Close('}');
}

}  // namespace

std::string JsonOf(const LoadReport& report) {
  JsonText json;
  json.Open('{').Key("format").Count(kReportFormat).Key("title").Text(report.title);
  json.Key("started").Text(report.started).Key("event_bytes").Number(report.event_bytes);
  AppendFacts("machine", report.machine, &json);
  AppendFacts("versions", report.versions, &json);
  AppendFacts("setup", report.setup, &json);
  json.Key("steps").Open('[');
  for (const StepResult& step : report.steps)
    AppendStep(step, &json);
  json.Close(']').Key("notes").Open('[');
  for (const std::string& note : NotesOf(report))
    json.Text(note);
  json.Close(']').Close('}');
  return json.text() + '\n';
}

}  // namespace aslx
