// From the checked tree to RunConfig, and what several keys mean together.
#include <algorithm>
#include <filesystem>
#include <tuple>

#include <fmt/core.h>

#include "pipeline/config/config_check.h"
#include "pipeline/config/config_section.h"
#include "pipeline/config/run_config.h"
#include "runtime/base/read_file.h"

namespace aslx {
namespace {

/// `revoke_limit_ms: 0`, unless the session time-out is short.
constexpr int64_t kRevokeLimitMs = 5'000;

/// Without the line's end, which editors add.
bool ReadSecret(const std::string& path, std::string* text) {
  Result<std::string> read = ReadFile(path, ErrorKind::kConfiguration);
  if (!read) return false;
  *text = std::move(*read);
  while (!text->empty() && (text->back() == '\n' || text->back() == '\r'))
    text->pop_back();
  return true;
}

class Filler {
 public:
  Filler(const std::string& name, std::vector<ConfigFinding>* findings)
      : name_(name), folder_(std::filesystem::path(name).parent_path()), findings_(findings) {}

  RunConfig Fill(const ConfigSection& root) {
    RunConfig config;
    config.file = name_;
    std::string workers = root.Text("workers");
    if (workers != "auto") config.worker_count = static_cast<uint32_t>(root.Integer("workers"));
    config.pin_threads = root.Flag("pin_threads");
    config.state_dir = Path(root.Text("state_dir"));
    config.cluster = Cluster(root.Section("cluster"));
    if (root.Has("admin")) config.admin = Admin(root.Section("admin"));
    ConfigSection http = root.Section("http");
    config.http_connections_per_host_max = http.Integer("connections_per_host_max");
    config.http_connections_max = http.Integer("connections_max");
    std::vector<FunctionConfig> shared = Functions(root);
    for (const ConfigSection& section : root.Sections("pipelines")) {
      PipelineConfig pipeline = Pipeline(section, config.cluster);
      pipeline.spec.cluster = config.cluster.name;
      pipeline.functions.insert(pipeline.functions.end(), shared.begin(), shared.end());
      for (const PipelineConfig& other : config.pipelines) {
        if (other.spec.name == pipeline.spec.name)
          Report(section, "name", fmt::format("a second pipeline '{}'", pipeline.spec.name));
      }
      config.pipelines.push_back(std::move(pipeline));
    }
    if (config.pipelines.empty()) Report(root, "pipelines", "no pipeline");
    return config;
  }

 private:
  void Report(const ConfigSection& section, std::string_view key, std::string_view what) {
    findings_->push_back(section.FindingAt(key, what));
  }

  std::string Path(const std::string& path) const {
    if (path.empty() || path == "-" || path.front() == '/') return path;
    return (folder_ / path).lexically_normal().string();
  }

  /// Entries `NAME_file: PATH` become `NAME: contents`, without the line's end.
  TextPairs WithFiles(const ConfigSection& section, std::string_view key) {
    TextPairs pairs = section.Map(key);
    constexpr std::string_view kSuffix = "_file";
    for (auto& [name, text] : pairs) {
      if (!name.ends_with(kSuffix)) continue;
      std::string contents;
      if (!ReadSecret(Path(text), &contents)) {
        Report(section, key, fmt::format("cannot read '{}' for '{}'", Path(text), name));
        continue;
      }
      name.resize(name.size() - kSuffix.size());
      text = std::move(contents);
    }
    return pairs;
  }

