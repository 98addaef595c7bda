// OPCODES.md as opcodes.def and functions.def make it.
//
// Who uses it: opcodes_page_main.cc, which writes the page, and the test that it is current.
#pragma once

#include <string>

namespace aslx {

std::string OpcodesPage();

}  // namespace aslx
