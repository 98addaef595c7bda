#include "runtime/worker/cpu_quota.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace aslx {
namespace {

TEST(CpuQuota_ProcessorsOfQuota, AreWholeOnesAndAtLeastOne) {
  const struct {
    const char* cpu_max;
    uint32_t processors;
  } cases[] = {
      {"max 100000\n", 0},
      {"200000 100000\n", 2},
      {"200000 100000", 2},
      {"250000 100000\n", 2},
      {"100000 100000\n", 1},
      {"5000 100000\n", 1},
      {"50000 10000\n", 5},
      {"99999999999 1\n", UINT32_MAX},
      {"200000 0\n", 0},
      {"200000\n", 0},
      {"200000 ", 0},
      {"-1 100000\n", 0},
      {"200000 100000x\n", 0},
      {"", 0},
      {"\n", 0},
      {"two 1\n", 0},
  };
  for (const auto& c : cases)
    EXPECT_EQ(ProcessorsOfQuota(c.cpu_max), c.processors) << c.cpu_max;
}

class CpuQuotaOfTest : public testing::Test {
 protected:
  void SetUp() override {
    char folder[] = "/tmp/aslx-quota-XXXXXX";
    ASSERT_NE(mkdtemp(folder), nullptr);
    mount_ = folder;
  }
  void TearDown() override { std::filesystem::remove_all(mount_); }
  void Limit(const std::string& group, const char* cpu_max) {
    std::filesystem::create_directories(mount_ + group);
    std::ofstream(mount_ + group + "/cpu.max") << cpu_max;
  }

  std::string mount_;
};

TEST_F(CpuQuotaOfTest, IsTheLeastOfTheGroupAndThoseAboveIt) {
  Limit("/pods", "800000 100000\n");
  Limit("/pods/a", "max 100000\n");
  Limit("/pods/a/b", "600000 100000\n");
  Limit("/pods/c", "900000 100000\n");
  EXPECT_EQ(CpuQuotaOf("0::/pods/a/b\n", mount_), 6u);
  EXPECT_EQ(CpuQuotaOf("1:cpu:/x\n0::/pods/a\n", mount_), 8u) << "behind the lines of cgroup v1";
  EXPECT_EQ(CpuQuotaOf("0::/pods/c\n", mount_), 8u);
  EXPECT_EQ(CpuQuotaOf("0::/elsewhere\n", mount_), 0u);
}

TEST_F(CpuQuotaOfTest, IsTheRootsInsideOfAContainer) {
  Limit("", "300000 100000\n");
  EXPECT_EQ(CpuQuotaOf("0::/\n", mount_), 3u);
  EXPECT_EQ(CpuQuotaOf("0::/system.slice/of-the-host\n", mount_), 3u);
  EXPECT_EQ(CpuQuotaOf("", mount_), 3u);
}

}  // namespace
}  // namespace aslx