  AdminConfig Admin(const ConfigSection& section) {
    AdminConfig admin;
    const ConfigFinding at = section.FindingAt("listen", "");
    admin.place = fmt::format("{}:{}:{}", name_, at.line, at.column);
    const std::string listen = section.Text("listen");
    if (!SplitAddress(listen, &admin)) {
      Report(section, "listen",
             fmt::format("'{}' is no HOST:PORT such as 127.0.0.1:9464 or [::1]:0", listen));
    }
    admin.token = section.Text("token");
    const bool from_file = section.Has("token_file");
    const std::string token_path = Path(section.Text("token_file"));
    if (from_file && !ReadSecret(token_path, &admin.token))
      Report(section, "token_file", fmt::format("cannot read '{}'", token_path));
    if (from_file && section.Has("token"))
      Report(section, "token_file", "either 'token' or 'token_file'");
    if (admin.token.empty() && (from_file || section.Has("token")))
      Report(section, from_file ? "token_file" : "token", "the token is empty");
    ConfigSection tls = section.Section("tls");
    admin.certificate_file = Path(tls.Text("certificate_file"));
    admin.key_file = Path(tls.Text("key_file"));
    const bool closed = !admin.token.empty() && section.Has("tls");
    if (!IsLoopback(admin.host) && !closed) {
      Report(section, "listen",
             fmt::format("'{}' can be reached from elsewhere: that needs 'token' and 'tls', and {} "
                         "missing",
                         admin.host,
                         !admin.token.empty() ? "'tls' is"
                         : section.Has("tls") ? "'token' is"
                                              : "both are"));
    }
    return admin;
  }

  static bool SplitAddress(std::string_view text, AdminConfig* admin) {
    const size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return false;
    std::string_view host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) {
      host = host.substr(1, host.size() - 2);
    } else if (host.find(':') != std::string_view::npos) {
      return false;  // an IPv6 address without brackets: its end and the port cannot be told apart
    }
    int64_t port = 0;
    if (host.empty() || !ReadInteger(text.substr(colon + 1), &port) || port < 0 || port > 65'535)
      return false;
    admin->host = host;
    admin->port = static_cast<int>(port);
    return true;
  }

  /// Digits and dots, so that it is an address and not a name that begins like one.
  static bool IsLoopback(std::string_view host) {
    return host.empty() || host == "localhost" || host == "::1" ||
           (host.starts_with("127.") &&
            host.find_first_not_of("0123456789.") == std::string_view::npos);
  }

  ClusterConfig Cluster(const ConfigSection& section) {
    ClusterConfig cluster;
    for (const std::string& broker : section.List("brokers")) {
      if (!cluster.brokers.empty()) cluster.brokers += ",";
      cluster.brokers += broker;
    }
    cluster.name = section.Text("name");
    cluster.wait_ms = section.Integer("wait_ms");
    cluster.probe_permissions = section.Flag("probe_permissions");
    cluster.instance_id = section.Text("instance_id");
    cluster.static_membership = section.Flag("static_membership");
    cluster.session_timeout_ms = section.Integer("session_timeout_ms");
    cluster.transaction_timeout_ms = section.Integer("transaction_timeout_ms");
    cluster.start_offset = section.Text("start_offset");
    cluster.properties = WithFiles(section, "librdkafka");
    cluster.consumer_properties = WithFiles(section, "librdkafka_consumer");
    cluster.producer_properties = WithFiles(section, "librdkafka_producer");
    return cluster;
  }

  std::vector<FunctionConfig> Functions(const ConfigSection& parent) {
    std::vector<FunctionConfig> functions;
    for (const ConfigSection& section : parent.Sections("functions"))
      functions.push_back(Function(section));
    return functions;
  }

  FunctionConfig Function(const ConfigSection& section) {
    FunctionConfig function;
    function.match = section.Text("match");
    int ways = section.Has("in_process") + section.Has("http") + section.Has("mock");
    if (ways != 1) {
      Report(section, "match",
             fmt::format("'{}' has {} of in_process, http and mock, expected one", function.match,
                         ways));
    }
    if (section.Has("http")) {
      ConfigSection http = section.Section("http");
      function.kind = FunctionConfig::Kind::kHttp;
      function.http = {.url = http.Text("url"),
                       .function = http.Text("function"),
                       .timeout_ms = http.Integer("timeout_ms"),
                       .connect_timeout_ms = http.Integer("connect_timeout_ms"),
                       .headers = WithFiles(http, "headers"),
                       .ca_file = Path(http.Text("ca_file")),
                       .certificate_file = Path(http.Text("certificate_file")),
                       .key_file = Path(http.Text("key_file")),
                       .proxy = http.Text("proxy")};
      const std::string& url = function.http.url;
      if (!url.starts_with("http://") && !url.starts_with("https://"))
        Report(http, "url", fmt::format("'{}' is no http:// or https:// URL", url));
    } else if (section.Has("mock")) {
      ConfigSection mock = section.Section("mock");
      function.kind = FunctionConfig::Kind::kMock;
      function.mock = {.file = Path(mock.Text("file")),
                       .test_case = mock.Text("test_case"),
                       .machine = mock.Text("machine")};
    } else {
      function.in_process = section.Text("in_process");
      if (function.in_process == "*") function.in_process.clear();
    }
    return function;
  }

