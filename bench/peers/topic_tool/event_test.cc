// What the comparison takes for an output, and above all what it does not.
#include "bench/peers/topic_tool/event.h"

#include <fstream>

#include <gtest/gtest.h>

namespace aslx::peers {
namespace {

const Expected kExpected{"plant-1/sensor-2", "2024-05-17T08:31:22.418Z", "graz-paint-works", true};

struct Case {
  const char* output;
  bool matches;
};

TEST(Matches, TellsTheOutputFromWhatIsNearlyOne) {
  const Case kCases[] = {
      {R"({"device":"plant-1/sensor-2","at":"2024-05-17T08:31:22.418Z","site":"graz-paint-works","alarm":"high"})",
       true},
      {R"({ "alarm" : "high", "site" : "graz-paint-works", "at" : "2024-05-17T08:31:22.418Z",
            "device" : "plant-1\/sensor-2" })",
       true},
      // Another literal, another value, a field too many, one missing, not a text, cut off,
      // nothing.
      {R"({"device":"plant-1/sensor-2","at":"2024-05-17T08:31:22.418Z","site":"graz-paint-works","alarm":"none"})",
       false},
      {R"({"device":"plant-1/sensor-3","at":"2024-05-17T08:31:22.418Z","site":"graz-paint-works","alarm":"high"})",
       false},
      {R"({"device":"plant-1/sensor-2","at":"2024-05-17T08:31:22.418Z","site":"graz-paint-works","alarm":"high","x":1})",
       false},
      {R"({"device":"plant-1/sensor-2","at":"2024-05-17T08:31:22.418Z","site":"graz-paint-works"})",
       false},
      {R"({"device":"plant-1/sensor-2","at":17,"site":"graz-paint-works","alarm":"high"})", false},
      {R"({"device":"plant-1/sensor-2","at":"2024-05-17T08:31:22.418Z","site":"graz-paint-works")",
       false},
      {"", false},
  };
  for (const Case& one : kCases)
    EXPECT_EQ(Matches(one.output, kExpected), one.matches) << one.output;
}

TEST(Pool, KnowsWhatMustComeOfEachEvent) {
  const std::string path = testing::TempDir() + "pool.ndjson";
  std::ofstream(path)
      << R"({"deviceId":"a","timestamp":"t","temperature":70.0,"location":{"site":"s"}})" << '\n'
      << R"({"deviceId":"b","timestamp":"u","temperature":70.01,"location":{"site":"z"}})" << '\n';
  const Pool pool = Pool::Load(path);
  ASSERT_EQ(pool.size(), 2u);
  EXPECT_FALSE(pool.expected(0).alarm);  // the threshold itself is not above it
  EXPECT_TRUE(pool.expected(1).alarm);
  EXPECT_EQ(pool.key(3), "b");  // the pool repeats
  EXPECT_TRUE(Matches(R"({"device":"b","at":"u","site":"z","alarm":"high"})", pool.expected(3)));
}

}  // namespace
}  // namespace aslx::peers
