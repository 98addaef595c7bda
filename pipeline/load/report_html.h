// A report as one page with plots: a file that needs nothing beside it, no network and no script.
//
// Thread: any.
#pragma once

#include <string>

#include "pipeline/load/load_report.h"

namespace aslx {

std::string HtmlOf(const LoadReport& report);

}  // namespace aslx