  PipelineConfig Pipeline(const ConfigSection& section, const ClusterConfig& cluster) {
    PipelineConfig pipeline;
    PipelineSpec& spec = pipeline.spec;
    spec.name = section.Text("name");
    if (section.node() != nullptr) NotePlaces(*section.node(), "", &spec);
    Source(section.Section("source"), &spec.source);
    ConfigSection machine = section.Section("machine");
    spec.machine_path = Path(machine.Text("definition"));
    spec.machine_name = machine.Text("name");
    if (spec.machine_name.empty()) spec.machine_name = MachineName(spec.machine_path);
    pipeline.substitutions = machine.Map("substitutions");
    pipeline.functions = Functions(section);

    Sinks(section, &spec);
    std::string ordering = section.Text("ordering");
    spec.ordering = ordering == "key"         ? Ordering::kKey
                    : ordering == "partition" ? Ordering::kPartition
                                              : Ordering::kNone;
    ConfigSection window = section.Section("window");
    spec.window.records_max = static_cast<uint32_t>(window.Integer("records_max"));
    spec.window.bytes_max = static_cast<uint64_t>(window.Integer("bytes_max"));
    spec.window.partition_records_max =
        static_cast<uint32_t>(window.Integer("partition_records_max"));
    spec.window.partition_span_max = static_cast<uint64_t>(window.Integer("partition_span_max"));
    spec.window.outbox_bytes_max = static_cast<uint64_t>(window.Integer("outbox_bytes_max"));
    const bool exactly_once = section.Text("delivery") == "exactly_once";
    spec.guarantee = exactly_once ? Guarantee::kExactlyOnce : Guarantee::kAtLeastOnce;
    spec.commit_interval_ms = section.Integer("commit_interval_ms");
    if (exactly_once &&
        (spec.source.kind != EndpointKind::kKafka || spec.sink != EndpointKind::kKafka)) {
      Report(section, "delivery",
             "exactly_once holds from topics to topics of one cluster; this pipeline has files at "
             "one end or both");
    }
    if (spec.commit_interval_ms == 0)
      spec.commit_interval_ms = DefaultCommitIntervalMs(spec.guarantee);
    spec.drain_limit_ms = section.Integer("drain_limit_ms");
    spec.revoke_limit_ms = RevokeLimit(section, cluster);
    return pipeline;
  }

  /// Meanwhile all members of the group wait: so it is never near the time after which a worker
  /// that has gone silent is missed.
  int64_t RevokeLimit(const ConfigSection& section, const ClusterConfig& cluster) {
    const int64_t most_ms = cluster.session_timeout_ms / 2;
    const int64_t limit_ms = section.Integer("revoke_limit_ms");
    if (limit_ms > most_ms) {
      Report(section, "revoke_limit_ms",
             fmt::format("'revoke_limit_ms' is '{}', expected at most half of "
                         "'cluster.session_timeout_ms', which is {}",
                         limit_ms, cluster.session_timeout_ms));
    }
    return limit_ms > 0 ? limit_ms : std::min(kRevokeLimitMs, most_ms);
  }

  /// Depth: that of the tree, which config_yaml.cc limits.
  void NotePlaces(const ConfigNode& node, const std::string& path, PipelineSpec* spec) {
    spec->places[path] = fmt::format("{}:{}:{}", name_, node.line, node.column);
    for (size_t i = 0; i < node.children.size(); ++i) {
      const ConfigNode& child = node.children[i];
      std::string step = path.empty() ? child.key : "." + child.key;
      if (node.kind == ConfigNode::Kind::kList) step = fmt::format("[{}]", i);
      NotePlaces(child, path + step, spec);
    }
  }

