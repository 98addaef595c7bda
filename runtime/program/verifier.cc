#include "runtime/program/verifier.h"

namespace aslx {

Result<void> Verify(const Program& program) {
  if (program.machines().size() != 1)
    return Fail(ErrorKind::kData, "machines section without its one record");
  return {};
}

}  // namespace aslx
