// Where the reports of `aslx bench` go: files, and standard output.
//
// What it is not: what stands in them (pipeline/load/load_report.h).
// Who uses it: bench_command.cc, before anything is measured and when it is over.
// Thread: main's. Memory: nothing stays.
#pragma once

#include "pipeline/cli/bench_options.h"
#include "pipeline/load/load_report.h"
#include "runtime/base/result.h"

namespace aslx {

/// A file that cannot be written is found before the run that it would tell of. Leaves what is in
/// it.
Result<void> CheckReportFiles(const BenchOptions& options);

/// To the files, and to standard output.
Result<void> ShowReport(const BenchOptions& options, const LoadReport& report);

}  // namespace aslx
