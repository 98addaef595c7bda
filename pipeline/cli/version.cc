#include <cstdio>

#include "pipeline/cli/commands.h"
#include "pipeline/cli/exit_code.h"
#include "runtime/program/format_version.h"

namespace aslx {

int PrintVersion() {
  std::printf("aslx %s (program format %u, %s)\n", ASLX_VERSION, kFormatVersion,
              "gcc " __VERSION__);
  return kExitDone;
}

}  // namespace aslx
