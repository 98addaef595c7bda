// Warnings in the log: enough to see what there is, few enough to read.
#include "pipeline/admin/warning_log.h"

#include <vector>

#include <gtest/gtest.h>

namespace aslx {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

TEST(WarningLog, ShowsSomeOfAFloodAndCountsTheRest) {
  std::vector<std::string> lines;
  WarningLog log("p: ", [&](const std::string& line) { lines.push_back(line); });
  for (int i = 0; i < 1'000; ++i)
    log.Warn("an output was not written", "timed out", kSecond);
  ASSERT_EQ(lines.size(), WarningLog::kLinesMax);
  EXPECT_EQ(lines[0], "p: an output was not written: timed out");
  log.Tick(kSecond + WarningLog::kWindowNs - 1);
  EXPECT_EQ(lines.size(), WarningLog::kLinesMax) << "its window is not over";
  log.Tick(kSecond + WarningLog::kWindowNs);
  ASSERT_EQ(lines.size(), WarningLog::kLinesMax + 1);
  EXPECT_EQ(lines.back(), "p: 990 further warnings within 10 s were left out");
  log.Tick(100 * kSecond);
  EXPECT_EQ(lines.size(), WarningLog::kLinesMax + 1) << "they were told once";
}

TEST(WarningLog, BeginsANewWindowWithAWarningOfItsOwn) {
  std::vector<std::string> lines;
  WarningLog log("", [&](const std::string& line) { lines.push_back(line); });
  log.Warn("", "alone", kSecond);
  for (int i = 0; i < 20; ++i)
    log.Warn("", "again", 60 * kSecond);
  EXPECT_EQ(lines.size(), 1 + WarningLog::kLinesMax);
  EXPECT_EQ(lines[0], "alone");
}

}  // namespace
}  // namespace aslx
