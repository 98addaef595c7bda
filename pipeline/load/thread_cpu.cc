#include "pipeline/load/thread_cpu.h"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <time.h>

namespace aslx {
namespace {

/// Of any thread of this process: the kernel's clock ids carry the thread's number (the form that
/// pthread_getcpuclockid gives, which wants a handle that is not known here).
constexpr clockid_t CpuClockOf(pid_t thread) {
  constexpr int kOfOneThread = 4;
  constexpr int kAsScheduled = 2;
  return static_cast<clockid_t>(~thread * 8 | kOfOneThread | kAsScheduled);
}

int64_t ReadNs(clockid_t clock) {
  timespec time{};
  if (clock_gettime(clock, &time) != 0) return -1;
  return int64_t{1'000'000'000} * time.tv_sec + time.tv_nsec;
}

std::vector<pid_t> Threads() {
  std::vector<pid_t> threads;
  std::error_code ignored;  // a thread that ends meanwhile is not there
  for (auto entry = std::filesystem::directory_iterator("/proc/self/task", ignored);
       entry != std::filesystem::directory_iterator(); entry.increment(ignored)) {
    const std::string name = entry->path().filename();
    pid_t thread = 0;
    std::from_chars(name.data(), name.data() + name.size(), thread);
    threads.push_back(thread);
  }
  return threads;
}

bool IsLibrdkafka(pid_t thread) {
  std::ifstream file("/proc/self/task/" + std::to_string(thread) + "/comm");
  std::string name;
  std::getline(file, name);
  return name.starts_with("rdk:");
}

}  // namespace

void ThreadRoster::ClaimNew(ThreadClass ours, ThreadClass librdkafka) {
  for (const pid_t thread : Threads())
    if (!classes_.contains(thread)) classes_[thread] = IsLibrdkafka(thread) ? librdkafka : ours;
}

void ThreadRoster::Claim(pid_t thread, ThreadClass thread_class) {
  classes_[thread] = thread_class;
}

ThreadCpu ThreadRoster::Read() {
  ClaimNew(ThreadClass::kPipelineOther, ThreadClass::kPipelineLibrdkafka);
  ThreadCpu cpu{};
  for (const auto& [thread, thread_class] : classes_) {
    const int64_t ns = ReadNs(CpuClockOf(thread));
    if (ns >= 0) last_ns_[thread] = ns;
    cpu[static_cast<size_t>(thread_class)] += last_ns_[thread];
  }
  return cpu;
}

std::optional<int64_t> ProcessCpuNs(pid_t process) {
  clockid_t clock;
  if (clock_getcpuclockid(process, &clock) != 0) return std::nullopt;
  const int64_t ns = ReadNs(clock);
  return ns >= 0 ? std::optional<int64_t>(ns) : std::nullopt;
}

}  // namespace aslx