  /// `orders` of `examples/orders.asl.json`.
  static std::string MachineName(const std::string& path) {
    std::string name = std::filesystem::path(path).filename().string();
    return name.substr(0, name.find('.'));
  }

  void Source(const ConfigSection& section, SourceSpec* source) {
    source->topics = section.List("topics");
    source->group = section.Text("group");
    for (const std::string& file : section.List("files"))
      source->paths.push_back(Path(file));
    if (source->topics.empty() == source->paths.empty()) {
      Report(section, "topics", "a source has either topics or files");
      return;
    }
    source->kind = source->topics.empty() ? EndpointKind::kFiles : EndpointKind::kKafka;
    if (source->kind == EndpointKind::kKafka && source->group.empty())
      Report(section, "topics", "a source with topics needs a consumer group ('group')");
    if (source->kind == EndpointKind::kFiles && !source->group.empty())
      Report(section, "group", "a source of files has no consumer group");
  }

  /// Output, routes and dead letters all go to Kafka or all to files.
  void Sinks(const ConfigSection& section, PipelineSpec* spec) {
    bool topics = false;
    bool files = false;
    auto note = [&](const ConfigSection& sink) {
      topics |= sink.Has("topic");
      files |= sink.Has("file");
    };
    ConfigSection output = section.Section("output");
    spec->output_action = Action(output);
    spec->output_split_path = output.Text("split");
    spec->output = RecordOf(output);
    note(output);
    topics |= output.Has("topic_path");
    for (const ConfigSection& from : section.Sections("routes")) {
      RouteSpec route;
      route.name = from.Text("name");
      route.states = from.List("states");
      route.path = from.Text("path");
      route.equals = from.Text("equals");
      route.action = Action(from);
      route.split_path = from.Text("split");
      route.record = RecordOf(from);
      if (!route.equals.empty() && route.path.empty())
        Report(from, "equals", "'equals' needs 'path'");
      RequireTarget(from, route.action, "a route that writes");
      note(from);
      topics |= from.Has("topic_path");
      spec->routes.push_back(std::move(route));
    }
    RequireTarget(output, spec->output_action, "'output'");
    DeadLetters(section.Section("dead_letters"), &spec->dead_letters);
    note(section.Section("dead_letters"));
    if (topics && files) {
      Report(section, "output",
             "outputs, routes and dead letters of one pipeline go all to topics or all to files");
    }
    spec->sink = files ? EndpointKind::kFiles : EndpointKind::kKafka;
  }

  void RequireTarget(const ConfigSection& section, RouteAction action, std::string_view what) {
    int targets = section.Has("topic") + section.Has("file") + section.Has("topic_path");
    if (action == RouteAction::kWrite && targets != 1) {
      Report(section, "topic",
             fmt::format("{} has {} of topic, file and topic_path, expected one", what, targets));
    }
  }

  static RouteAction Action(const ConfigSection& section) {
    std::string action = section.Text("action");
    return action == "drop"          ? RouteAction::kDrop
           : action == "dead_letter" ? RouteAction::kDeadLetter
                                     : RouteAction::kWrite;
  }

