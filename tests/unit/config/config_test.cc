// Configurations: what is read, what is refused and where, secrets, defaults, and the reference.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "pipeline/config/config_reference.h"
#include "pipeline/config/config_schema.h"
#include "pipeline/config/run_config.h"
#include "pipeline/tasks/function_registry.h"

namespace aslx {
namespace {

Environment Of(std::map<std::string, std::string> values) {
  return [values = std::move(values)](const std::string& name) -> std::optional<std::string> {
    auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  };
}

constexpr std::string_view kSmall = R"(pipelines:
  - name: p
    source: {files: [in.ndjson]}
    machine: {definition: m.asl.json}
    output: {file: "-"}
)";

constexpr std::string_view kLarge = R"(workers: 3
pin_threads: false
cluster:
  brokers: [a:1, b:2]
  name: blue
  wait_ms: 100
  instance_id: pod-0
  session_timeout_ms: 6000
  start_offset: latest
  librdkafka:
    sasl.username: me
    sasl.password: ${PASSWORD}
  librdkafka_producer: {linger.ms: "${LINGER:-20}"}
functions:
  - match: "*"
    in_process: "*"
pipelines:
  - name: orders
    source: {topics: [orders, returns], group: g}
    machine:
      definition: machines/orders.v2.asl.yaml
      substitutions: {Table: t-1, Raw: "$${NotAVariable}"}
    functions:
      - match: "check*"
        http:
          url: http://h:1
          headers: {Authorization: "Bearer ${PASSWORD}"}
          timeout_ms: 500
    routes:
      - name: alerts
        states: Too hot
        topic_path: $.to
        topics_allowed: [red, blue]
        split: $.items
        key: {from: output, path: $.id}
        execution_id: none
      - path: $.quiet
        equals: 'true'
        action: drop
    output:
      topic: out
      key: {from: fixed, value: k}
      pass_headers: false
      timestamp: now
      headers:
        - {name: kind, value: order}
        - {name: id, path: $.id}
    dead_letters: {topic: dead}
    ordering: key
    window: {records_max: 10}
    drain_limit_ms: 7
)";

