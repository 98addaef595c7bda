// Regions, states and instructions as records, with labels turned into program counters. Tables are
// written as instructions refer to them, each entry once.
//
// Thread: one. Memory: appends to the builder.
#pragma once

#include <string_view>
#include <vector>

#include "compiler/emit/path_emitter.h"
#include "compiler/emit/read_set_emitter.h"
#include "compiler/emit/template_emitter.h"
#include "compiler/ir/module.h"
#include "compiler/ir/text_identity.h"

namespace aslx::compiler {

class CodeEmitter {
 public:
  CodeEmitter(const ir::Module& module, ProgramBuilder* builder);

  void Emit();

 private:
  /// Where the entries of a table of the Module went.
  using Places = std::vector<uint32_t>;
  template <typename Make>
  uint32_t Once(Places* places, uint32_t index, Make make);

  void Number();
  void Place(const ir::Code& code);
  void EmitRegion(const ir::Region& region);
  void EmitState(uint32_t index);
  void EmitHandlers(const ir::State& state, StateRecord* record);
  uint32_t EmitErrors(const std::vector<std::string>& names);
  void EmitCode(const ir::Code& code);
  void EmitLine(const JsonNode* source);
  uint32_t OperandOf(OperandKind kind, uint32_t value);

  uint32_t EmitPathUse(uint32_t index);
  TextRef TextOfCall(std::string_view expression);
  uint32_t EmitCall(uint32_t index);
  uint32_t EmitGraft(uint32_t index);
  uint32_t EmitAssign(uint32_t index);
  uint32_t EmitSwitch(uint32_t index);
  uint32_t EmitWait(uint32_t index);
  uint32_t EmitTask(uint32_t index);
  uint32_t EmitParallel(uint32_t index);
  uint32_t EmitMap(uint32_t index);

  const ir::Module& module_;
  ProgramBuilder* builder_;
  ReadSetEmitter read_set_;
  PathEmitter paths_;
  TemplateEmitter templates_;
  uint32_t pc_ = 0;
  std::vector<uint32_t> label_pcs_;
  Places region_places_;
  Places state_places_;
  Places path_places_;
  Places use_places_;
  Places template_places_;
  ir::TextIdentityMap<TextRef> call_texts_;
  const JsonNode* line_source_ = nullptr;
};

}  // namespace aslx::compiler
