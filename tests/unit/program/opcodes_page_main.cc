// Prints OPCODES.md.
#include <cstdio>

#include "tests/unit/program/opcodes_page.h"

int main() {
  std::fputs(aslx::OpcodesPage().c_str(), stdout);
  return 0;
}