TEST(Config_FillsEverything, ThatAFileSays) {
  Result<RunConfig> read =
      ReadRunConfig("/etc/x/p.yaml", std::string(kLarge), Of({{"PASSWORD", "s3cret"}}));
  ASSERT_TRUE(read.has_value()) << read.error().message;
  const RunConfig& config = *read;
  EXPECT_EQ(config.worker_count, 3u);
  EXPECT_FALSE(config.pin_threads);
  EXPECT_TRUE(config.uses_kafka());
  EXPECT_EQ(config.cluster.brokers, "a:1,b:2");
  EXPECT_EQ(config.cluster.name, "blue");
  EXPECT_EQ(config.cluster.instance_id, "pod-0");
  EXPECT_TRUE(config.cluster.static_membership);
  EXPECT_EQ(config.cluster.start_offset, "latest");
  EXPECT_EQ(config.cluster.properties,
            (TextPairs{{"sasl.username", "me"}, {"sasl.password", "s3cret"}}));
  EXPECT_EQ(config.cluster.producer_properties, (TextPairs{{"linger.ms", "20"}}));
  const PipelineConfig& pipeline = config.pipelines[0];
  const PipelineSpec& spec = pipeline.spec;
  EXPECT_EQ(spec.cluster, "blue");
  EXPECT_EQ(spec.source.topics, (std::vector<std::string>{"orders", "returns"}));
  EXPECT_EQ(spec.sink, EndpointKind::kKafka);
  EXPECT_EQ(spec.machine_path, "/etc/x/machines/orders.v2.asl.yaml");
  EXPECT_EQ(spec.machine_name, "orders");
  EXPECT_EQ(pipeline.substitutions, (TextPairs{{"Table", "t-1"}, {"Raw", "${NotAVariable}"}}));
  ASSERT_EQ(pipeline.functions.size(), 2u);
  EXPECT_EQ(pipeline.functions[0].http.url, "http://h:1");
  EXPECT_EQ(pipeline.functions[0].http.headers, (TextPairs{{"Authorization", "Bearer s3cret"}}));
  EXPECT_EQ(pipeline.functions[1].kind, FunctionConfig::Kind::kInProcess);
  EXPECT_EQ(pipeline.functions[1].in_process, "");
  ASSERT_EQ(spec.routes.size(), 2u);
  EXPECT_EQ(spec.routes[0].states, std::vector<std::string>{"Too hot"});
  EXPECT_EQ(spec.routes[0].split_path, "$.items");
  EXPECT_EQ(spec.routes[0].record.topics_allowed, (std::vector<std::string>{"red", "blue"}));
  EXPECT_EQ(spec.routes[0].record.execution_id_header, "");
  EXPECT_EQ(spec.routes[1].action, RouteAction::kDrop);
  EXPECT_EQ(spec.routes[1].equals, "true");
  EXPECT_EQ(spec.output.key.source, FieldSource::kFixed);
  EXPECT_FALSE(spec.output.pass_headers);
  EXPECT_EQ(spec.output.timestamp, TimestampSource::kNow);
  EXPECT_EQ(spec.output.headers.size(), 2u);
  EXPECT_EQ(spec.output.execution_id_header, "asl-execution-id");
  EXPECT_EQ(spec.dead_letters.action, DeadLetterSpec::Action::kWrite);
  EXPECT_EQ(spec.ordering, Ordering::kKey);
  EXPECT_EQ(spec.window.records_max, 10u);
  EXPECT_EQ(spec.drain_limit_ms, 7);
  EXPECT_EQ(spec.revoke_limit_ms, 3'000) << "half of the session time-out";
}

TEST(Config_DefaultsOfTheTable, AreThoseOfTheStructs) {
  Result<RunConfig> read = ReadRunConfig("p.yaml", std::string(kSmall), Of({}));
  ASSERT_TRUE(read.has_value()) << read.error().message;
  const PipelineSpec& spec = read->pipelines[0].spec;
  const PipelineSpec plain;
  EXPECT_FALSE(read->uses_kafka());
  EXPECT_EQ(read->worker_count, 0u);
  EXPECT_EQ(spec.source.paths, std::vector<std::string>{"in.ndjson"});
  EXPECT_EQ(spec.output.topic, "-");
  EXPECT_EQ(spec.dead_letters.action, DeadLetterSpec::Action::kStop);
  EXPECT_EQ(spec.output.execution_id_header, plain.output.execution_id_header);
  EXPECT_EQ(spec.output.pass_headers, plain.output.pass_headers);
  EXPECT_EQ(spec.output.key.source, plain.output.key.source);
  EXPECT_EQ(spec.output.timestamp, plain.output.timestamp);
  EXPECT_EQ(spec.window.records_max, plain.window.records_max);
  EXPECT_EQ(spec.window.bytes_max, plain.window.bytes_max);
  EXPECT_EQ(spec.window.partition_records_max, plain.window.partition_records_max);
  EXPECT_EQ(spec.window.partition_span_max, plain.window.partition_span_max);
  EXPECT_EQ(spec.window.outbox_bytes_max, plain.window.outbox_bytes_max);
  EXPECT_EQ(spec.commit_interval_ms, plain.commit_interval_ms);
  EXPECT_EQ(spec.drain_limit_ms, plain.drain_limit_ms);
  EXPECT_EQ(spec.revoke_limit_ms, plain.revoke_limit_ms);
}

TEST(Config_Refuses, WithPlaceAndHint) {
  const std::string small(kSmall);
  const struct {
    std::string text;
    std::vector<std::string_view> words;
  } cases[] = {
      {small + "    orderin: key\n",
       {"p.yaml:6:5: unknown key 'orderin'", "did you mean 'ordering'?"}},
      {small + "colour: red\n", {"p.yaml:6:1: unknown key 'colour'", "known here: workers"}},
      {small + "    ordering: alphabetical\n",
       {"p.yaml:6:15: 'ordering' is 'alphabetical', expected one of none, key, partition"}},
      {small + "    commit_interval_ms: 60001\n",
       {"p.yaml:6:25: 'commit_interval_ms' is '60001', expected 0 to 60000"}},
      {small + "    commit_interval_ms: soon\n", {"expected an integer"}},
      {small + "    window: 7\n", {"p.yaml:6:13: 'window' must be a section"}},
      {small + "    routes: {}\n", {"'routes' is a section, expected a list of sections"}},
      {small + "workers: many\n", {"'workers' is 'many', expected auto or an integer"}},
      {small + "pin_threads: yes\n", {"expected true or false"}},
      {small + "    delivery: at_most_once\n",
       {"'delivery' is 'at_most_once', expected one of at_least_once, exactly_once"}},
      {small + "    delivery: exactly_once\n",
       {"p.yaml:6:15: exactly_once holds from topics to topics of one cluster"}},
      {small + "    revoke_limit_ms: 3001\ncluster: {session_timeout_ms: 6000}\n",
       {"p.yaml:6:22: 'revoke_limit_ms' is '3001', expected at most half of "
        "'cluster.session_timeout_ms', which is 6000"}},
      {"pipelines:\n  - name: p\n", {"needs the key 'source'", "needs the key 'machine'"}},
      {"", {"p.yaml:1:1: the file is empty"}},
      {"- a\n", {"the file must be a section"}},
      {"pipelines: []\n", {"no pipeline"}},
      {"pipelines: [", {"p.yaml:"}},
      {"a: 1\na: 2\n", {"p.yaml:2:1: key 'a' stands here for the second time"}},
      {small + small.substr(11), {"a second pipeline 'p'"}},
      {small + "    dead_letters: {action: write}\n", {"needs a topic or a file"}},
      {small + "    dead_letters: {topic: t}\n", {"all to topics or all to files"}},
      {small + "    routes: [{states: [A]}]\n",
       {"a route that writes has 0 of topic, file and topic_path"}},
      {small + "functions: [{match: f}]\n",
       {"'f' has 0 of in_process, http and mock, expected one"}},
      {small + "functions: [{match: f, http: {url: 'h:1'}}]\n",
       {"'h:1' is no http:// or https:// URL"}},
      {small + "cluster: {librdkafka: {sasl.password: abc}}\n",
       {"p.yaml:6:39: 'sasl.password' is a secret"}},
      {small + "cluster: {librdkafka: {sasl.password_file: no-such-file}}\n",
       {"cannot read 'no-such-file'"}},
      {small + "admin: {}\n", {"p.yaml:6:8: 'admin' needs the key 'listen'"}},
      {small + "admin: {listen: 9464}\n", {"p.yaml:6:17: '9464' is no HOST:PORT"}},
      {small + "admin: {listen: '127.0.0.1:65536'}\n", {"is no HOST:PORT"}},
      {small + "admin: {listen: '::1:80'}\n", {"is no HOST:PORT"}},
      {small + "admin: {listen: ':80'}\n", {"is no HOST:PORT"}},
      {small + "admin: {listen: '0.0.0.0:80'}\n",
       {"p.yaml:6:17: '0.0.0.0' can be reached from elsewhere: that needs 'token' and 'tls', and "
        "both are missing"}},
      {small + "admin: {listen: '127.example.com:80'}\n", {"can be reached from elsewhere"}},
      {small + "admin: {listen: 'h:80', tls: {certificate_file: c, key_file: k}}\n",
       {"'token' is missing"}},
      {small + "admin: {listen: '127.0.0.1:80', token: abc}\n",
       {"p.yaml:6:40: 'token' is a secret and may not stand in the file"}},
      {small + "admin: {listen: '127.0.0.1:80', token_file: no-such-file}\n",
       {"cannot read 'no-such-file'"}},
      {small + "admin: {listen: '127.0.0.1:80', tls: {certificate_file: c}}\n",
       {"'tls' needs the key 'key_file'"}},
      {small + "cluster: {name: '${NOT_SET}'}\n",
       {"p.yaml:6:17: environment variable 'NOT_SET' is not set"}},
      {small + "cluster: {name: '${not a name}'}\n", {"is no environment variable"}},
  };
  for (const auto& c : cases) {
    Result<RunConfig> read = ReadRunConfig("p.yaml", c.text, Of({}));
    ASSERT_FALSE(read.has_value()) << c.text;
    EXPECT_EQ(read.error().kind, ErrorKind::kConfiguration);
    for (std::string_view word : c.words)
      EXPECT_NE(read.error().message.find(word), std::string::npos)
          << c.text << read.error().message;
  }
}

TEST(Config_Findings, OfAllKindsComeTogetherInLineOrder) {
  const std::string text = std::string(kSmall) +
                           "    dead_letters: {action: write}\n"
                           "    ordering: alphabetical\n"
                           "    routes: [{states: [A]}]\n"
                           "    functions: 7\n"
                           "workers: many\n";
  Result<RunConfig> read = ReadRunConfig("p.yaml", text, Of({}));
  ASSERT_FALSE(read.has_value());
  std::istringstream lines(read.error().message);
  std::vector<std::string> starts;
  for (std::string line; std::getline(lines, line);)
    starts.push_back(line.substr(0, line.find(": ")));
  EXPECT_EQ(starts, (std::vector<std::string>{"p.yaml:6:28", "p.yaml:7:15", "p.yaml:8:14",
                                              "p.yaml:9:16", "p.yaml:10:10"}))
      << read.error().message;
}

TEST(Config_Findings, DoNotFollowFromEachOther) {
  Result<RunConfig> read = ReadRunConfig("p.yaml",
                                         "pipelines:\n  - name: p\n    source: 7\n"
                                         "    machine: {definition: m}\n    output: {file: o}\n",
                                         Of({}));
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().message, "p.yaml:3:13: 'source' must be a section of keys");
}

