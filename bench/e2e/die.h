// The end of a program of this folder that cannot go on: a sentence on standard error, status 1.
//
// Who uses it: all of them. Thread: any.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

namespace aslx::bench {

[[noreturn]] inline void Die(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::_Exit(1);
}

}  // namespace aslx::bench
