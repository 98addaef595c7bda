// The reference of all configuration keys, as Markdown, from the table.
//
// What it is not: written by hand; tests/unit/config compares configs/README.md with it.
// Thread: any. Memory: returns the text.
#pragma once

#include <string>

namespace aslx {

/// The tables of all sections, between the markers of configs/README.md.
std::string ConfigReference();

}  // namespace aslx
