#include "runtime/worker/cpu_quota.h"

#include <algorithm>
#include <charconv>

#include "runtime/base/read_file.h"

namespace aslx {
namespace {

/// The path behind the line of cgroup v2; empty: there is none.
std::string_view GroupIn(std::string_view memberships) {
  constexpr std::string_view kUnified = "0::";
  while (!memberships.empty()) {
    const std::string_view line = memberships.substr(0, memberships.find('\n'));
    if (line.starts_with(kUnified)) return line.substr(kUnified.size());
    memberships.remove_prefix(std::min(memberships.size(), line.size() + 1));
  }
  return {};
}

}  // namespace

uint32_t ProcessorsOfQuota(std::string_view cpu_max) {
  uint64_t quota = 0;
  uint64_t period = 0;
  const char* const end = cpu_max.data() + cpu_max.size();
  const auto [behind, no_quota] = std::from_chars(cpu_max.data(), end, quota);
  if (no_quota != std::errc() || behind == end || *behind != ' ') return 0;  // `max` is no number
  const auto [last, no_period] = std::from_chars(behind + 1, end, period);
  if (no_period != std::errc() || (last != end && *last != '\n') || period == 0) return 0;
  return static_cast<uint32_t>(std::clamp<uint64_t>(quota / period, 1, UINT32_MAX));
}

uint32_t CpuQuotaOf(std::string_view memberships, const std::string& mount) {
  uint32_t least = 0;
  // Inside a container its own group may be the root, or a path that is not there: then what is
  // mounted is the group itself.
  for (std::string_view group = GroupIn(memberships);; group = group.substr(0, group.rfind('/'))) {
    while (group.ends_with('/'))
      group.remove_suffix(1);
    const Result<std::string> text =
        ReadFile(mount + std::string(group) + "/cpu.max", ErrorKind::kUnavailable);
    const uint32_t quota = text ? ProcessorsOfQuota(*text) : 0;
    if (quota > 0) least = least == 0 ? quota : std::min(least, quota);
    if (group.empty()) return least;
  }
}

uint32_t CpuQuota() {
  const Result<std::string> memberships = ReadFile("/proc/self/cgroup", ErrorKind::kUnavailable);
  return memberships ? CpuQuotaOf(*memberships, "/sys/fs/cgroup") : 0;
}

}  // namespace aslx
