#include "pipeline/admin/process_usage.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <sys/resource.h>
#include <unistd.h>

namespace aslx {
namespace {

/// Fields of /proc/self/stat as proc(5) numbers them, from the third one on: the second is a name
/// in parentheses that may hold anything.
constexpr int kFirstField = 3;
constexpr int kUserTicks = 14;
constexpr int kKernelTicks = 15;
constexpr int kThreads = 20;
constexpr int kStartTicks = 22;
constexpr int kVirtualBytes = 23;
constexpr int kResidentPages = 24;

std::string Contents(const char* path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// Seconds since 1970 at which the machine was started.
double BootSeconds() {
  std::ifstream file("/proc/stat");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("btime ")) return std::strtod(line.c_str() + 6, nullptr);
  }
  return 0;
}

}  // namespace

ProcessUsage ReadProcessUsage() {
  ProcessUsage usage;
  const auto ticks_per_second = static_cast<double>(sysconf(_SC_CLK_TCK));
  const std::string stat = Contents("/proc/self/stat");
  const size_t name_end = stat.rfind(')');
  if (name_end != std::string::npos) {
    std::istringstream fields(stat.substr(name_end + 1));
    std::string text;
    for (int field = kFirstField; field <= kResidentPages && fields >> text; ++field) {
      if (field < kUserTicks) continue;  // the state is a letter
      const double value = std::strtod(text.c_str(), nullptr);
      if (field == kUserTicks || field == kKernelTicks) usage.cpu_seconds += value;
      if (field == kThreads) usage.threads = value;
      if (field == kStartTicks) usage.start_seconds = BootSeconds() + value / ticks_per_second;
      if (field == kVirtualBytes) usage.virtual_bytes = value;
      if (field == kResidentPages)
        usage.resident_bytes = value * static_cast<double>(sysconf(_SC_PAGESIZE));
    }
    usage.cpu_seconds /= ticks_per_second;
  }
  std::error_code ignored;
  for (auto file = std::filesystem::directory_iterator("/proc/self/fd", ignored);
       file != std::filesystem::directory_iterator(); file.increment(ignored)) {
    ++usage.open_files;
  }
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0)
    usage.open_files_max = static_cast<double>(files.rlim_cur);
  return usage;
}

}  // namespace aslx
