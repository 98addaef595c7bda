// Payload templates as records: one run of literal bytes a template, into which members and parts
// of all its nodes point.
//
// Thread: one. Memory: appends to the builder.
#pragma once

#include <string>
#include <vector>

#include "compiler/ir/module.h"
#include "runtime/program/builder.h"

namespace aslx::compiler {

class TemplateEmitter {
 public:
  explicit TemplateEmitter(ProgramBuilder* builder) : builder_(builder) {}

  uint32_t Emit(const ir::Template& shape);

 private:
  struct Span {
    size_t text_begin = 0;
    size_t text_end = 0;
    size_t part_begin = 0;
    size_t part_end = 0;
  };

  void Write(const ir::Template& shape, uint32_t node, uint32_t depth);
  void EmitNode(const ir::Template& shape, uint32_t node, uint32_t text_offset);
  /// The literal since the last part, with `hole` behind it.
  void EndPart(uint32_t hole);
  TemplateMember MemberOf(const ir::TemplatePlace& place, bool has_key, uint32_t first_node,
                          size_t literal_offset);

  ProgramBuilder* builder_;
  // Of the template at hand: its bytes without holes, up to where they are in parts, and what every
  // node covers.
  std::string text_;
  size_t literal_end_ = 0;
  std::vector<Span> spans_;
  std::vector<std::vector<size_t>> literal_offsets_;  // a node, a place
  uint32_t first_node_ = 0;
};

}  // namespace aslx::compiler
