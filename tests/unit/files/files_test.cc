// NDJSON files as a Delivery: lines of every shape become records, outputs become lines, and a
// pipeline from file to file ends with its input.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "pipeline/files/envelope.h"
#include "pipeline/files/files_delivery.h"
#include "pipeline/flow/flow.h"
#include "tests/unit/worker/choosing_program.h"

namespace aslx {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A folder of the test's own, gone with it.
class Folder {
 public:
  Folder() {
    std::string name = testing::TempDir() + "aslx-files-XXXXXX";
    path_ = mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string Write(const std::string& name, const std::string& contents) const {
    std::ofstream(path_ + "/" + name, std::ios::binary) << contents;
    return path_ + "/" + name;
  }
  std::string At(const std::string& name) const { return path_ + "/" + name; }
  std::string Read(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(path_ + "/" + name, std::ios::binary).rdbuf();
    return text.str();
  }

 private:
  std::string path_;
};

struct Line {
  int64_t offset;
  std::string payload;
  bool damaged;
  friend bool operator==(const Line&, const Line&) = default;
};

std::vector<Line> ReadAll(const std::string& path, size_t batch) {
  auto source = FileSource::Open(path, nullptr);
  EXPECT_TRUE(source.has_value());
  std::vector<Line> lines;
  std::vector<Record> records(batch);
  std::vector<void*> held;
  while (!(*source)->at_end()) {
    const size_t count = (*source)->Poll(records);
    for (size_t i = 0; i < count; ++i) {
      const Record& record = records[i];
      lines.push_back({record.offset, std::string(record.payload), record.damage != nullptr});
      held.push_back(record.handle);
    }
    // Released late and in another order.
    while (held.size() > 3) {
      FileSource::Release(held[1]);
      held.erase(held.begin() + 1);
    }
  }
  for (void* handle : held)
    FileSource::Release(handle);
  return lines;
}

TEST(FileSource, MakesARecordOfEveryLine) {
  const Folder folder;
  const struct {
    const char* contents;
    std::vector<Line> lines;
  } cases[] = {
      {"", {}},
      {"1\n2\n", {{0, "1", false}, {1, "2", false}}},
      {"1\n2", {{0, "1", false}, {1, "2", false}}},
      {"\n\n1", {{0, "", false}, {1, "", false}, {2, "1", false}}},
      {"1\r\n", {{0, "1\r", false}}},
  };
  for (const auto& c : cases) {
    for (const size_t batch : {1u, 2u, 10u}) {
      EXPECT_EQ(ReadAll(folder.Write("in", c.contents), batch), c.lines) << c.contents;
    }
  }
}

TEST(FileSource, ReadsLinesThatCrossItsBuffers) {
  const Folder folder;
  std::string contents;
  std::vector<Line> expected;
  for (int64_t i = 0; contents.size() < 5'000'000; ++i) {
    const std::string line(static_cast<size_t>(i * 7919 % 70'000), static_cast<char>('a' + i % 26));
    contents += line + "\n";
    expected.push_back({i, line, false});
  }
  const auto lines = ReadAll(folder.Write("in", contents), 5);
  ASSERT_EQ(lines.size(), expected.size());
  EXPECT_TRUE(lines == expected);
}

TEST(FileSource, CutsALineThatFitsNoBuffer) {
  const Folder folder;
  for (const size_t size : {FileSource::kBufferBytes - 1, FileSource::kBufferBytes,
                            FileSource::kBufferBytes + 1, 3 * FileSource::kBufferBytes + 17}) {
    for (const char* end : {"\n2\n", ""}) {
      SCOPED_TRACE(size);
      const auto lines = ReadAll(folder.Write("in", "1\n" + std::string(size, 'x') + end), 4);
      ASSERT_EQ(lines.size(), *end == '\0' ? 2u : 3u);
      EXPECT_EQ(lines[0], (Line{0, "1", false}));
      EXPECT_EQ(lines[1].payload.size(), std::min(size, FileSource::kBufferBytes));
      // Of a line that fills the buffer exactly it cannot be seen whether it goes on.
      EXPECT_TRUE(size == FileSource::kBufferBytes ||
                  lines[1].damaged == (size > FileSource::kBufferBytes));
      EXPECT_EQ(lines.back(), *end == '\0' ? lines[1] : (Line{2, "2", false}));
    }
  }
}

TEST(FileSource, SaysWhyAFileCannotBeRead) {
  const Folder folder;
  const auto missing = FileSource::Open(folder.At("missing"), nullptr);
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().kind, ErrorKind::kConfiguration);
  EXPECT_THAT(missing.error().message, HasSubstr("No such file"));
  const auto not_a_file = FileSource::Open(folder.At(""), nullptr);
  ASSERT_FALSE(not_a_file.has_value());
  EXPECT_THAT(not_a_file.error().message, HasSubstr("folder"));
}

TEST(FilesDelivery, SharesFilesOutToWorkers) {
  const std::vector<std::string> paths = {"a", "b", "c", "d", "e"};
  EXPECT_THAT(PathsOfWorker(paths, 0, 2), ElementsAre("a", "c", "e"));
  EXPECT_THAT(PathsOfWorker(paths, 1, 2), ElementsAre("b", "d"));
  EXPECT_THAT(PathsOfWorker({"-"}, 1, 2), ElementsAre());
}

TEST(FileSink, WritesOneLineARecord) {
  const Folder folder;
  OutputFiles files;
  FileSink sink(&files, folder.At("dead"));
  const TopicId out = sink.OpenTopic(folder.At("out"));
  EXPECT_EQ(sink.OpenTopic(folder.At("no/such/folder")), kNoTopic);
  OutputRecord record;
  record.topic = out;
  record.payload = "{\"a\":\n1}";
  EXPECT_EQ(sink.TryProduce(record, 5), ProduceResult::kAccepted);
  EXPECT_EQ(folder.Read("out"), "");
  Acknowledgement acknowledged[2];
  ASSERT_EQ(sink.PollDeliveries(acknowledged), 1u);
  EXPECT_EQ(acknowledged[0].token, 5u);
  EXPECT_EQ(folder.Read("out"), "{\"a\": 1}\n");
}

TEST(OutputFiles, KeepLinesWhole_WhenWorkersShareAFile) {
  constexpr int kWorkerCount = 4;
  constexpr int kBlockCount = 100;
  constexpr int kLineCount = 20;  // of a block
  const Folder folder;
  OutputFiles files;
  std::vector<std::thread> workers;
  for (int worker = 0; worker < kWorkerCount; ++worker) {
    workers.emplace_back([&, worker] {
      const std::string line = std::string(50 + worker, static_cast<char>('a' + worker)) + "\n";
      std::string block;
      for (int i = 0; i < kLineCount; ++i)
        block += line;
      for (int i = 0; i < kBlockCount; ++i) {
        Result<OutputFile*> file = files.Open(folder.At("out"));
        ASSERT_TRUE(file.has_value());
        ASSERT_TRUE((*file)->Write(block).has_value());
      }
    });
  }
  for (std::thread& worker : workers)
    worker.join();
  std::map<std::string, int> counts;
  std::istringstream written(folder.Read("out"));
  for (std::string line; std::getline(written, line);)
    ++counts[line];
  std::map<std::string, int> expected;
  for (int worker = 0; worker < kWorkerCount; ++worker)
    expected[std::string(50 + worker, static_cast<char>('a' + worker))] = kBlockCount * kLineCount;
  EXPECT_EQ(counts, expected);
}

TEST(Envelope, KeepsEveryByte) {
  const Header headers[] = {{"__asl.errors.error", "E", false}};
  OutputRecord record;
  record.payload = "{\"a\":\"\n\"";
  record.key = "k";
  record.has_key = true;
  record.timestamp_ms = 5;
  record.headers = headers;
  std::string line;
  AppendEnvelope(record, &line);
  EXPECT_EQ(line, R"({"key":"k","timestamp":5,"headers":{"__asl.errors.error":"E"},)"
                  R"("payload":"{\"a\":\"\n\""})");
  record = {};
  record.payload = "\xFF\xFE!";
  line.clear();
  AppendEnvelope(record, &line);
  EXPECT_EQ(line, R"({"key":null,"headers":{},"payload_base64":"//4h"})");
  record.payload = {};
  record.is_tombstone = true;
  line.clear();
  AppendEnvelope(record, &line);
  EXPECT_EQ(line, R"({"key":null,"headers":{},"payload":null})");
}

class NoTasks final : public TaskGateway {
 public:
  void Submit(const TaskRequest&) override { ADD_FAILURE() << "no task was expected"; }
  void Cancel(SuspensionToken) override {}
};

TEST(FilesPipeline, RunsFromFileToFileAndEnds) {
  const Folder folder;
  std::string events;
  for (int i = 0; i < 5'000; ++i)
    events += "{\"n\":" + std::to_string(i) + "}\n";
  events += "\n{\"do\":\"fail\"}\nnot json\n" + std::string(300'000, '1') + "\n{\"last\":true}";
  FilesDeliveryOptions options;
  options.source_paths = {folder.Write("in", events)};
  options.dead_letter_path = folder.At("dead");
  OutputFiles files;
  auto delivery = FilesDelivery::Make(options, &files, nullptr);
  ASSERT_TRUE(delivery.has_value());
  PipelineSpec spec;
  spec.name = "test";
  spec.machine_name = "choosing";
  spec.output.topic = folder.At("out");
  spec.dead_letters = {DeadLetterSpec::Action::kWrite, folder.At("dead")};
  NoTasks tasks;
  CompletionQueue completions(nullptr);
  FlowCounters counters;
  auto flow = Flow::Create({&spec, ChoosingProgram(), delivery->get(), &tasks, &completions,
                            &counters, nullptr, WorkerOptions{}});
  ASSERT_TRUE(flow.has_value()) << flow.error().message;
  bool finished = false;
  for (int64_t turn = 0; turn < 1'000 && !finished; ++turn)
    finished = (*flow)->Turn(turn * 1'000'000, turn * 1'000'000).finished;
  EXPECT_TRUE(finished);
  EXPECT_EQ((*flow)->failure(), nullptr);
  const std::string out = folder.Read("out");
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 5'001);
  EXPECT_TRUE(out.starts_with("{\"n\":0}\n{\"n\":1}\n"));
  EXPECT_TRUE(out.ends_with("{\"last\":true}\n"));
  const std::string dead = folder.Read("dead");
  EXPECT_EQ(std::count(dead.begin(), dead.end(), '\n'), 4);
  EXPECT_THAT(dead, HasSubstr(R"("__asl.errors.offset":"5000")"));
  EXPECT_THAT(dead, HasSubstr("The event is empty"));
  EXPECT_THAT(dead, HasSubstr(R"("payload":"not json")"));
  EXPECT_THAT(dead, HasSubstr("larger than 262144 bytes"));
}

}  // namespace
}  // namespace aslx
