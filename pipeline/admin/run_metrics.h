// The metrics of a run in the text format of Prometheus.
//
// What it is: numbers that workers write, collected and labelled at the moment somebody asks. What
// it is not: a registry; nothing is registered, and workers know nothing of it.
// Who uses it: the admin server and tests. Thread: any.
#pragma once

#include <string>

#include "pipeline/admin/run_status.h"

namespace aslx {

/// The media type of what MetricsText returns.
inline constexpr const char* kMetricsType = "text/plain; version=0.0.4; charset=utf-8";

std::string MetricsText(const RunStatus& run);

}  // namespace aslx
