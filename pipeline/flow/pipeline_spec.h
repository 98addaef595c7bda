// What one pipeline is told to do, as plain structs: the form that configuration files are read
// into.
//
// What it is not: the reader of YAML (pipeline/config), nor the connection to a cluster: how
// brokers are reached is the business of pipeline/kafka. Who uses it: pipeline/config fills it,
// Flow checks and follows it, pipeline/cli builds the parts. Thread: plain data, read-only once the
// pipeline runs.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace aslx {

enum class EndpointKind : uint8_t { kKafka, kFiles };

/// Where events come from.
struct SourceSpec {
  EndpointKind kind = EndpointKind::kKafka;
  std::vector<std::string> topics;  // kKafka
  std::string group;                // kKafka
  std::vector<std::string> paths;   // kFiles: NDJSON, "-" is standard input
};

enum class Ordering : uint8_t {
  kNone,       // records of a partition run side by side and finish in any order
  kKey,        // one at a time for each key of a partition; records without a key are one key
  kPartition,  // one at a time
};

/// Where the key, and the like, of an output comes from.
enum class FieldSource : uint8_t {
  kInput,   // passed through from the consumed record
  kOutput,  // a path into the output document (with an array split: into the item)
  kNone,
  kFixed,
};

struct KeySpec {
  FieldSource source = FieldSource::kInput;
  std::string path;  // kOutput: a Reference Path such as $.order.id; a string's contents, else JSON
  std::string fixed;  // kFixed
};

struct HeaderSpec {
  std::string name;
  FieldSource source = FieldSource::kFixed;  // kOutput or kFixed
  std::string path;
  std::string fixed;
};

enum class TimestampSource : uint8_t { kInput, kNow };

/// How an output record is made of an outcome.
struct RecordSpec {
  /// The topic (kFiles: the file, "-" for standard output), or a path to its name in the output.
  std::string topic;
  std::string topic_path;
  /// With topic_path: the only topics that may be named so; empty: any.
  std::vector<std::string> topics_allowed;
  KeySpec key;
  bool pass_headers = true;
  std::vector<HeaderSpec> headers;  // added behind the passed ones
  TimestampSource timestamp = TimestampSource::kInput;
  /// Header with the execution's id; empty: none.
  std::string execution_id_header = "asl-execution-id";
};

enum class RouteAction : uint8_t {
  kWrite,
  kDrop,        // the outcome has no records: a filter
  kDeadLetter,  // treat the result as a failure
};

/// The first route whose conditions all hold decides. An outcome that no route takes is written by
/// PipelineSpec::output.
struct RouteSpec {
  std::string name;
  /// Terminal states that this route is for; empty: any.
  std::vector<std::string> states;
  /// A path into the output that must have a value, and, with `equals`, this one (JSON text).
  std::string path;
  std::string equals;
  RouteAction action = RouteAction::kWrite;
  /// Not empty: the path of an array (`$` for the whole output); each item becomes a record. An
  /// output without an array there is a failure; an empty array has no records.
  std::string split_path;
  RecordSpec record;
};

/// What happens to records that cannot be processed.
struct DeadLetterSpec {
  enum class Action : uint8_t {
    kWrite,
    kStop,  // no error sink: the first failure ends the pipeline with an error
    kDrop,  // asked for in so many words; counted
  };
  Action action = Action::kStop;
  std::string topic;  // kFiles: a file
};

/// Bounds of what one worker holds of this pipeline. Reaching one stops reading, nothing is
/// dropped.
struct WindowSpec {
  uint32_t records_max = 100'000;            // in flight: received and without an outcome
  uint64_t bytes_max = 256u * 1'048'576;     // payloads and keys of those
  uint32_t partition_records_max = 100'000;  // in flight of one partition
  uint64_t partition_span_max =
      100'000'000;  // offsets between commit point and newest, a partition
  uint64_t outbox_bytes_max = 64u * 1'048'576;  // outputs not yet acknowledged
};

enum class Guarantee : uint8_t { kAtLeastOnce, kExactlyOnce };

struct PipelineSpec {
  std::string name;
  SourceSpec source;
  /// Where `output`, the routes and the dead letters go.
  EndpointKind sink = EndpointKind::kKafka;
  /// What makes execution ids of this cluster differ from another's; the configured name.
  std::string cluster;

  std::string machine_path;  // a definition, or a compiled .aslc
  std::string machine_name;  // the file's name without its ending, unless configured

  std::vector<RouteSpec> routes;
  RouteAction output_action = RouteAction::kWrite;
  std::string output_split_path;
  RecordSpec output;
  DeadLetterSpec dead_letters;

  Ordering ordering = Ordering::kNone;
  Guarantee guarantee = Guarantee::kAtLeastOnce;
  WindowSpec window;
  int64_t commit_interval_ms = 1'000;
  /// How long a drain (SIGTERM) may take, and how long a partition that is revoked may be kept:
  /// for what is in flight, its acknowledgements and the commit together.
  int64_t drain_limit_ms = 10'000;
  int64_t revoke_limit_ms = 5'000;

  /// `file:line:column` by key, such as `routes[0].key.path`; for messages.
  std::map<std::string, std::string, std::less<>> places;
  /// Where a key stands, else what encloses it; without a file the key itself.
  std::string PlaceOf(std::string_view key) const {
    for (std::string_view at = key;;) {
      if (auto found = places.find(at); found != places.end()) return found->second;
      if (at.empty()) return std::string(key);
      const size_t end = at.find_last_of(".[");
      at = at.substr(0, end == std::string_view::npos ? 0 : end);
    }
  }
};

}  // namespace aslx
