// The Faults that the interpreter itself raises, with the service's words in one place.
//
// Source: the recorded causes (EXPRESS: "Cause formats"). Thread: the worker's. Memory: texts are
// in the execution's arena.
#pragma once

#include <initializer_list>
#include <string_view>

#include "runtime/vm/branch.h"
#include "runtime/vm/fault.h"

namespace aslx {

/// `pieces` joined in the execution's arena.
std::string_view Concat(Execution& execution, std::initializer_list<std::string_view> pieces);
std::string_view Decimal(Execution& execution, int64_t number);

/// States.Runtime with the usual prefix: "An error occurred while executing the state 'N' (entered
/// at the event id #2). " + text.
Fault RuntimeFault(Execution& execution, const Branch& branch, std::string_view text);
/// Any other error with the same prefix.
Fault PrefixedFault(Execution& execution, const Branch& branch, std::string_view name,
                    std::string_view text);

/// A payload over limits::kPayloadBytesMax. `what` is the integration, the function's ARN or the
/// state's name.
Fault DataLimitFault(Execution& execution, std::string_view what);

/// The execution's arena is over its hard limit.
Fault MemoryFault(Execution& execution, const Branch& branch);

}  // namespace aslx
