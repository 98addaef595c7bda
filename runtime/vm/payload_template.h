// Making an instance of a payload template and filling its holes.
//
// What it is not: the evaluation of what goes into the holes. Who uses it: the interpreter only,
// inline, since most of what a machine does is this.
// Thread: the worker's. Memory: instances live in the execution's arena.
#pragma once

#include <algorithm>

#include "runtime/base/check.h"
#include "runtime/program/fused_code.h"
#include "runtime/value/template.h"
#include "runtime/vm/fault_text.h"
#include "runtime/vm/path_use.h"

namespace aslx {

/// The instance in a register that an instruction fills. Its holes are ours alone until it is read.
inline TemplateInstance* Unread(const Value& value) {
  ASLX_CHECK(value.is_template());
  return const_cast<TemplateInstance*>(value.instance);
}

/// A new instance, its holes not set.
inline TemplateInstance* AllocateInstance(Execution& execution, const TemplateRecord& record) {
  auto* instance = static_cast<TemplateInstance*>(execution.arena.Allocate(
      sizeof(TemplateInstance) + sizeof(Value) * record.hole_count, alignof(Value)));
  *instance = {&execution.program->template_table(), record.hole_count, 0};
  return instance;
}

/// The value of `instance`, where the highest value in a hole nests `hole_height` deep; false when
/// that is too deep. Written as two words, so that whoever copies it need not wait (CopyFresh).
inline bool PutInstance(const TemplateInstance* instance, uint32_t node_index, uint32_t hole_height,
                        Value* result) {
  const TemplateNode& node = instance->table->nodes[node_index];
  uint32_t height = node.literal_height;
  if (hole_height > 0) {
    height = std::max(height, node.hole_depth_max + hole_height);
    if (height > limits::kJsonDepthMax) return false;
  }
  const uint64_t head = HeadOf(node.is_object != 0 ? Type::kObject : Type::kArray,
                               value_flags::kTemplate, static_cast<uint16_t>(height), node_index);
  std::memcpy(static_cast<void*>(result), &head, sizeof head);
  result->instance = instance;
  return true;
}

inline void NewTemplate(Execution& execution, Value* result, uint32_t index) {
  const TemplateRecord& record = execution.program->templates()[index];
  TemplateInstance* instance = AllocateInstance(execution, record);
  ClearValues(instance->holes(), record.hole_count);
  PutInstance(instance, record.node, 0, result);
}

/// False when the template would nest too deep.
inline bool FillHole(Execution& execution, Branch& branch, Value* target, uint32_t hole,
                     const Value& value, Fault* fault) {
  TemplateInstance* instance = Unread(*target);
  ASLX_CHECK(hole < instance->hole_count);
  instance->holes()[hole] = value;
  if (value.height == 0) return true;
  const TemplateNode& node = instance->table->nodes[target->size];
  const uint32_t height = uint32_t{node.hole_depth_max} + value.height;
  target->height = static_cast<uint16_t>(std::max<uint32_t>(target->height, height));
  if (height <= limits::kJsonDepthMax) return true;
  *fault = PrefixedFault(execution, branch, error_names::kDataLimitExceeded,
                         "The value nests deeper than 1000 levels.");
  return false;
}

/// render_slots. False: nothing was done, since a slot has no value or nests too deep.
inline bool RenderSlots(Execution& execution, const SlotRendering& rendering, Value* registers) {
  const Program& program = *execution.program;
  if (!HoldsEvent(execution, registers[rendering.source])) return false;
  const TemplateRecord& record = program.templates()[rendering.template_index];
  const uint16_t* const slots = program.fused().slots.data() + rendering.first_slot;
  TemplateInstance* const instance = AllocateInstance(execution, record);
  Value* const holes = instance->holes();
  uint32_t height = 0;
  for (uint32_t i = 0; i < rendering.slot_count; ++i) {
    const Value& value = execution.slots[slots[i]];
    if (value.undefined()) return false;
    height = std::max<uint32_t>(height, value.height);
    holes[i] = value;
  }
  ClearValues(holes + rendering.slot_count, record.hole_count - rendering.slot_count);
  return PutInstance(instance, record.node, height, &registers[rendering.target]);
}

}  // namespace aslx
