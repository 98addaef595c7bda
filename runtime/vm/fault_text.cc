#include "runtime/vm/fault_text.h"

#include <charconv>
#include <cstring>

#include "runtime/vm/history.h"

namespace aslx {

std::string_view Concat(Execution& execution, std::initializer_list<std::string_view> pieces) {
  size_t bytes = 0;
  for (const std::string_view piece : pieces)
    bytes += piece.size();
  char* const text = execution.arena.AllocateArray<char>(bytes);
  char* to = text;
  for (const std::string_view piece : pieces) {
    if (!piece.empty()) std::memcpy(to, piece.data(), piece.size());
    to += piece.size();
  }
  return {text, bytes};
}

std::string_view Decimal(Execution& execution, int64_t number) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  return execution.arena.Copy({digits, static_cast<size_t>(end - digits)});
}

Fault PrefixedFault(Execution& execution, const Branch& branch, std::string_view name,
                    std::string_view text) {
  const std::string_view cause =
      Concat(execution,
             {"An error occurred while executing the state '", StateName(execution, branch),
              "' (entered at the event id #",
              Decimal(execution, static_cast<int64_t>(InState(execution, branch).entered_event_id)),
              "). ", text});
  return {Value::String(name), Value::String(cause)};
}

Fault RuntimeFault(Execution& execution, const Branch& branch, std::string_view text) {
  return PrefixedFault(execution, branch, error_names::kRuntime, text);
}

Fault DataLimitFault(Execution& execution, std::string_view what) {
  return {Value::String(error_names::kDataLimitExceeded),
          Value::String(Concat(execution, {"The state/task '", what,
                                           "' returned a result with a size exceeding the maximum "
                                           "number of bytes service limit."}))};
}

Fault MemoryFault(Execution& execution, const Branch& branch) {
  return PrefixedFault(execution, branch, error_names::kDataLimitExceeded,
                       "The execution holds more data than the engine's limit for one execution.");
}

}  // namespace aslx
