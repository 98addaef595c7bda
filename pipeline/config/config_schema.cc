#include "pipeline/config/config_schema.h"

namespace aslx {
namespace {

using enum KeyType;

constexpr ConfigKey kKeyKeys[] = {
    {"from", kChoice, false, "input",
     "`input`: the consumed record's key; `output`: the value at `path`; `fixed`: `value`; `none`: "
     "no key",
     "input|output|fixed|none"},
    {"path", kText, false, "",
     "With `from: output`: a path such as `$.order.id`, into the output or, with `split`, into the "
     "item. A string gives its contents, anything else its JSON text"},
    {"value", kText, false, "", "With `from: fixed`: the key"},
};
constexpr SectionSchema kKey{"key", "The key of a written record.", kKeyKeys};

constexpr ConfigKey kHeaderKeys[] = {
    {"name", kText, true, "", "The header's name"},
    {"value", kText, false, "", "A fixed value"},
    {"path", kText, false, "", "Instead of `value`: a path into the output"},
};
constexpr SectionSchema kHeader{
    "headers[]", "A header that is added behind those that pass through.", kHeaderKeys};

// How a record is made of an output: the same keys in `output` and in each of `routes`.
#define ASLX_RECORD_KEYS                                                                       \
  {"topic", kText, false, "", "The topic to write to"},                                        \
      {"file", kText, false, "",                                                               \
       "Instead of `topic`: the NDJSON file to write to, `-` for standard output"},            \
      {"topic_path", kText, false, "",                                                         \
       "Instead of `topic`: a path to the topic's name in the output"},                        \
      {"topics_allowed", kList, false, "",                                                     \
       "With `topic_path`: the only topics that may be named so; empty: any"},                 \
      {"key",                                                                                  \
       kSection,                                                                               \
       false,                                                                                  \
       "",                                                                                     \
       "Where the record's key comes from, which decides its partition as in the Java client " \
       "(murmur2)",                                                                            \
       {},                                                                                     \
       0,                                                                                      \
       0,                                                                                      \
       &kKey},                                                                                 \
      {"pass_headers", kFlag, false, "true", "The consumed record's headers pass through"},    \
      {"headers", kSections, false, "", "Further headers", {}, 0, 0, &kHeader},                \
      {"timestamp",                                                                            \
       kChoice,                                                                                \
       false,                                                                                  \
       "input",                                                                                \
       "`input`: that of the consumed record; `now`: the time of writing",                     \
       "input|now"},                                                                           \
      {"execution_id",                                                                         \
       kChoice,                                                                                \
       false,                                                                                  \
       "header",                                                                               \
       "`header`: the execution's id travels as the header `execution_id_header`, so that a "  \
       "duplicate is recognisable; `none`: not at all",                                        \
       "header|none"},                                                                         \
      {"execution_id_header", kText, false, "asl-execution-id", "That header's name"}, {       \
    "split", kText, false, "",                                                                 \
        "A path to an array in the output (`$`: the whole output): each item becomes a record" \
  }

constexpr ConfigKey kOutputKeys[] = {
    {"action", kChoice, false, "write",
     "What becomes of an output that no route takes: `write`, `drop`, or `dead_letter`",
     "write|drop|dead_letter"},
    ASLX_RECORD_KEYS,
};
constexpr SectionSchema kOutput{
    "output", "Where the outputs of succeeded executions go, unless a route takes them.",
    kOutputKeys};

constexpr ConfigKey kRouteKeys[] = {
    {"name", kText, false, "", "For metrics and messages"},
    {"states", kList, false, "",
     "The route is for executions that ended in one of these states; empty: in any"},
    {"path", kText, false, "", "A path into the output that must have a value"},
    {"equals", kText, false, "",
     "With `path`: the value it must have, as JSON text (`'\"ALERT\"'`, `'3'`, `'true'`)"},
    {"action", kChoice, false, "write",
     "`write` a record, `drop` the outcome (a filter), or make it a `dead_letter`",
     "write|drop|dead_letter"},
    ASLX_RECORD_KEYS,
};
#undef ASLX_RECORD_KEYS
constexpr SectionSchema kRoute{
    "routes[]", "The first route whose conditions all hold decides where an output goes.",
    kRouteKeys};

constexpr ConfigKey kDeadLetterKeys[] = {
    {"topic", kText, false, "", "The topic for records that could not be processed"},
    {"file", kText, false, "", "Instead of `topic`: an NDJSON file"},
    {"action", kChoice, false, "",
     "`write` (the default where a topic or file is given), `stop` the pipeline at the first "
     "failure (the default otherwise), or `drop` failures, counted",
     "write|stop|drop"},
};
constexpr SectionSchema kDeadLetters{
    "dead_letters",
    "What happens to records that cannot be processed: original bytes, key and headers, and "
    "headers "
    "that say topic, partition, offset, state, error, cause, machine and execution.",
    kDeadLetterKeys};

constexpr ConfigKey kSourceKeys[] = {
    {"topics", kList, false, "", "Kafka topics to read"},
    {"group", kText, false, "", "The consumer group; needed with `topics`"},
    {"files", kList, false, "",
     "Instead of `topics`: NDJSON files to read once, `-` for standard input"},
};
constexpr SectionSchema kSource{"source", "Where events come from.", kSourceKeys};

constexpr ConfigKey kMachineKeys[] = {
    {"definition", kText, true, "", "A definition (.json, .yaml) or a compiled program (.aslc)"},
    {"name", kText, false, "", "The machine's name in the context object; default: the file's"},
    {"substitutions", kMap, false, "",
     "Values for `${Name}` placeholders of the definition. What is left over is an error"},
};
constexpr SectionSchema kMachine{"machine", "The state machine that is run for each event.",
                                 kMachineKeys};

constexpr ConfigKey kHttpFunctionKeys[] = {
    {"url", kText, true, "", "`http://host:port`; the Lambda Invoke API's path is added"},
    {"function", kText, false, "",
     "The function's name to send; default: the bare name of the call, without its ARN"},
    {"timeout_ms",
     kInteger,
     false,
     "0",
     "Of a whole call; 0: only the Task state's own time-out",
     {},
     0,
     3'600'000},
    {"connect_timeout_ms", kInteger, false, "3000", "To be connected", {}, 1, 600'000},
    {"headers", kMap, false, "",
     "Sent with each call. `Authorization` and the like must come from the environment or a file"},
    {"ca_file", kText, false, "", "Certificates that https trusts; default: the system's"},
    {"certificate_file", kText, false, "", "Client certificate for mutual TLS"},
    {"key_file", kText, false, "", "Its key"},
    {"proxy", kText, false, "", "Proxy URL; the environment's is not used"},
};
constexpr SectionSchema kHttpFunction{"functions[].http", "Functions behind the Lambda Invoke API.",
                                      kHttpFunctionKeys};

constexpr ConfigKey kMockKeys[] = {
    {"file", kText, true, "", "`{\"stubs\":[…]}`, or a Step Functions Local mock file"},
    {"test_case", kText, false, "", "Test case of a Step Functions Local file"},
    {"machine", kText, false, "", "Its machine, where the file has several"},
};
constexpr SectionSchema kMock{"functions[].mock",
                              "Answers from a file. Each worker has its own copy.", kMockKeys};

constexpr ConfigKey kFunctionKeys[] = {
    {"match", kText, true, "",
     "A function's name or ARN, or another service's resource; `*` is any run of characters. The "
     "first entry that matches decides"},
    {"in_process", kText, false, "",
     "The function of this process that answers: echo, delay, fail, flaky, crash, checkInventory, "
     "updateOrder, updateInventory; `*`: the one that the call names"},
    {"http", kSection, false, "", "Instead: an endpoint", {}, 0, 0, &kHttpFunction},
    {"mock", kSection, false, "", "Instead: mocked answers", {}, 0, 0, &kMock},
};
constexpr SectionSchema kFunction{
    "functions[]", "What Task states call. A resource that nothing matches is an error at start.",
    kFunctionKeys};

constexpr ConfigKey kWindowKeys[] = {
    {"records_max", kInteger, false, "100000", "Records without an outcome", {}, 1, 10'000'000},
    {"bytes_max", kInteger, false, "268435456", "Bytes of those: payloads and keys", {}, 1},
    {"partition_records_max",
     kInteger,
     false,
     "100000",
     "Records of one partition without an outcome",
     {},
     1,
     10'000'000},
    {"partition_span_max",
     kInteger,
     false,
     "100000000",
     "Offsets between the commit point and the newest record of a partition",
     {},
     1},
    {"outbox_bytes_max",
     kInteger,
     false,
     "67108864",
     "Bytes of outputs not yet acknowledged: payloads, keys and the headers that do not pass "
     "through",
     {},
     1},
};
constexpr SectionSchema kWindow{
    "window", "What a worker holds at most. At a bound it stops reading; nothing is dropped.",
    kWindowKeys};

constexpr ConfigKey kPipelineKeys[] = {
    {"name", kText, true, "", "Names the pipeline in messages, metrics and execution ids"},
    {"source", kSection, true, "", "Where events come from", {}, 0, 0, &kSource},
    {"machine", kSection, true, "", "What is run for each", {}, 0, 0, &kMachine},
    {"output", kSection, false, "", "Where results go", {}, 0, 0, &kOutput},
    {"routes", kSections, false, "", "Results that go elsewhere", {}, 0, 0, &kRoute},
    {"dead_letters", kSection, false, "", "Where failures go", {}, 0, 0, &kDeadLetters},
    {"functions",
     kSections,
     false,
     "",
     "Asked before the functions of the whole file",
     {},
     0,
     0,
     &kFunction},
    {"delivery", kChoice, false, "at_least_once",
     "`at_least_once`: a record's offset is committed only after all its outputs are durable; "
     "`exactly_once`: outputs and offsets in one transaction of one Kafka cluster, seen whole and "
     "once by readers with `isolation.level=read_committed`",
     "at_least_once|exactly_once"},
    {"ordering", kChoice, false, "none",
     "Which records of a partition wait for each other: `none`, those with one `key`, or all of a "
     "`partition`. A dead letter is an outcome, too, and comes in its turn, whatever it is for; "
     "only one for an output that was refused may be late. At least once, outputs keep their order "
     "while brokers are away because the producer never gives one up; with a `message.timeout.ms` "
     "in `librdkafka_producer` one that it gives up is written again, behind newer ones",
     "none|key|partition"},
    {"window", kSection, false, "", "Bounds on what is in flight", {}, 0, 0, &kWindow},
    {"commit_interval_ms",
     kInteger,
     false,
     "0",
     "Between commits; 0: 1,000 at least once, 100 exactly once, where it is also how long a "
     "result waits to be seen",
     {},
     0,
     60'000},
    {"drain_limit_ms",
     kInteger,
     false,
     "10000",
     "How long SIGTERM waits for what is in flight",
     {},
     0,
     600'000},
    {"revoke_limit_ms",
     kInteger,
     false,
     "0",
     "How long a partition that goes to another member is kept for what is in flight and the last "
     "commit together; at most half of `cluster.session_timeout_ms`. 0: that, but 5,000 at most",
     {},
     0,
     600'000},
};
constexpr SectionSchema kPipeline{"pipelines[]", "One source, one machine, its sinks.",
                                  kPipelineKeys};

constexpr ConfigKey kClusterKeys[] = {
    {"brokers", kList, false, "", "`host:port` of some brokers. Not needed with the embedded one"},
    {"name", kText, false, "default",
     "Part of execution ids: two clusters with the same topics need two names"},
    {"wait_ms",
     kInteger,
     false,
     "30000",
     "How long to wait for a broker at start before giving up with exit status 69",
     {},
     0,
     3'600'000},
    {"probe_permissions", kFlag, false, "true",
     "Each permission is tried out at start, without leaving anything behind on Apache Kafka; "
     "`false` for services that are not Apache Kafka and may take the attempt for a record"},
    {"instance_id", kText, false, "",
     "With the pipeline's name and the worker's number it makes `group.instance.id` and "
     "`transactional.id`; default: the host's name. Exactly once it has to stay the same over "
     "restarts, and no two processes may share it"},
    {"static_membership", kFlag, false, "true",
     "A worker that comes back within the session time-out takes over its partitions at once. "
     "`false`: a clean leave is noticed at once instead"},
    {"session_timeout_ms",
     kInteger,
     false,
     "10000",
     "After this long without a sign of life a worker's partitions go to others",
     {},
     1'000,
     1'800'000},
    {"transaction_timeout_ms",
     kInteger,
     false,
     "10000",
     "Exactly once: how long a transaction may take. One that a lost worker left open holds its "
     "partitions back as long from another",
     {},
     1'000,
     900'000},
    {"start_offset", kChoice, false, "earliest",
     "Where a group begins in a partition without a committed offset. With `latest` the assignment "
     "commits what is the end then. A partition that is added to the topic later is read from its "
     "beginning by a process that was there before it, else from its end",
     "earliest|latest"},
    {"librdkafka", kMap, false, "",
     "Properties for librdkafka's consumer and producer, as its CONFIGURATION.md has them. "
     "Passwords come from the environment (`${NAME}`) or a file (`sasl.password_file`)"},
    {"librdkafka_consumer", kMap, false, "", "For the consumer alone"},
    {"librdkafka_producer", kMap, false, "", "For the producer alone"},
};
constexpr SectionSchema kCluster{"cluster", "The Kafka cluster.", kClusterKeys};

constexpr ConfigKey kHttpKeys[] = {
    {"connections_per_host_max",
     kInteger,
     false,
     "256",
     "Calls under way to one host and port (over HTTP/1 a connection each), or of plain http:// by "
     "one proxy; further ones wait",
     {},
     1,
     65'536},
    {"connections_max", kInteger, false, "1024", "Calls under way in all", {}, 1, 65'536},
};
constexpr SectionSchema kHttp{"http", "What all HTTP functions share.", kHttpKeys};

constexpr ConfigKey kAdminTlsKeys[] = {
    {"certificate_file", kText, true, "", "The certificate, with its chain, as PEM"},
    {"key_file", kText, true, "", "Its key, as PEM"},
};
constexpr SectionSchema kAdminTls{"admin.tls", "HTTPS instead of HTTP. Files are read at start.",
                                  kAdminTlsKeys};

constexpr ConfigKey kAdminKeys[] = {
    {"listen", kText, true, "",
     "`HOST:PORT`; port 0: any free one, said on standard error. A host other than loopback needs "
     "`token` and `tls`"},
    {"token", kSecret, false, "",
     "Each request needs it as `Authorization: Bearer TOKEN`. From the environment (`${NAME}`)"},
    {"token_file", kText, false, "", "Instead of `token`: the file that holds it"},
    {"tls", kSection, false, "", "HTTPS", {}, 0, 0, &kAdminTls},
};
constexpr SectionSchema kAdmin{
    "admin",
    "HTTP for whoever operates the process: `/livez`, `/readyz`, `/metrics` "
    "(pipeline/admin/README.md). Without this section nothing listens.",
    kAdminKeys};

constexpr ConfigKey kRootKeys[] = {
    {"workers",
     kCount,
     false,
     "auto",
     "Threads that run executions; `auto`: one a core, and no more than the whole processors of a "
     "CPU "
     "quota (cgroup v2)",
     {},
     1,
     1'024},
    {"pin_threads", kFlag, false, "true", "Each worker and its Kafka threads stay on one core"},
    {"state_dir", kText, false, "",
     "The folder of the poison journals, which must survive a restart; default: `$STATE_DIRECTORY` "
     "(systemd sets it), `$XDG_STATE_HOME/aslx` or `~/.local/state/aslx`. A container needs a "
     "small "
     "volume for it"},
    {"cluster", kSection, false, "", "The Kafka cluster", {}, 0, 0, &kCluster},
    {"http", kSection, false, "", "Shared by HTTP functions", {}, 0, 0, &kHttp},
    {"admin", kSection, false, "", "Health and metrics", {}, 0, 0, &kAdmin},
    {"functions",
     kSections,
     false,
     "",
     "What Task states of all pipelines call",
     {},
     0,
     0,
     &kFunction},
    {"pipelines", kSections, true, "", "The pipelines", {}, 0, 0, &kPipeline},
};
constexpr SectionSchema kRoot{"The file", "The top of a configuration file.", kRootKeys};

}  // namespace

const SectionSchema& ConfigRoot() {
  return kRoot;
}

const ConfigKey* FindKey(const SectionSchema& section, std::string_view name) {
  for (const ConfigKey& key : section.keys)
    if (key.name == name) return &key;
  return nullptr;
}

}  // namespace aslx