TEST(Config_Places, AreThoseOfTheValues) {
  Result<RunConfig> read = ReadRunConfig("p.yaml", std::string(kSmall), Of({}));
  ASSERT_TRUE(read.has_value()) << read.error().message;
  const PipelineSpec& spec = read->pipelines[0].spec;
  EXPECT_EQ(spec.PlaceOf("machine.definition"), "p.yaml:4:27");
  EXPECT_EQ(spec.PlaceOf("source.files[0]"), "p.yaml:3:22");
  EXPECT_EQ(spec.PlaceOf("output.key.path"), "p.yaml:5:13");
  EXPECT_EQ(spec.PlaceOf("routes[3].path"), "p.yaml:2:5");
  EXPECT_EQ(PipelineSpec().PlaceOf("output.key.path"), "output.key.path");
}

std::set<std::string> Names(const std::string& separated_by_commas) {
  std::set<std::string> names;
  std::istringstream words(separated_by_commas);
  for (std::string word; std::getline(words >> std::ws, word, ',');)
    names.insert(word);
  return names;
}

TEST(ConfigReference_OfInProcess, NamesTheFunctionsThatThereAre) {
  FunctionRegistry registry;
  AddDemoFunctions(&registry);
  AddOrderFunctions(&registry);
  const ConfigKey* functions = FindKey(ConfigRoot(), "functions");
  const std::string doc(FindKey(*functions->child, "in_process")->doc);
  const size_t begin = doc.find(": ") + 2;
  EXPECT_EQ(Names(doc.substr(begin, doc.find(';') - begin)), Names(registry.Names()));
}

