#include "runtime/vm/map_fields.h"

#include <algorithm>
#include <charconv>

#include "runtime/base/limits.h"
#include "runtime/value/json_reader.h"
#include "runtime/value/json_writer.h"
#include "runtime/value/number.h"
#include "runtime/vm/fault_text.h"

namespace aslx {
namespace {

// The text of a number, or the contents of a string that holds one.
std::string_view NumberText(Execution& execution, const Value& value) {
  return value.type == Type::kString ? Decode(value, execution.arena)
                                     : JsonText(value, execution.arena);
}

template <typename T>
bool ParseWhole(std::string_view text, T* number) {
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, *number);
  return parsed.ec == std::errc() && parsed.ptr == end;
}

Fault NotANumber(Execution& execution, const Branch& branch, std::string_view field,
                 const Value& value, std::string_view kind, TextRef path) {
  return RuntimeFault(
      execution, branch,
      Concat(execution, {"The ", field, " field refers to value \"", NumberText(execution, value),
                         "\" which is not a valid ", kind, ": ", execution.program->TextOf(path)}));
}

}  // namespace

bool ReadConcurrency(Execution& execution, Branch& branch, const MapRecord& map,
                     uint32_t* concurrency, Fault* fault) {
  int64_t wanted = map.max_concurrency;
  if (map.max_concurrency_register != kNoRegister) {
    const Value& value = branch.registers()[map.max_concurrency_register];
    if (!ParseWhole(NumberText(execution, value), &wanted)) {
      *fault = NotANumber(execution, branch, "MaxConcurrencyPath", value, "integer",
                          map.max_concurrency_path);
      return false;
    }
    if (wanted < 0) {
      *fault = RuntimeFault(execution, branch, "MaxConcurrency cannot be negative.");
      return false;
    }
  }
  const int64_t most = limits::kMapConcurrencyMax;
  *concurrency = static_cast<uint32_t>(wanted == 0 ? most : std::min(wanted, most));
  return true;
}

bool ReadTolerance(Execution& execution, Branch& branch, const MapRecord& map, Join* join,
                   Fault* fault) {
  join->tolerated_count = map.tolerated_count;
  join->tolerated_percentage = map.has_tolerated_percentage != 0 ? map.tolerated_percentage : -1.0;
  if (map.tolerated_count_register != kNoRegister) {
    const Value& value = branch.registers()[map.tolerated_count_register];
    int64_t count = 0;
    if (!ParseWhole(NumberText(execution, value), &count)) {
      *fault = NotANumber(execution, branch, "ToleratedFailureCountPath", value, "integer",
                          map.tolerated_count_path);
      return false;
    }
    if (count < 0) {
      *fault = RuntimeFault(execution, branch, "ToleratedFailureCount cannot be negative.");
      return false;
    }
    join->tolerated_count = static_cast<uint32_t>(std::min<int64_t>(count, kNoIndex - 1));
  }
  if (map.tolerated_percentage_register != kNoRegister) {
    const Value& value = branch.registers()[map.tolerated_percentage_register];
    double percentage = 0;
    if (!ParseWhole(NumberText(execution, value), &percentage)) {
      *fault = NotANumber(execution, branch, "ToleratedFailurePercentagePath", value, "float",
                          map.tolerated_percentage_path);
      return false;
    }
    if (!(percentage >= 0 && percentage <= 100)) {
      *fault =
          RuntimeFault(execution, branch, "ToleratedFailurePercentage must be between 0 and 100.");
      return false;
    }
    join->tolerated_percentage = percentage;
  }
  return true;
}

}  // namespace aslx
