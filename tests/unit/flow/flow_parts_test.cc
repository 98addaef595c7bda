// The small parts of a pipeline: paths into outputs, lanes, execution ids, what $$.Kafka shows.
#include <set>

#include <gtest/gtest.h>

#include "pipeline/flow/execution_id.h"
#include "pipeline/flow/lane_table.h"
#include "pipeline/flow/output_path.h"
#include "pipeline/flow/record_metadata.h"
#include "runtime/base/random.h"
#include "runtime/value/json_reader.h"
#include "runtime/value/json_writer.h"

namespace aslx {
namespace {

TEST(OutputPath, FindsOneValue) {
  const struct {
    const char* path;
    const char* expected;  // null: no such value
  } cases[] = {
      {"$", R"({"a":{"b c":[1,{"d":"x"}]},"n":null})"},
      {"$.a['b c'][1].d", R"("x")"},
      {"$['a']['b c'][0]", "1"},
      {"$.n", "null"},
      {"$.missing", nullptr},
      {"$.a['b c'][7]", nullptr},
      {"$.a.x.y", nullptr},
      {"$.a[0]", nullptr},
      {"$.n.x", nullptr},
  };
  BlockPool pool;
  Arena arena(&pool);
  JsonReader reader;
  Value document;
  const std::string text = R"({"a":{"b c":[1,{"d":"x"}]},"n":null})";
  ASSERT_EQ(reader.Read(text, nullptr, nullptr, &document).kind, JsonError::Kind::kNone);
  for (const auto& c : cases) {
    const auto path = OutputPath::Parse(c.path);
    ASSERT_TRUE(path.has_value()) << c.path;
    const Value found = path->Find(document, arena);
    EXPECT_EQ(found.undefined(), c.expected == nullptr) << c.path;
    if (c.expected != nullptr) {
      EXPECT_EQ(JsonString(found), c.expected) << c.path;
    }
  }
}

TEST(OutputPath, SaysWhatIsWrong) {
  const struct {
    const char* path;
    const char* message;
  } cases[] = {
      {"", "expected `$` at character 1"},
      {"a.b", "expected `$` at character 1"},
      {"$.", "expected a field name"},
      {"$.a..b", "expected a field name"},
      {"$.*", "expected a plain field name"},
      {"$[*]", "expected an index"},
      {"$[-1]", "expected an index"},
      {"$[1", "expected `]`"},
      {"$['a]", "expected `']`"},
      {"$x", "expected `.` or `[`"},
  };
  for (const auto& c : cases) {
    const auto path = OutputPath::Parse(c.path);
    ASSERT_FALSE(path.has_value()) << c.path;
    EXPECT_NE(path.error().message.find(c.message), std::string::npos) << path.error().message;
  }
}

TEST(LaneTable, LetsOneRunAndTheOthersWaitInOrder) {
  InputTable inputs;
  LaneTable lanes(&inputs);
  InputRecord* records[3];
  for (auto& record : records) {
    record = &inputs.Take();
    record->lane = 42;
  }
  EXPECT_TRUE(lanes.Enter(*records[0]));
  EXPECT_FALSE(lanes.Enter(*records[1]));
  EXPECT_FALSE(lanes.Enter(*records[2]));
  EXPECT_EQ(lanes.Leave(42), records[1]->index);
  EXPECT_EQ(lanes.Leave(42), records[2]->index);
  EXPECT_TRUE(lanes.Busy(42));
  EXPECT_EQ(lanes.Leave(42), kNoInput);
  EXPECT_FALSE(lanes.Busy(42));
}

TEST(LaneTable, FindsEveryLaneAmongManyThatComeAndGo) {
  Random random(7);
  InputTable inputs;
  LaneTable lanes(&inputs);
  std::set<uint64_t> busy;
  for (int step = 0; step < 100'000; ++step) {
    const uint64_t lane = random.Below(3'000) << random.Below(4);  // many collide
    if (busy.contains(lane)) {
      ASSERT_EQ(lanes.Leave(lane), kNoInput);
      busy.erase(lane);
    } else {
      InputRecord& input = inputs.Take();
      input.lane = lane;
      ASSERT_TRUE(lanes.Enter(input));
      inputs.Give(input);
      busy.insert(lane);
    }
    ASSERT_EQ(lanes.busy_count(), busy.size());
  }
}

TEST(ExecutionId, FollowsFromTheRecordAlone) {
  const ExecutionIdSeed seed = SeedExecutionIds("cluster", "orders", 3, 99);
  char first[kExecutionIdBytes];
  char again[kExecutionIdBytes];
  WriteExecutionId(ExecutionIdOf(seed, 1234), first);
  WriteExecutionId(ExecutionIdOf(SeedExecutionIds("cluster", "orders", 3, 99), 1234), again);
  EXPECT_EQ(std::string(first, sizeof first), std::string(again, sizeof again));
  EXPECT_EQ(first[8], '-');
  EXPECT_EQ(first[23], '-');
}

TEST(ExecutionId, DiffersInEveryPart) {
  std::set<std::string> ids;
  size_t made = 0;
  for (const char* cluster : {"a", "b"}) {
    for (const char* topic : {"t", "u"}) {
      for (const int32_t partition : {0, 1}) {
        for (const uint64_t program : {1u, 2u}) {
          for (int64_t offset = 0; offset < 1'000; ++offset) {
            char id[kExecutionIdBytes];
            const ExecutionIdSeed seed = SeedExecutionIds(cluster, topic, partition, program);
            WriteExecutionId(ExecutionIdOf(seed, offset), id);
            ids.emplace(id, sizeof id);
            ++made;
          }
        }
      }
    }
  }
  EXPECT_EQ(ids.size(), made);
}

TEST(RecordMetadata, ShowsAnyBytesAsText) {
  const struct {
    std::string bytes;
    std::string shown;
  } cases[] = {
      {"plain", "plain"},
      {"gr\xC3\xBC\xC3\x9F", "gr\xC3\xBC\xC3\x9F"},
      {"\xFF", "\xEF\xBF\xBD"},
      {"a\xC3", "a\xEF\xBF\xBD"},
      {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"\xF0\x9F\x98\x80!", "\xF0\x9F\x98\x80!"},
  };
  for (const auto& c : cases) {
    std::string buffer;
    EXPECT_EQ(ShowAsText(c.bytes, &buffer), c.shown);
  }
}

TEST(RecordMetadata, WritesHeadersAsAnObject) {
  const Header headers[] = {{"a", "1\"", false}, {"b", "", true}, {"c", "", false}};
  std::string json;
  WriteHeadersJson(headers, &json);
  EXPECT_EQ(json, R"({"a":"1\"","b":null,"c":""})");
  WriteHeadersJson({}, &json);
  EXPECT_EQ(json, "{}");
}

}  // namespace
}  // namespace aslx
