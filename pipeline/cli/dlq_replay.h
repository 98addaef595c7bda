// Dead letters sent back: chosen first, sent afterwards.
//
// What is wrong is so known before the first record goes, and payloads are not kept meanwhile.
// Nothing is ever deleted. Who uses it: `aslx dlq replay`. Thread: main's; blocks.
#pragma once

#include "pipeline/cli/dlq_selection.h"

namespace aslx {

/// The exit code. Without `options.yes` it only shows what would be sent.
Result<int> ReplayDeadLetters(const DlqOptions& options, const DlqSelection& selection,
                              const DlqTopic& topic);

}  // namespace aslx
