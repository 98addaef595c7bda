// Nothing on the path of a record that does not suspend allocates: counted over operator new and
// the allocator beneath it.
#include <array>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "pipeline/flow/flow.h"
#include "pipeline/journal/poison_file.h"
#include "tests/unit/worker/choosing_program.h"

// Sanitizers bring their own allocator; glibc's names are not there to count.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define ASLX_COUNTS_MALLOC 0
#else
#define ASLX_COUNTS_MALLOC 1
#endif

namespace {
std::atomic<uint64_t> allocation_count{0};
}  // namespace

#if ASLX_COUNTS_MALLOC
extern "C" {
void* __libc_malloc(size_t bytes);
void* __libc_calloc(size_t count, size_t bytes);
void* __libc_realloc(void* memory, size_t bytes);

void* malloc(size_t bytes) {
  allocation_count.fetch_add(1, std::memory_order_relaxed);
  return __libc_malloc(bytes);
}
void* calloc(size_t count, size_t bytes) {
  allocation_count.fetch_add(1, std::memory_order_relaxed);
  return __libc_calloc(count, bytes);
}
void* realloc(void* memory, size_t bytes) {
  allocation_count.fetch_add(1, std::memory_order_relaxed);
  return __libc_realloc(memory, bytes);
}
}
#endif

namespace aslx {
namespace {

/// One partition of one event without end; everything that is written is acknowledged at once.
class EndlessDelivery final : public Delivery {
 public:
  explicit EndlessDelivery(std::string event) : event_(std::move(event)) {
    partition_.topic = "events";
    partition_.committed_offset = 0;
  }
  bool NextEvent(DeliveryEvent* event) override {
    if (!assigned_) {
      assigned_ = true;
      event->kind = DeliveryEvent::Kind::kAssigned;
      event->partitions = {&partition_, 1};
      return true;
    }
    if (commit_id_ == 0) return false;
    event->kind = DeliveryEvent::Kind::kCommitted;
    event->commit_id = std::exchange(commit_id_, 0);
    return true;
  }
  size_t Poll(Assignment, std::span<Record> records) override {
    for (Record& record : records) {
      record = {};
      record.offset = next_offset_++;
      record.timestamp_ms = 1;
      record.key = "sensor-7";
      record.has_key = true;
      record.payload = event_;
      record.handle = this;
    }
    return records.size();
  }
  size_t Headers(const Record&, std::span<Header> into) override {
    if (!into.empty()) into[0] = {"trace", "abc", false};
    return 1;
  }
  void Release(void*) override {}
  void ReleasePartitions(std::span<const Assignment>) override {}
  TopicId OpenTopic(std::string_view) override { return 0; }
  ProduceResult TryProduce(const OutputRecord&, DeliveryToken token) override {
    if (sent_count_ == sent_.size()) return ProduceResult::kFull;
    sent_[sent_count_++] = token;
    return ProduceResult::kAccepted;
  }
  size_t PollDeliveries(std::span<Acknowledgement> acknowledgements) override {
    const size_t count = std::min(acknowledgements.size(), sent_count_);
    for (size_t i = 0; i < count; ++i)
      acknowledgements[i] = {sent_[--sent_count_], Acknowledgement::Status::kDelivered, {}};
    return count;
  }
  void Commit(const CommitUnit& unit) override { commit_id_ = unit.id; }
  void Abort(uint64_t) override {}
  void Close() override {}

 private:
  std::string event_;
  PartitionEvent partition_;
  bool assigned_ = false;
  uint64_t commit_id_ = 0;
  int64_t next_offset_ = 0;
  std::array<DeliveryToken, 4'096> sent_;
  size_t sent_count_ = 0;
};

class NoTasks final : public TaskGateway {
 public:
  void Submit(const TaskRequest&) override { ADD_FAILURE() << "no task was expected"; }
  void Cancel(SuspensionToken) override {}
};

class Alloc : public testing::TestWithParam<Ordering> {};

TEST_P(Alloc, IsZeroForARecordThatRunsThrough) {
  if (ASLX_COUNTS_MALLOC == 0) return;  // the other builds count
  PipelineSpec spec;
  spec.name = "test";
  spec.machine_name = "choosing";
  spec.output.topic = "out";
  spec.ordering = GetParam();
  spec.commit_interval_ms = 1;
  EndlessDelivery delivery(R"({"sensor":"s-7","temperature":21.5,"unit":"C","tags":["a","b"]})");
  NoTasks tasks;
  CompletionQueue completions(nullptr);
  FlowCounters counters;
  char folder[] = "/tmp/aslx-alloc-XXXXXX";
  ASSERT_NE(mkdtemp(folder), nullptr);
  PoisonFileOptions options;
  options.folder = folder;
  options.instance = options.pipeline = "test";
  options.topics = {"events"};
  auto poison = PoisonFile::Open(options);
  std::filesystem::remove_all(folder);  // the mapping stays
  ASSERT_TRUE(poison.has_value()) << poison.error().message;
  auto flow = Flow::Create({&spec, ChoosingProgram(), &delivery, &tasks, &completions, &counters,
                            (*poison)->OfWorker(0), WorkerOptions{}});
  ASSERT_TRUE(flow.has_value()) << flow.error().message;
  int64_t now_ns = 0;
  const auto turn = [&](int count) {
    for (int i = 0; i < count; ++i) {
      now_ns += 100'000;
      (*flow)->Turn(now_ns, now_ns);
    }
  };
  turn(200);  // tables and blocks grow to what is in use at once
  const uint64_t before = allocation_count.load();
  EXPECT_GT(before, 0u) << "the count does not work";
  const uint64_t received = counters.received.value();
  const uint64_t commits = counters.commits.value();
  turn(1'000);
  const uint64_t allocations = allocation_count.load() - before;
  EXPECT_GT(counters.received.value() - received, 50'000u);
  EXPECT_GT(counters.commits.value() - commits, 50u);
  EXPECT_EQ(allocations, 0u) << "in " << counters.received.value() - received << " records and "
                             << counters.commits.value() - commits << " commits";
}

INSTANTIATE_TEST_SUITE_P(Orderings, Alloc,
                         testing::Values(Ordering::kNone, Ordering::kKey, Ordering::kPartition));

}  // namespace
}  // namespace aslx
