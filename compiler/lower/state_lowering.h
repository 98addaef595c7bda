// The code of one state: its fields in the order in which the service evaluates them.
//
// Conventions that the interpreter relies on: R0 is the state's raw input from enter_state to the
// end where a retry or a catcher may need it again; `assign` stands right before exit_state; the
// output is in R0 when the next state begins. The .cc files: data_flow.cc (paths, templates, exit),
// simple_states.cc, choice_state.cc, task_state.cc, branch_states.cc (Parallel, Map), handlers.cc.
// Who uses it: lower.cc. Thread: one. Memory: appends to the Module.
#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "compiler/lower/code_builder.h"

namespace aslx::compiler {

class StateLowering {
 public:
  StateLowering(ir::Module* module, MachinePlan* plan, uint32_t state_index,
                Diagnostics* diagnostics);

  void Lower();

 private:
  // --- data_flow.cc
  // -------------------------------------------------------------------------------
  /// The document after InputPath.
  Subject EffectiveInput();
  /// Evaluates a template on `subject`, or gives `subject` itself where there is none.
  Subject Selected(const std::optional<ast::Template>& selector, std::string_view field,
                   Subject subject);
  /// The object of an Assign, kNoRegister where there is nothing to assign.
  ir::Register AssignedOf(const std::vector<ast::Assignment>& assignments, Subject subject);
  /// `result` set into the raw input by ResultPath.
  Subject Grafted(const ast::PathSetting& result_path, Subject result);
  Subject Output(Subject document);
  /// What stands behind the work of a state: Assign, ResultSelector, ResultPath, OutputPath, exit.
  void Finish(Subject result, const std::optional<ast::Template>& selector,
              const ast::PathSetting& result_path);
  /// Sets the variables and leaves the state with `output`.
  void Exit(ir::Register assigned, const std::vector<ast::Assignment>& assignments,
            ir::Register output);
  /// Exit, then Next or End.
  void Leave(ir::Register output, std::string_view next);
  /// Where an instruction may put the state's result: R0 when nobody needs the raw input again.
  ir::Register ResultRegister(const ast::ResultHandling& handling);
  bool InputMayBeNeeded() const { return retries_ || catches_; }
  ir::Register ReadStatePath(const ast::Path& path, Subject input);

  // --- simple_states.cc
  // ---------------------------------------------------------------------------
  void LowerState(const ast::PassState& pass);
  void LowerState(const ast::WaitState& wait);
  void LowerState(const ast::SucceedState& succeed);
  void LowerState(const ast::FailState& fail);
  ir::Register FailText(const std::optional<ast::TextSetting>& setting,
                        std::string_view path_field);

  // --- choice_state.cc
  // ----------------------------------------------------------------------------
  void LowerState(const ast::ChoiceState& choice);
  /// Continues at `holds` or `fails`; one of the two is the next instruction.
  void Test(const ast::ChoiceTest& test, ir::Label holds, ir::Label fails, bool falls_into_holds);
  void TestAll(const std::vector<ast::ChoiceTest>& operands, bool all, ir::Label holds,
               ir::Label fails, bool falls_into_holds);
  void Compare(const ast::Comparison& comparison, ir::Label holds, ir::Label fails,
               bool falls_into_holds);
  void ExitChoice(const std::vector<ast::Assignment>& assignments, std::string_view next);

  // --- task_state.cc
  // ------------------------------------------------------------------------------
  void LowerState(const ast::TaskState& task);
  struct TimeSetting {
    uint32_t seconds = kNoIndex;
    ir::Register reg = kNoRegister;
    std::string_view path;
  };
  TimeSetting Time(const std::optional<ast::IntegerSetting>& setting, Subject input);

  // --- branch_states.cc
  // ---------------------------------------------------------------------------
  void LowerState(const ast::ParallelState& parallel);
  void LowerState(const ast::MapState& map);
  void SetConcurrency(const ast::MapState& map, Subject input, ir::Map* record);
  void SetTolerance(const ast::MapState& map, Subject input, ir::Map* record);

  // --- handlers.cc
  // --------------------------------------------------------------------------------
  void DeclareHandlers(const ast::ResultHandling& handling);
  void LowerHandlers();

  ir::State& out() { return module_->states[state_index_]; }

  ir::Module* module_;
  MachinePlan* plan_;
  uint32_t state_index_;
  const ast::State& state_;
  uint32_t region_;
  bool input_is_event_;
  bool retries_ = false;
  bool catches_ = false;
  CodeBuilder code_;
  Subject choice_input_;
};

}  // namespace aslx::compiler
