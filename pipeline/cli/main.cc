// The executable: parses the command line and hands each command its options.
#include <charconv>
#include <cstdint>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "pipeline/cli/bench_options.h"
#include "pipeline/cli/commands.h"
#include "pipeline/cli/completion.h"
#include "pipeline/cli/exit_code.h"

namespace {

/// Linux gives no process a higher number.
constexpr int kProcessMax = 1 << 22;

void AddType(CLI::App* command, std::string* type) {
  command->add_option("--type", *type, "EXPRESS or STANDARD")
      ->check(CLI::IsMember({"EXPRESS", "STANDARD"}))
      ->capture_default_str();
}

void AddReport(CLI::App* command, std::string* report) {
  command->add_option("--report", *report, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
}

void AddSubstitutions(CLI::App* command, aslx::SubstitutionOptions* options) {
  command->add_option("--substitute", options->assignments, "NAME=VALUE for a ${NAME} placeholder")
      ->take_all()
      ->allow_extra_args(false);
  command->add_option("--substitutions", options->file, "JSON or YAML file of placeholder values");
}

void AddCheck(CLI::App* app, aslx::CheckOptions* options) {
  CLI::App* command = app->add_subcommand("check", "Check a definition and report all findings");
  command->footer("Example:\n  aslx check orders.asl.json --type EXPRESS");
  command->add_option("definition", options->definition, "Definition (.json, .yaml), or -")
      ->required();
  AddType(command, &options->type);
  AddReport(command, &options->report);
  command->add_flag("--strict", options->strict,
                    "Findings of aslx's own refuse the definition, too");
  command->add_option("--samples", options->samples,
                      "NDJSON file of events: paths that none of them has are findings");
  command->add_option("--schema", options->schema,
                      "JSON Schema of the events: paths that it rules out are findings");
  command->add_flag("--allow-placeholders", options->substitutions.allow_placeholders,
                    "Accept ${Name} placeholders where a value could stand");
  AddSubstitutions(command, &options->substitutions);
}

void AddCompile(CLI::App* app, aslx::CompileCommandOptions* options) {
  CLI::App* command = app->add_subcommand("compile", "Compile a definition to a .aslc program");
  command->footer("Example:\n  aslx compile orders.asl.json -o orders.aslc");
  command->add_option("definition", options->definition, "Definition (.json, .yaml), or -")
      ->required();
  command->add_option("-o,--output", options->output,
                      "Program file; default: beside the definition");
  AddType(command, &options->type);
  AddSubstitutions(command, &options->substitutions);
}

void AddDisasm(CLI::App* app, aslx::DisasmOptions* options) {
  CLI::App* command = app->add_subcommand("disasm", "Print a program in readable form");
  command->footer("Example:\n  aslx disasm orders.aslc");
  command->add_option("program", options->program, "Program (.aslc) or definition")->required();
  AddType(command, &options->type);
  AddSubstitutions(command, &options->substitutions);
}

void AddExec(CLI::App* app, aslx::ExecOptions* options) {
  CLI::App* command = app->add_subcommand("exec", "Run one execution of a definition to its end");
  command->footer(
      "Example:\n  aslx exec orders.asl.json --input order.json --mock answers.json "
      "--virtual-time --report json");
  command->add_option("definition", options->definition, "Definition or program (.aslc)")
      ->required();
  AddType(command, &options->type);
  command->add_option("--input", options->input, "Execution input: a JSON file, or -; default {}");
  command->add_option("--mock", options->mock,
                      "Answers for Task states: stubs, or a Step Functions Local mock file");
  command->add_option("--test-case", options->test_case,
                      "Test case of a Step Functions Local file");
  command->add_option("--context", options->context, "JSON file: what the context object shows");
  command->add_flag("--virtual-time", options->virtual_time,
                    "Waits, time-outs and retry delays pass at once, in order");
  command->add_option("--seed", options->seed,
                      "Of what is random: jitter, States.UUID, States.MathRandom; default 1");
  AddReport(command, &options->report);
  AddSubstitutions(command, &options->substitutions);
}

void AddRun(CLI::App* app, aslx::RunOptions* options) {
  CLI::App* command = app->add_subcommand("run", "Run the pipelines of a configuration file");
  command->footer(
      "Example:\n  aslx run configs/iot.yaml --embedded-broker --feed "
      "configs/examples/iot.events.ndjson");
  command->add_option("config", options->config, "Configuration (YAML)")->required();
  command->add_flag("--embedded-broker", options->embedded_broker,
                    "Use a broker inside this process, for trying things out");
  command->add_option("--feed", options->feed,
                      "With --embedded-broker: NDJSON file (or -) to produce to the source\n"
                      "topic; ends when every event has its outcome");
  command->add_option("--log-format", options->log_format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command->add_flag_callback(
      "-q,--quiet", [options] { options->verbosity = -1; }, "No progress");
  command->add_flag_callback(
      "-v,--verbose", [options] { options->verbosity = 1; }, "Debug log");
}

void AddBenchSubject(CLI::App* command, aslx::BenchOptions* options) {
  command->add_option("definition", options->definition, "Definition or program (.aslc)");
  command->option_defaults()->group("What is measured");
  command->add_option("--config", options->config, "Instead: a pipeline of this configuration");
  command->add_flag("--external", options->external,
                    "Instead: another process, between --source-topic and --output-topic");
  command->add_option("--pipeline", options->pipeline, "Which of the configuration's, if several");
  command->add_option("--mock", options->mock, "Answers for the definition's Task states");
  command
      ->add_option("--workers", options->workers,
                   "How many, or several numbers: 1,2,4 draws the curve;\ndefault: one a core")
      ->type_name("N,...");
  command
      ->add_option("--delivery", options->delivery,
                   "Default: as configured, without a configuration at_least_once")
      ->check(CLI::IsMember({"at_least_once", "exactly_once"}));
  command
      ->add_option("--pid", options->process,
                   "With --external: the process whose CPU time is measured")
      ->check(CLI::Range(1, kProcessMax).description(""))
      ->type_name("PID");
}

void AddBenchKafka(CLI::App* command, aslx::BenchOptions* options) {
  command->option_defaults()->group("Through Kafka");
  command
      ->add_option("--bootstrap", options->bootstrap,
                   "A Kafka cluster; without one everything is in process")
      ->check(CLI::Validator(aslx::CheckBootstrap, ""))
      ->type_name("HOST:PORT,...");
  command->add_flag("--kafka", options->kafka, "The cluster of the configuration");
  command->add_option("-X", options->properties, "A property of librdkafka, for all clients")
      ->take_all()
      ->allow_extra_args(false)
      ->type_name("PROPERTY=VALUE");
  command->add_option("--source-topic", options->source_topic, "Instead of one made for this run");
  command->add_option("--output-topic", options->output_topics, "Instead of one made for this run")
      ->take_all()
      ->allow_extra_args(false);
  command->add_flag("--configured-topics", options->configured_topics,
                    "The configuration's own topics");
  command
      ->add_option("--partitions", options->partitions,
                   "Of topics made for this run, up to 10,000;\ndefault: two a worker, at least 4")
      ->check(CLI::Range(1, 10'000).description(""))
      ->type_name("N");
  command
      ->add_option("--replication", options->replication,
                   "Of topics made for this run, up to 100; default: the cluster's")
      ->check(CLI::Range(1, 100).description(""))
      ->type_name("N");
  command
      ->add_option("--first-outcome", options->first_outcome,
                   "How long the first outcome may take: a group has to form before")
      ->capture_default_str()
      ->type_name("TIME");
}

void AddBenchEvents(CLI::App* command, aslx::BenchOptions* options) {
  command->option_defaults()->group("Events");
  command->add_option("--event", options->event,
                      "JSON with placeholders, or @FILE: {{sequence}}, {{sequence MODULUS}},\n"
                      "{{int LOW HIGH}}, {{float LOW HIGH DECIMALS}}, {{choice WORD...}},\n"
                      "{{text LENGTH}}, {{uuid}}, {{time}}, {{pad BYTES}}");
  command->add_option("--events", options->events,
                      "NDJSON file of events (or -), sent as they are");
  command->add_option("--key", options->key, "Keys of the records, with the same placeholders");
  command
      ->add_option("--correlation", options->correlation,
                   "Where an event's number travels: key, header, or auto")
      ->check(CLI::IsMember({"auto", "key", "header"}).description(""))
      ->capture_default_str();
  command->add_option("--seed", options->seed, "Of generated events and keys")
      ->capture_default_str()
      ->type_name("N");
  command
      ->add_option("--distinct", options->distinct,
                   "How many events are generated, up to 10,000,000")
      ->check(CLI::Range(1, 10'000'000).description(""))
      ->capture_default_str()
      ->type_name("N");
}

void AddBenchLoad(CLI::App* command, aslx::BenchOptions* options) {
  command->option_defaults()->group("Load");
  CLI::Option* const rate =
      command->add_option("--rate", options->rates,
                          "Open loop: events a second, or several rates, each a step: 1000,10000");
  command
      ->add_option("--in-flight", options->in_flight,
                   "Closed loop: at most so many at once, up to 16,777,216")
      ->check(CLI::Range(uint64_t{1}, aslx::kBenchInFlightMax).description(""))
      ->capture_default_str()
      ->type_name("N")
      ->excludes(rate);
  rate->type_name("N,...");
  command->add_option("--count", options->count, "Measure so many events instead of --duration")
      ->check(CLI::Range(uint64_t{1}, uint64_t{1} << 48).description(""))
      ->type_name("N");
  command->add_option("--warmup", options->warmup, "Before each step")
      ->capture_default_str()
      ->type_name("TIME");
  command->add_option("--duration", options->duration, "Of each step: 500ms, 10s, 5m")
      ->capture_default_str()
      ->type_name("TIME");
  command
      ->add_option("--drain", options->drain,
                   "After so long without any outcome, what a step misses is unanswered")
      ->capture_default_str()
      ->type_name("TIME");
}

void AddBench(CLI::App* app, aslx::BenchOptions* options) {
  CLI::App* command =
      app->add_subcommand("bench", "Put a load on a machine: throughput, latency, CPU an event");
  command->footer(
      "Examples:\n"
      "  aslx bench alerts.asl.json --event '{\"sensor\":\"s1\",\"temperature\":{{float 20 100 "
      "1}}}'\n"
      "  aslx bench alerts.asl.json --events readings.ndjson --rate 1000,10000,50000 --html "
      "out.html\n"
      "  aslx bench alerts.asl.json --events readings.ndjson --bootstrap localhost:9092\n"
      "  aslx bench --config kafka.yaml --kafka --events readings.ndjson --workers 1,2,4\n"
      "  aslx bench --external --bootstrap localhost:9092 --source-topic in --output-topic out\n"
      "      --events readings.ndjson --rate 5000 --pid $(pidof forwarder)");
  AddBenchSubject(command, options);
  AddBenchKafka(command, options);
  AddBenchEvents(command, options);
  AddBenchLoad(command, options);
  command->option_defaults()->group("Report");
  AddReport(command, &options->report);
  command->add_option("--json", options->json_file, "Write the JSON report to this file, too");
  command->add_option("--html", options->html_file, "Write a page with plots to this file");
  command->add_flag("-q,--quiet", options->quiet, "No progress");
}

void AddDlqTopic(CLI::App* command, aslx::DlqOptions* options) {
  command->add_option("config", options->config, "Configuration (YAML)")->required();
  command->add_option("--pipeline", options->pipeline,
                      "Whose dead letters; not needed where only one pipeline has any");
  command->add_option("--topic", options->topic, "Instead: another topic of the cluster");
}

/// What is wrong with it as a number of records, for CLI11; empty where nothing is.
std::string CheckLimit(const std::string& text) {
  uint64_t limit = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (whole && limit > 0) return {};
  return "expected a whole number from 1, found '" + text + "'";
}

void AddDlqFilters(CLI::App* command, aslx::DlqOptions* options) {
  command->add_option("--error", options->error, "Only those with this error name");
  command->add_option("--state", options->state, "Only those that failed in this state");
  command->add_option("--since", options->since,
                      "Only records with this timestamp or a later one: 2026-05-01T12:00:00Z,\n"
                      "or an age: 90s, 30m, 2h, 7d");
  command->add_option("--limit", options->limit, "At most so many, 1 at least; default: all")
      ->check(CheckLimit, "", "limit")
      ->type_name("COUNT");
}

void AddDlq(CLI::App* app, aslx::DlqOptions* options) {
  CLI::App* dlq = app->add_subcommand("dlq", "Look into a dead-letter topic and send records back");
  dlq->require_subcommand(1);
  dlq->footer("Example:\n  aslx dlq list orders.yaml --error States.Timeout --since 2h");
  CLI::App* list = dlq->add_subcommand("list", "One line a dead letter");
  AddDlqTopic(list, options);
  AddDlqFilters(list, options);
  list->add_option("--format", options->format, "text or json (one object a line)")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  list->footer("Example:\n  aslx dlq list orders.yaml --state Charge --format json");
  CLI::App* show = dlq->add_subcommand("show", "One dead letter whole: headers, key and payload");
  AddDlqTopic(show, options);
  show->add_option("place", options->places, "PARTITION:OFFSET, as list shows it")
      ->required()
      ->expected(1);
  show->add_option("--format", options->format, "text, json, or raw: the payload's bytes alone")
      ->check(CLI::IsMember({"text", "json", "raw"}))
      ->capture_default_str();
  show->footer("Example:\n  aslx dlq show orders.yaml 0:17");
  CLI::App* replay = dlq->add_subcommand(
      "replay", "Send dead letters back to the topics they came from; none is deleted");
  AddDlqTopic(replay, options);
  AddDlqFilters(replay, options);
  replay->add_option("places", options->places, "PARTITION:OFFSET of those to send");
  replay->add_flag("--all", options->all, "All of the topic");
  replay->add_option("--to", options->to, "Another topic to send them to");
  replay->add_flag("--yes", options->yes, "Send; without it, what would be sent is shown");
  replay->footer("Example:\n  aslx dlq replay orders.yaml 0:17 1:4 --yes");
}

int RunDlq(const CLI::App& dlq, const aslx::DlqOptions& options) {
  if (dlq.got_subcommand("list")) return aslx::RunDlqList(options);
  if (dlq.got_subcommand("show")) return aslx::RunDlqShow(options);
  return aslx::RunDlqReplay(options);
}

/// `aslx: ` and what is wrong, then whose help to read: that of the innermost command given.
std::string UsageMessage(const CLI::App* app, const CLI::Error& error) {
  std::string command = app->get_name();
  while (!app->get_subcommands().empty()) {
    app = app->get_subcommands().front();
    command += " " + app->get_name();
  }
  std::string message = error.what();
  const std::vector<std::string> unknown = app->remaining();
  // CLI11 says that a command is missing, whatever stands in its place.
  if (app->get_require_subcommand_min() > 0 && !unknown.empty()) {
    const bool option = unknown.front().starts_with('-');
    message =
        "'" + unknown.front() + "' is no " + (option ? "option" : "command") + " of " + command;
  } else if (!unknown.empty()) {  // CLI11 names them last to first
    message = fmt::format("not expected: {}", fmt::join(unknown, " "));
  }
  return "aslx: " + message + "; see " + command + " --help\n";
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"aslx (ASL Express): Amazon States Language workflows, compiled, on Kafka events"};
  app.name("aslx");
  app.require_subcommand(1);
  app.failure_message(UsageMessage);
  app.footer(
      "Example:\n  aslx check orders.asl.json && aslx exec orders.asl.json --input order.json");
  app.add_flag_callback(
      "-V,--version",
      [] {
        aslx::PrintVersion();
        throw CLI::Success();
      },
      "Print the version");

  aslx::CheckOptions check;
  aslx::CompileCommandOptions compile;
  aslx::DisasmOptions disasm;
  aslx::ExecOptions exec;
  aslx::RunOptions run;
  aslx::BenchOptions bench;
  aslx::DlqOptions dlq;
  std::string shell = "bash";
  AddCheck(&app, &check);
  AddCompile(&app, &compile);
  AddDisasm(&app, &disasm);
  AddExec(&app, &exec);
  AddRun(&app, &run);
  AddBench(&app, &bench);
  AddDlq(&app, &dlq);
  app.add_subcommand("version", "Print the version, the program format and the compiler")
      ->footer("Example:\n  aslx version");
  CLI::App* completion = app.add_subcommand("completion", "Print a completion script for a shell");
  completion->footer("Example:\n  aslx completion bash > /etc/bash_completion.d/aslx");
  completion->add_option("shell", shell, "bash, zsh or fish")
      ->check(CLI::IsMember({"bash", "zsh", "fish"}))
      ->capture_default_str();

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? aslx::kExitDone : aslx::kExitUsage;
  }
  if (app.got_subcommand("check")) return aslx::RunCheck(check);
  if (app.got_subcommand("compile")) return aslx::RunCompile(compile);
  if (app.got_subcommand("disasm")) return aslx::RunDisasm(disasm);
  if (app.got_subcommand("exec")) return aslx::RunExec(exec);
  if (app.got_subcommand("run")) return aslx::RunPipelines(run);
  if (app.got_subcommand("bench")) return aslx::RunBench(bench);
  if (app.got_subcommand("dlq")) return RunDlq(*app.get_subcommand("dlq"), dlq);
  if (app.got_subcommand("version")) return aslx::PrintVersion();
  return aslx::PrintCompletion(app, shell);
}
