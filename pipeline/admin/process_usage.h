// What the process uses of the machine, as the kernel counts it.
//
// Who uses it: run_metrics.cc. Thread: any.
#pragma once

namespace aslx {

struct ProcessUsage {
  double resident_bytes = 0;
  double virtual_bytes = 0;
  double cpu_seconds = 0;  // of all threads, in user and kernel mode
  double threads = 0;
  double open_files = 0;
  double open_files_max = 0;
  double start_seconds = 0;  // since 1970
};

/// A number that the kernel does not tell is 0.
ProcessUsage ReadProcessUsage();

}  // namespace aslx