TEST(Config_Interpolation, NeverChangesTheStructure) {
  std::string text(kSmall);
  text.replace(text.find("name: p"), 7, "name: ${NAME}");
  Result<RunConfig> read = ReadRunConfig("p.yaml", text, Of({{"NAME", "x\n    ordering: key"}}));
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(read->pipelines[0].spec.name, "x\n    ordering: key");
  EXPECT_EQ(read->pipelines[0].spec.ordering, Ordering::kNone);
}

TEST(Config_Admin, IsFilled) {
  const std::string text = std::string(kSmall) +
                           "admin:\n  listen: '[::]:9464'\n  token: 'x${TOKEN}'\n"
                           "  tls: {certificate_file: a.crt, key_file: /k/a.key}\n";
  Result<RunConfig> read = ReadRunConfig("/etc/x/p.yaml", text, Of({{"TOKEN", "s3cret"}}));
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(read->admin.host, "::");
  EXPECT_EQ(read->admin.port, 9464);
  EXPECT_EQ(read->admin.token, "xs3cret");
  EXPECT_EQ(read->admin.certificate_file, "/etc/x/a.crt");
  EXPECT_EQ(read->admin.key_file, "/k/a.key");
  EXPECT_EQ(read->admin.place, "/etc/x/p.yaml:7:11");
  read = ReadRunConfig("p.yaml", std::string(kSmall), Of({}));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->admin.host, "") << "off unless asked for";
}

TEST(Config_Admin, NeedsNothingMoreOnLoopback) {
  for (const char* host : {"127.0.0.1", "127.1.2.3", "localhost", "[::1]"}) {
    Result<RunConfig> read = ReadRunConfig(
        "p.yaml", std::string(kSmall) + "admin: {listen: '" + host + ":0'}\n", Of({}));
    EXPECT_TRUE(read.has_value()) << read.error().message;
  }
}

TEST(Config_Secrets, ComeFromFiles) {
  std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "aslx-config-test";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "password") << "s3cret\n";
  Result<RunConfig> read = ReadRunConfig(
      (folder / "p.yaml").string(),
      std::string(kSmall) + "cluster: {librdkafka: {sasl.password_file: password}}\n", Of({}));
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(read->cluster.properties, (TextPairs{{"sasl.password", "s3cret"}}));
  std::filesystem::remove_all(folder);
}

/// Every default stands where its own check would accept it.
void ExpectGoodDefaults(const SectionSchema& section, int depth) {
  ASSERT_LT(depth, 10);
  for (const ConfigKey& key : section.keys) {
    EXPECT_FALSE(key.doc.empty()) << key.name;
    EXPECT_FALSE(key.required && !key.default_text.empty()) << key.name;
    bool section_type = key.type == KeyType::kSection || key.type == KeyType::kSections;
    EXPECT_EQ(section_type, key.child != nullptr) << key.name;
    if (key.child != nullptr) ExpectGoodDefaults(*key.child, depth + 1);
  }
}

TEST(ConfigSchema_IsWellFormed, Throughout) {
  ExpectGoodDefaults(ConfigRoot(), 0);
}

TEST(ConfigReference_InConfigsReadme, IsCurrent) {
  std::ifstream file(ASLX_CONFIGS_README, std::ios::binary);
  std::string readme(std::istreambuf_iterator<char>(file), {});
  ASSERT_FALSE(readme.empty()) << ASLX_CONFIGS_README;
  constexpr std::string_view kMarker = "<!-- generated by aslx_config_reference -->\n";
  size_t at = readme.find(kMarker);
  ASSERT_NE(at, std::string::npos);
  EXPECT_EQ(readme.substr(at + kMarker.size()), ConfigReference())
      << "run aslx_config_reference and put its output behind the marker";
}

}  // namespace
}  // namespace aslx
