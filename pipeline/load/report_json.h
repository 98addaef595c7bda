// A report for programs. README.md says what each field is and its unit.
//
// Thread: any.
#pragma once

#include <string>

#include "pipeline/load/load_report.h"

namespace aslx {

/// Rises when a field changes its meaning or goes; new ones come without.
inline constexpr int kReportFormat = 1;

std::string JsonOf(const LoadReport& report);

}  // namespace aslx
