// How much processor time the control group of this process grants (cgroup v2), in whole
// processors.
//
// What it is not: the processors that it may use (engine.cc has the affinity), nor cgroup v1.
// Who uses it: AvailableCores. Thread: any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace aslx {

/// What a `cpu.max` says: at least 1, since what is less than a processor still runs; 0: no limit,
/// or nothing that it could say. A part of a processor does not count: a worker on it would stand
/// still for the rest of each period.
uint32_t ProcessorsOfQuota(std::string_view cpu_max);

/// The least of the group and of those that it is in; 0: none has a limit. `memberships` is a
/// /proc/PID/cgroup, `mount` where the groups are.
uint32_t CpuQuotaOf(std::string_view memberships, const std::string& mount);

/// That of this process.
uint32_t CpuQuota();

}  // namespace aslx
