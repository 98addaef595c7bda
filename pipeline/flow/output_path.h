// Reference Paths into an output document: `$`, `$.order.id`, `$['a b'][0]`.
//
// What it is not: JSONPath; a route needs one value, so there are no wildcards, filters or slices.
// Who uses it: the router and the output writer. Thread: immutable once parsed.
// Memory: owns its steps; what Find opens on the way is in `arena`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/arena.h"
#include "runtime/base/result.h"
#include "runtime/value/value.h"

namespace aslx {

class OutputPath {
 public:
  /// The document itself.
  OutputPath() : text_("$") {}
  static Result<OutputPath> Parse(std::string_view text);

  /// Undefined where the document has no such value.
  Value Find(const Value& document, Arena& arena) const;

  const std::string& text() const { return text_; }

 private:
  struct Step {
    std::string key;
    uint32_t index = 0;
    bool is_index = false;
  };
  std::string text_;
  std::vector<Step> steps_;
};

}  // namespace aslx
