// Is the process alive, is it ready; and if not, why.
//
// What it is: a judgement on a RunStatus at an instant. What it is not: HTTP (admin_server.h).
// Who uses it: the admin server and tests. Thread: any.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pipeline/admin/run_status.h"

namespace aslx {

/// No reasons: it is.
using HealthReasons = std::vector<std::string>;

/// A worker that has not turned for so long hangs: one that has nothing to do turns ten times a
/// second, and what waits for a broker while it works (commits, transactions, committed offsets)
/// waits on threads of its own. So this is a margin for a machine that is busy or was suspended for
/// a moment. What a worker that has finished still closes is not judged here: the drain limit is.
inline constexpr int64_t kTurnNsMax = 15'000'000'000;

/// Every worker turns. What restarts the process asks this.
HealthReasons WhyNotAlive(const RunStatus& run, int64_t now_ns);

/// Every worker of every pipeline can read, write and commit. What sends work, or goes on with a
/// rolling update, asks this.
HealthReasons WhyNotReady(const RunStatus& run);

}  // namespace aslx
