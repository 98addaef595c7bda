// Templates whose holes are the slots of the read set themselves: what the event was read into is
// an instance of each of them, and nothing is copied into holes.
//
// What it is not: a section of the file; they are copies of its templates, made at load.
// Who uses it: shortcuts that end an execution. Thread: immutable once planned. Memory: its own;
// the text is the program's.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "runtime/value/template.h"

namespace aslx {

class EventTemplates {
 public:
  EventTemplates() = default;
  /// At most `records_max` parts and members, all together.
  EventTemplates(const TemplateTable& from, size_t records_max)
      : from_(from), records_left_(records_max) {}

  /// A copy of the template at `node`, whose hole i is slot `slots[i]`: its node. kNoIndex when
  /// there would be too many records; then no more are made.
  uint32_t Add(uint32_t node, std::span<const uint16_t> slots);

  /// Valid until the next Add.
  TemplateTable table() const {
    return {nodes_.data(), members_.data(), parts_.data(), from_.text};
  }

 private:
  bool Spend(size_t records);
  uint32_t AddNode(uint32_t from, uint32_t parts_moved, std::span<const uint16_t> slots);

  TemplateTable from_;
  size_t records_left_ = 0;
  std::vector<TemplateNode> nodes_;
  std::vector<TemplateMember> members_;
  std::vector<TemplatePart> parts_;
};

}  // namespace aslx
