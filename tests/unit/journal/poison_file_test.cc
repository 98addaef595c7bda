// What a process leaves in its poison journal when it ends in the middle, and what the next one
// makes of it. A crash is an Enter without its Leave.
#include "pipeline/journal/poison_file.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pipeline/journal/poison_layout.h"

namespace aslx {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class PoisonFileTest : public testing::Test {
 protected:
  void SetUp() override {
    char folder[] = "/tmp/aslx-poison-XXXXXX";
    ASSERT_NE(mkdtemp(folder), nullptr);
    options_.folder = folder;
    options_.instance = "host-1";
    options_.pipeline = "orders";
    options_.boot_id = "11111111-2222-3333-4444-555555555555";
    options_.topics = {"events", "others"};
    options_.worker_count = 2;
  }
  void TearDown() override { std::filesystem::remove_all(options_.folder); }

  std::unique_ptr<PoisonFile> Open() {
    auto opened = PoisonFile::Open(options_);
    EXPECT_TRUE(opened.has_value()) << opened.error().message;
    return opened ? std::move(*opened) : nullptr;
  }
  std::string Path() const { return options_.folder + "/host-1/orders.journal"; }
  std::string Bytes() const {
    std::ifstream in(Path(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void Write(const std::string& bytes) const {
    std::ofstream(Path(), std::ios::binary | std::ios::trunc) << bytes;
  }
  /// A worker dies while it executes this record.
  void CrashInside(int32_t partition, int64_t offset, int64_t wall_ns = 1) {
    auto file = Open();
    PoisonJournal* const journal = file->OfWorker(1);
    journal->Enter(journal->TopicIndex("events"), partition, offset, wall_ns);
  }

  PoisonFileOptions options_;
};

TEST_F(PoisonFileTest, ARecordInsideRunIsASuspectOfEveryWorker) {
  CrashInside(3, 77, 5'000);
  auto file = Open();
  for (uint32_t worker : {0u, 1u}) {
    const auto suspects = file->OfWorker(worker)->Suspects();
    ASSERT_THAT(suspects, SizeIs(1));
    EXPECT_EQ(suspects[0].topic, "events");
    EXPECT_EQ(suspects[0].partition, 3);
    EXPECT_EQ(suspects[0].offset, 77);
    EXPECT_EQ(suspects[0].crash_count, 1u);
    EXPECT_EQ(suspects[0].last_wall_ns, 5'000);
  }
}

TEST_F(PoisonFileTest, CrashesAreCountedAndSurviveRestartsUntilForgotten) {
  for (int64_t crash = 1; crash <= 3; ++crash) {
    CrashInside(0, 9, crash);
    Open();  // a restart in which nothing happens
    auto file = Open();
    ASSERT_THAT(file->suspects(), SizeIs(1));
    EXPECT_EQ(file->suspects()[0].crash_count, crash);
    EXPECT_EQ(file->suspects()[0].last_wall_ns, crash);
  }
  {
    auto file = Open();
    file->OfWorker(0)->Forget({"events", 0, 8});  // a stranger
    file->OfWorker(0)->Forget({"events", 1, 9});  // another partition
    file->OfWorker(0)->Forget({"others", 0, 9});  // another topic
  }
  EXPECT_THAT(Open()->suspects(), SizeIs(1));
  {
    auto file = Open();
    file->OfWorker(0)->Forget({"events", 0, 9});
  }
  EXPECT_THAT(Open()->suspects(), IsEmpty());
}

TEST_F(PoisonFileTest, WhatMerelyWaitsIsNeverBlamed) {
  {
    auto file = Open();
    PoisonJournal* const journal = file->OfWorker(0);
    for (int64_t offset = 0; offset < 100; ++offset) {
      journal->Enter(0, 0, offset, 1);
      journal->Leave();
    }
  }
  EXPECT_THAT(Open()->suspects(), IsEmpty());
}

TEST_F(PoisonFileTest, AnEndOnPurposeBlamesNobody) {
  CrashInside(0, 1);
  {
    auto file = Open();
    file->OfWorker(0)->Enter(0, 0, 2, 1);
    file->Pardon();
  }
  auto file = Open();
  ASSERT_THAT(file->suspects(), SizeIs(1));
  EXPECT_EQ(file->suspects()[0].offset, 1);
  EXPECT_EQ(file->suspects()[0].crash_count, 1u);
}

TEST_F(PoisonFileTest, AMachineThatWentDownBlamesNobody) {
  CrashInside(0, 1);
  CrashInside(0, 2);
  options_.boot_id = "another";
  auto file = Open();
  ASSERT_THAT(file->suspects(), SizeIs(1));
  EXPECT_EQ(file->suspects()[0].offset, 1);
}

TEST_F(PoisonFileTest, SurvivesSigkill) {
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {
    auto opened = PoisonFile::Open(options_);
    if (!opened) _exit(1);
    (*opened)->OfWorker(0)->Enter(1, 6, 123'456'789'012, 7);
    if (write(ready[1], "x", 1) != 1) _exit(1);
    for (;;)
      pause();
  }
  char byte = 0;
  ASSERT_EQ(read(ready[0], &byte, 1), 1);
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  close(ready[0]);
  close(ready[1]);
  auto file = Open();
  ASSERT_THAT(file->suspects(), SizeIs(1));
  EXPECT_EQ(file->suspects()[0].topic, "others");
  EXPECT_EQ(file->suspects()[0].partition, 6);
  EXPECT_EQ(file->suspects()[0].offset, 123'456'789'012);
}

TEST_F(PoisonFileTest, OneProcessAtATime) {
  auto first = Open();
  auto second = PoisonFile::Open(options_);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().kind, ErrorKind::kConfiguration);
  EXPECT_THAT(second.error().message, HasSubstr("instance_id"));
  first.reset();
  Open();
}

TEST_F(PoisonFileTest, OtherIdentitiesAndPipelinesHaveFilesOfTheirOwn) {
  options_.instance = "../a";
  auto one = Open();
  options_.instance = "a";
  auto two = Open();
  options_.pipeline = "pay/ments";
  auto three = Open();
  EXPECT_EQ(one->path(), options_.folder + "/%2E.%2Fa/orders.journal");
  EXPECT_EQ(three->path(), options_.folder + "/a/pay%2Fments.journal");
}

TEST_F(PoisonFileTest, TopicsAndWorkersMayChange) {
  CrashInside(0, 1);
  {
    auto file = Open();
    PoisonJournal* const journal = file->OfWorker(0);
    journal->Enter(journal->TopicIndex("others"), 0, 5, 1);
  }
  options_.topics = {"new", "others"};
  options_.worker_count = 7;
  auto file = Open();
  ASSERT_THAT(file->suspects(), SizeIs(1));
  EXPECT_EQ(file->suspects()[0].topic, "others");
  EXPECT_EQ(file->OfWorker(6)->TopicIndex("others"), 1u);
}

TEST_F(PoisonFileTest, DamagedAndForeignFilesAreReplaced) {
  CrashInside(0, 1);
  const std::string good = Bytes();
  ASSERT_EQ(good.size(), PoisonLayout({.topic_count = 2, .line_count = 2}).bytes());
  const size_t line = sizeof(PoisonHeader) + 2 * kPoisonTopicBytes + sizeof(PoisonLine);
  auto damaged = [&](size_t at, std::string_view with) {
    std::string bytes = good;
    return bytes.replace(at, with.size(), with);
  };
  const std::string cases[] = {
      "hello",
      std::string(good.size(), 'x'),
      good.substr(0, good.size() - 1),
      good + "x",
      good.substr(0, 20),
      damaged(offsetof(PoisonHeader, format), "\x7F"),
      damaged(offsetof(PoisonHeader, line_count), "\xFF\xFF\xFF\xFF"),
      damaged(sizeof(PoisonHeader), std::string(kPoisonTopicBytes, 't')),
      damaged(line + offsetof(PoisonLine, topic_index), "\x02"),
      damaged(line + offsetof(PoisonLine, partition), "\xFF\xFF\xFF\xFF"),
      damaged(line + offsetof(PoisonLine, offset), std::string(8, '\xFF')),
      damaged(line + offsetof(PoisonLine, inside), "\x03"),
      damaged(offsetof(PoisonHeader, ending), "\x03"),
  };
  for (const std::string& bytes : cases) {
    SCOPED_TRACE(&bytes - cases);
    Write(bytes);
    std::string why;
    EXPECT_FALSE(DecodePoison(bytes, options_.boot_id, &why).has_value());
    EXPECT_NE(why, "");
    EXPECT_THAT(Open()->suspects(), IsEmpty());
    CrashInside(0, 4);  // and it counts from there
    EXPECT_THAT(Open()->suspects(), SizeIs(1));
  }
  Write(good);
  EXPECT_THAT(Open()->suspects(), SizeIs(1));
}

TEST_F(PoisonFileTest, AnyBytesAreReadWithoutHarm) {
  CrashInside(0, 1);
  const std::string good = Bytes();
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = good;
    for (int flips = 0; flips < 4; ++flips)
      bytes[random() % 800] = static_cast<char>(random());
    std::string why;
    const auto remains = DecodePoison(bytes, options_.boot_id, &why);
    EXPECT_NE(remains.has_value(), !why.empty());
  }
}

TEST_F(PoisonFileTest, WhenTooManyAreSuspectedTheOldestGo) {
  PoisonRemains remains;
  for (uint32_t i = 0; i < kPoisonSuspectsMax; ++i)
    remains.suspects.push_back({"events", 0, i, 2, i});
  remains.crashed.push_back({"events", 1, 0, 1, 1'000'000});
  const std::vector<PoisonSuspect> merged = MergeSuspects(remains);
  ASSERT_THAT(merged, SizeIs(kPoisonSuspectsMax));
  EXPECT_EQ(merged.front().partition, 1);
  EXPECT_EQ(merged.back().offset, 1);
}

TEST_F(PoisonFileTest, AFolderThatCannotBeMadeIsAnError) {
  std::ofstream(options_.folder + "/file") << "x";
  options_.folder += "/file";
  auto opened = PoisonFile::Open(options_);
  ASSERT_FALSE(opened.has_value());
  EXPECT_THAT(opened.error().message, HasSubstr("state_dir"));
  options_.folder.resize(options_.folder.size() - 5);
}

}  // namespace
}  // namespace aslx
