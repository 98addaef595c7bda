// A report for people at a terminal: a table, and what to know before believing it.
//
// Thread: any.
#pragma once

#include <string>

#include "pipeline/load/load_report.h"

namespace aslx {

std::string TextOf(const LoadReport& report);

/// `1.23 ms`, `45 us`: three digits.
std::string DurationText(double ns);
/// `1,234,567`.
std::string CountText(double count);

}  // namespace aslx
