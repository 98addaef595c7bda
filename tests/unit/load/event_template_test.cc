// Events from templates and files: what each placeholder becomes, what a wrong one is told, and
// that a seed decides all of it.
#include "pipeline/load/event_template.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/load/event_pool.h"

namespace aslx {
namespace {

std::string Written(const std::string& text, uint64_t sequence, uint64_t seed = 1) {
  const Result<EventTemplate> parsed = EventTemplate::Parse("--event", text);
  if (!parsed) return "refused: " + parsed.error().message;
  Random random(seed);
  std::string written;
  parsed->Write(sequence, &random, &written);
  return written;
}

TEST(EventTemplate, WritesWhatEachPlaceholderSays) {
  struct Case {
    const char* text;
    const char* form;  // a regular expression
  };
  const Case cases[] = {
      {"", ""},
      {R"({"a":{"b":1}})", R"(\{"a":\{"b":1\}\})"},
      {"{{sequence}}", "1234"},
      {"s-{{sequence 100}}!", "s-34!"},
      {"{{ sequence 100 }}", "34"},
      {"{{int 5 5}}", "5"},
      {"{{int -3 -1}}", "-[123]"},
      {"{{float 20 100 1}}", R"((100|[2-9][0-9])\.[0-9])"},
      {"{{float 0 1 0}}", "[01]"},
      {"{{choice red green}}", "(red|green)"},
      {"{{text 12}}", "[a-z]{12}"},
      {"{{uuid}}", "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"},
      {"{{time}}", R"(2026-01-01T00:00:01\.234Z)"},
      {"<{{pad 20}}>", "<[a-z]{18}>"},
      {"<{{pad 1}}>", "<>"},  // it is larger already
  };
  for (const Case& one : cases)
    EXPECT_THAT(Written(one.text, 1'234), testing::MatchesRegex(one.form)) << one.text;
}

TEST(EventTemplate, SaysWhatIsWrongAndWhere) {
  struct Case {
    const char* text;
    const char* message;
  };
  const Case cases[] = {
      {R"({"t":{{flaot 1 2}}})", "--event: at character 6: '{{flaot 1 2}}' is no placeholder"},
      {"{{}}", "at character 1: '{{}}' is no placeholder"},
      {"ab{{sequence", "at character 3: '{{' without a '}}'"},
      {"{{sequence 0}}", "expected nothing, or a whole number from 1"},
      {"{{int 2 1}}", "expected two whole numbers, the lower one first"},
      {"{{int 1.5 2}}", "expected two whole numbers"},
      {"{{float 1 2}}", "expected two numbers, the lower one first, and 0 to 15 decimals"},
      {"{{float 1 2 16}}", "0 to 15 decimals"},
      {"{{choice}}", "expected words"},
      {"{{text many}}", "expected a size in bytes"},
      {"{{uuid 4}}", "expected nothing behind the name"},
      {"{{pad 10}}{{pad 20}}", "at character 11: a second {{pad}}"},
  };
  for (const Case& one : cases)
    EXPECT_THAT(Written(one.text, 0), testing::HasSubstr(one.message));
}

TEST(EventPool, IsTheSameForTheSameSeedAndAnotherForAnother) {
  const Result<EventTemplate> event =
      EventTemplate::Parse("--event", "{{sequence}} {{int 1 1000000}} {{text 8}} {{uuid}}");
  ASSERT_TRUE(event.has_value());
  const EventPool one = EventPool::Generate(*event, 7, 100);
  const EventPool same = EventPool::Generate(*event, 7, 100);
  const EventPool other = EventPool::Generate(*event, 8, 100);
  ASSERT_EQ(one.size(), 100u);
  for (uint64_t i = 0; i < 100; ++i) {
    EXPECT_EQ(one.event(i), same.event(i));
    EXPECT_NE(one.event(i), other.event(i));
  }
  EXPECT_EQ(one.event(105), one.event(5)) << "sent round and round";
}

TEST(EventPool, TakesLinesAsTheyStand) {
  const Result<EventPool> pool = EventPool::FromLines("f", "{\"a\":1}\r\n\n  not json\n[2]");
  ASSERT_TRUE(pool.has_value());
  ASSERT_EQ(pool->size(), 3u);
  EXPECT_EQ(pool->event(0), "{\"a\":1}");
  EXPECT_EQ(pool->event(1), "  not json");
  EXPECT_EQ(pool->event(2), "[2]");
  EXPECT_DOUBLE_EQ(pool->mean_bytes(), (7 + 10 + 3) / 3.0);
  const Result<EventPool> empty = EventPool::FromLines("--events f", "\n\r\n");
  ASSERT_FALSE(empty.has_value());
  EXPECT_EQ(empty.error().message, "--events f: no event; expected one JSON text a line");
}

TEST(EventPool, HasAKeyForEachEvent) {
  Result<EventPool> pool = EventPool::FromLines("f", "1\n2\n3\n");
  ASSERT_TRUE(pool.has_value());
  EXPECT_FALSE(pool->has_keys());
  pool->AddKeys(*EventTemplate::Parse("--key", "k{{sequence 2}}"), 1);
  ASSERT_TRUE(pool->has_keys());
  EXPECT_EQ(pool->key(0), "k0");
  EXPECT_EQ(pool->key(4), "k1");
  EXPECT_EQ(pool->event(4), "2");
}

}  // namespace
}  // namespace aslx
