// RFC 3339 timestamps of the States Language's profile.
#include "runtime/value/timestamp.h"

#include <gtest/gtest.h>

namespace aslx {
namespace {

TEST(TimestampTest, ParseTimestamp_ReadsTheProfile) {
  const struct {
    const char* text;
    int64_t seconds;
    int32_t nanoseconds;
  } kCases[] = {{"1970-01-01T00:00:00Z", 0, 0},
                {"2024-03-11T21:14:04Z", 1710191644, 0},
                {"2024-03-11T21:14:04.5Z", 1710191644, 500'000'000},
                {"2024-03-11T21:14:04.123456789Z", 1710191644, 123'456'789},
                {"2024-03-11T21:14:04.1234567899Z", 1710191644, 123'456'789},
                {"2024-03-11T22:14:04+01:00", 1710191644, 0},
                {"2024-03-11T15:44:04-05:30", 1710191644, 0},
                {"2024-03-11T21:14:04-00:00", 1710191644, 0},
                {"2024-02-29T00:00:00Z", 1709164800, 0},
                {"1969-12-31T23:59:59.25Z", -1, 250'000'000},
                {"0000-01-01T00:00:00Z", -62167219200, 0},
                {"9999-12-31T23:59:59Z", 253402300799, 0}};
  for (const auto& c : kCases) {
    Timestamp timestamp;
    ASSERT_TRUE(ParseTimestamp(c.text, &timestamp)) << c.text;
    EXPECT_EQ(timestamp.seconds, c.seconds) << c.text;
    EXPECT_EQ(timestamp.nanoseconds, c.nanoseconds) << c.text;
  }
}

TEST(TimestampTest, ParseTimestamp_RefusesTheRest) {
  for (const char* text : {"",
                           "2024",
                           "2024-03-11",
                           "2024-03-11T21:14:04",
                           "2024-03-11 21:14:04Z",
                           "2024-03-11t21:14:04Z",
                           "2024-03-11T21:14:04z",
                           "2024-13-01T00:00:00Z",
                           "2024-00-01T00:00:00Z",
                           "2023-02-29T00:00:00Z",
                           "2024-04-31T00:00:00Z",
                           "2024-01-00T00:00:00Z",
                           "2024-01-01T24:00:00Z",
                           "2024-01-01T00:60:00Z",
                           "2024-01-01T00:00:60Z",
                           "2024-01-01T00:00Z",
                           "2024-01-01T00:00:00.Z",
                           "2024-01-01T00:00:00+1:00",
                           "2024-01-01T00:00:00+0100",
                           "2024-01-01T00:00:00+24:00",
                           "2024-01-01T00:00:00+00:60",
                           "2024-01-01T00:00:00Zx",
                           "2024-01-01T00:00:00ZZ",
                           " 2024-01-01T00:00:00Z",
                           "24-01-01T00:00:00Z",
                           "2024-1-1T00:00:00Z",
                           "+2024-01-01T00:00:00Z",
                           "2024-01-01T00:00:00,5Z",
                           "2024-01-01T00:00:00.5"}) {
    Timestamp timestamp;
    EXPECT_FALSE(ParseTimestamp(text, &timestamp)) << text;
  }
}

TEST(TimestampTest, Timestamp_OrdersByInstant) {
  Timestamp early;
  Timestamp late;
  ASSERT_TRUE(ParseTimestamp("2024-03-11T21:14:04.1Z", &early));
  ASSERT_TRUE(ParseTimestamp("2024-03-11T22:14:04.10000001+01:00", &late));
  EXPECT_LT(early, late);
}

TEST(TimestampTest, WriteTimestamp_CutsOffAtMilliseconds) {
  const struct {
    int64_t wall_ns;
    const char* text;
  } kCases[] = {{0, "1970-01-01T00:00:00.000Z"},
                {1'710'191'644'123'999'999, "2024-03-11T21:14:04.123Z"},
                {-1, "1969-12-31T23:59:59.999Z"},
                {4'102'444'799'999'000'000, "2099-12-31T23:59:59.999Z"}};
  for (const auto& c : kCases) {
    char buffer[25];
    WriteTimestamp(c.wall_ns, buffer);
    EXPECT_STREQ(buffer, c.text);
  }
}

}  // namespace
}  // namespace aslx
