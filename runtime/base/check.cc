#include "runtime/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace aslx {

void CheckFailed(const char* file, int line, const char* condition) {
  std::fprintf(stderr, "aslx: %s:%d: invariant broken: %s\n", file, line, condition);
  std::abort();
}

}  // namespace aslx