  RecordSpec RecordOf(const ConfigSection& section) {
    RecordSpec record;
    record.topic = section.Has("file") ? Path(section.Text("file")) : section.Text("topic");
    record.topic_path = section.Text("topic_path");
    record.topics_allowed = section.List("topics_allowed");
    ConfigSection key = section.Section("key");
    std::string from = key.Text("from");
    record.key.source = from == "output"  ? FieldSource::kOutput
                        : from == "fixed" ? FieldSource::kFixed
                        : from == "none"  ? FieldSource::kNone
                                          : FieldSource::kInput;
    record.key.path = key.Text("path");
    record.key.fixed = key.Text("value");
    if (record.key.source == FieldSource::kOutput && record.key.path.empty())
      Report(key, "path", "a key from the output needs 'path'");
    record.pass_headers = section.Flag("pass_headers");
    for (const ConfigSection& header : section.Sections("headers")) {
      if (header.Has("path") == header.Has("value"))
        Report(header, "name", "a header has either 'path' or 'value'");
      record.headers.push_back(
          {.name = header.Text("name"),
           .source = header.Has("path") ? FieldSource::kOutput : FieldSource::kFixed,
           .path = header.Text("path"),
           .fixed = header.Text("value")});
    }
    record.timestamp =
        section.Text("timestamp") == "now" ? TimestampSource::kNow : TimestampSource::kInput;
    record.execution_id_header =
        section.Text("execution_id") == "none" ? "" : section.Text("execution_id_header");
    return record;
  }

  void DeadLetters(const ConfigSection& section, DeadLetterSpec* spec) {
    bool has_target = section.Has("topic") || section.Has("file");
    if (section.Has("topic") && section.Has("file"))
      Report(section, "file", "dead letters go either to a topic or to a file");
    spec->topic = section.Has("file") ? Path(section.Text("file")) : section.Text("topic");
    std::string action = section.Text("action");
    if (action.empty()) action = has_target ? "write" : "stop";
    spec->action = action == "write"  ? DeadLetterSpec::Action::kWrite
                   : action == "drop" ? DeadLetterSpec::Action::kDrop
                                      : DeadLetterSpec::Action::kStop;
    if ((action == "write") != has_target) {
      Report(section, "action",
             has_target ? fmt::format("'{}' writes no dead letters, yet a target is given", action)
                        : "'write' needs a topic or a file");
    }
  }

  const std::string& name_;
  std::filesystem::path folder_;
  std::vector<ConfigFinding>* findings_;
};

/// What the filling finds where the check found something already follows from that.
void AddNew(const std::vector<ConfigFinding>& more, std::vector<ConfigFinding>* findings) {
  const std::vector<ConfigFinding> known = *findings;
  for (const ConfigFinding& finding : more) {
    const bool follows = std::ranges::any_of(known, [&](const ConfigFinding& other) {
      return other.line == finding.line && other.column == finding.column;
    });
    if (!follows) findings->push_back(finding);
  }
}

tl::unexpected<Error> All(const std::string& name, std::vector<ConfigFinding> findings) {
  std::ranges::stable_sort(findings, [](const ConfigFinding& a, const ConfigFinding& b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });
  std::string message;
  for (const ConfigFinding& finding : findings) {
    if (!message.empty()) message += "\n";
    message += fmt::format("{}:{}:{}: {}", name, finding.line, finding.column, finding.what);
  }
  return Fail(ErrorKind::kConfiguration, std::move(message));
}

}  // namespace

bool RunConfig::uses_kafka() const {
  for (const PipelineConfig& pipeline : pipelines) {
    if (pipeline.spec.source.kind == EndpointKind::kKafka ||
        pipeline.spec.sink == EndpointKind::kKafka) {
      return true;
    }
  }
  return false;
}

Result<RunConfig> ReadRunConfig(const std::string& path, const std::string& text,
                                const Environment& environment) {
  Result<ConfigNode> root = ReadYaml(path, text);
  if (!root) return tl::unexpected<Error>(root.error());
  std::vector<ConfigFinding> findings;
  Interpolate(environment, &*root, &findings);
  AddNew(CheckConfig(*root, ConfigRoot()), &findings);
  std::vector<ConfigFinding> meanings;
  RunConfig config = Filler(path, &meanings).Fill(ConfigSection(&*root, ConfigRoot()));
  AddNew(meanings, &findings);
  if (!findings.empty()) return All(path, std::move(findings));
  return config;
}

Result<RunConfig> LoadRunConfig(const std::string& path, const Environment& environment) {
  const Result<std::string> text = ReadFile(path, ErrorKind::kConfiguration);
  if (!text) return tl::unexpected(text.error());
  return ReadRunConfig(path, *text, environment);
}

}  // namespace aslx
