// The exit codes of `aslx`, fixed for users: README.md shows the same table.
//
// Thread: any.
#pragma once

#include "runtime/base/result.h"

namespace aslx {

enum ExitCode : int {
  kExitDone = 0,
  kExitFindings = 1,         // a definition refused, an execution failed or timed out
  kExitUsage = 2,            // wrong usage
  kExitData = 65,            // a definition or program, an input to exec, an event that stops run
  kExitUnavailable = 69,     // something outside cannot be reached after the configured wait
  kExitInternal = 70,        // a mistake of our own
  kExitUnknownOutcome = 75,  // the outcome of a transaction is not known: start me again
  kExitConfiguration = 78,   // unknown key, topic, permission, metadata version
  kExitAborted = 130,        // aborted by a second signal
};

constexpr int ExitCodeOf(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kUsage: return kExitUsage;
    case ErrorKind::kData: return kExitData;
    case ErrorKind::kUnavailable: return kExitUnavailable;
    case ErrorKind::kInternal: return kExitInternal;
    case ErrorKind::kUnknownOutcome: return kExitUnknownOutcome;
    case ErrorKind::kConfiguration: return kExitConfiguration;
  }
  return kExitInternal;
}

}  // namespace aslx
