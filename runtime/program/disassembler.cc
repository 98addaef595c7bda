#include "runtime/program/disassembler.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include <fmt/format.h>

#include "runtime/program/format_version.h"
#include "runtime/program/operand_text.h"

namespace aslx {
namespace {

std::string_view TypeText(StateType type) {
  constexpr std::string_view kNames[] = {"Pass",    "Task", "Choice",   "Wait",
                                         "Succeed", "Fail", "Parallel", "Map"};
  return kNames[static_cast<size_t>(type)];
}

class Disassembly {
 public:
  explicit Disassembly(const Program& program) : program_(program), operands_(program) {}

  std::string Write() {
    WriteMachine();
    for (size_t i = 0; i < program_.regions().size(); ++i)
      WriteRegion(i);
    WriteSwitches();
    WriteReadSet();
    WriteSections();
    return std::move(out_);
  }

 private:
  template <typename... Arguments>
  void Line(fmt::format_string<Arguments...> text, Arguments&&... arguments) {
    fmt::format_to(std::back_inserter(out_), text, std::forward<Arguments>(arguments)...);
    // No operand, no blank behind the mnemonic.
    while (!out_.empty() && out_.back() == ' ')
      out_.pop_back();
    out_ += '\n';
  }

  void WriteMachine() {
    const MachineRecord& machine = program_.machine();
    Line("program, format {}, source {:016x}", kFormatVersion, program_.source_hash());
    std::string line = machine.type == MachineType::kExpress ? "EXPRESS" : "STANDARD";
    if (machine.timeout_seconds != kNoIndex)
      line += fmt::format(", timeout {} s", machine.timeout_seconds);
    if (machine.comment.size > 0)
      line += ", " + OperandText::Quoted(program_.TextOf(machine.comment));
    Line("{}", line);
  }

  void WriteRegion(size_t index) {
    const RegionRecord& region = program_.regions()[index];
    std::string line = fmt::format("region {}: ", index);
    switch (region.kind) {
      case RegionKind::kRoot: line += "root"; break;
      case RegionKind::kParallelBranch: line += "branch of "; break;
      case RegionKind::kMapIteration: line += "iteration of "; break;
    }
    if (region.state != kNoIndex) line += StateName(region.state);
    line += fmt::format(", {} registers", region.register_count);
    for (uint32_t i = 0; i < region.variable_count; ++i)
      line += fmt::format("{} ${}", i == 0 ? ", variables" : "",
                          program_.TextOf(program_.variables()[region.first_variable + i].name));
    Line("");
    Line("{}", line);
    // A prologue, which only iterations have, stands outside of all states.
    std::vector<uint32_t> states;
    for (uint32_t i = 0; i < program_.states().size(); ++i)
      if (program_.states()[i].region == index) states.push_back(i);
    std::sort(states.begin(), states.end(), [this](uint32_t left, uint32_t right) {
      return program_.states()[left].pc_begin < program_.states()[right].pc_begin;
    });
    WriteInstructions(region.entry_pc, EndOfPrologue(region.entry_pc));
    for (uint32_t state : states)
      WriteState(state);
  }

  uint32_t EndOfPrologue(uint32_t pc) const {
    auto end = static_cast<uint32_t>(program_.code().size());
    for (const StateRecord& state : program_.states()) {
      if (state.pc_begin <= pc && pc < state.pc_end) return pc;
      if (state.pc_begin > pc) end = std::min(end, state.pc_begin);
    }
    for (const RegionRecord& region : program_.regions())
      if (region.entry_pc > pc) end = std::min(end, region.entry_pc);
    return end;
  }

  std::string StateName(uint32_t state) const {
    return OperandText::Quoted(program_.TextOf(program_.states()[state].name));
  }

  void WriteState(uint32_t index) {
    const StateRecord& state = program_.states()[index];
    std::string line = fmt::format("state {} {} {}", index, StateName(index), TypeText(state.type));
    line_ = LineAt(state.pc_begin);
    if (line_ != nullptr)
      line +=
          fmt::format("  ; {}:{} {}", line_->line, line_->column, program_.TextOf(line_->pointer));
    Line("");
    Line("{}", line);
    WriteInstructions(state.pc_begin, state.pc_end);
    for (uint32_t i = state.first_retrier; i < state.first_retrier + state.retrier_count; ++i)
      WriteRetrier(program_.retriers()[i], state.retry_pc);
    for (uint32_t i = state.first_catcher; i < state.first_catcher + state.catcher_count; ++i) {
      const CatcherRecord& catcher = program_.catchers()[i];
      Line("  catch {} in r{} -> {}", ErrorsText(catcher.first_error, catcher.error_count),
           catcher.error_register, catcher.handler_pc);
    }
  }

  /// Where the code at `pc` comes from; null when the program does not say.
  const LineRecord* LineAt(uint32_t pc) const {
    std::span<const LineRecord> lines = program_.lines();
    auto behind =
        std::upper_bound(lines.begin(), lines.end(), pc,
                         [](uint32_t wanted, const LineRecord& line) { return wanted < line.pc; });
    return behind == lines.begin() ? nullptr : &*(behind - 1);
  }

  void WriteInstructions(uint32_t begin, uint32_t end) {
    for (uint32_t pc = begin; pc < end; ++pc) {
      const Instruction& at = program_.code()[pc];
      std::string operands = operands_.Of(at);
      const LineRecord* line = LineAt(pc);
      bool is_new = line != nullptr && line != line_ && line->pc == pc;
      if (is_new)
        operands += fmt::format("{}; {}:{} {}", operands.empty() ? "" : "  ", line->line,
                                line->column, program_.TextOf(line->pointer));
      line_ = line;
      Line("{:5}  {:<13} {}", pc, FactsOf(at.op).mnemonic, operands);
    }
  }

  std::string ErrorsText(uint32_t first, uint32_t count) const {
    std::string out = "[";
    for (TextRef name : program_.error_names().subspan(first, count))
      out += fmt::format("{}{}", out.size() == 1 ? "" : ", ", program_.TextOf(name));
    return out + "]";
  }

  void WriteRetrier(const RetrierRecord& retrier, uint32_t pc) {
    std::string line = fmt::format(
        "  retry {} {} times after {} s x {}", ErrorsText(retrier.first_error, retrier.error_count),
        retrier.max_attempts, retrier.interval_seconds, retrier.backoff_rate);
    if (retrier.max_delay_seconds != kNoIndex)
      line += fmt::format(", at most {} s", retrier.max_delay_seconds);
    if (retrier.jitter == Jitter::kFull) line += ", full jitter";
    Line("{} -> {}", line, pc);
  }

  void WriteSwitches() {
    for (size_t i = 0; i < program_.switches().size(); ++i) {
      const SwitchRecord& table = program_.switches()[i];
      Line("");
      Line("switch {} of {} places", i, table.case_count);
      for (uint32_t place = 0; place < table.case_count; ++place) {
        const SwitchCase& entry = program_.switch_cases()[table.first_case + place];
        if (entry.pc == kNoIndex) continue;
        Line("{:5}  {} -> {}", place, OperandText::Quoted(program_.TextOf(entry.text)),
             operands_.Target(entry.pc));
      }
    }
  }

  void WriteReadSet() {
    std::span<const ReadSetNode> nodes = program_.read_set_nodes();
    if (nodes.empty()) return;
    Line("");
    Line("read set of {} slots", program_.machine().slot_count);
    struct Place {
      uint32_t node;
      uint32_t depth;
    };
    std::vector<Place> waiting;
    if (nodes[0].first_child != kNoNode) waiting.push_back({nodes[0].first_child, 1});
    while (!waiting.empty()) {
      Place at = waiting.back();
      waiting.pop_back();
      const ReadSetNode& node = nodes[at.node];
      std::string slot = node.slot == kNoSlot ? "" : fmt::format(" [{}]", node.slot);
      Line("{:{}}{}{}", "", at.depth * 2,
           OperandText::Quoted(program_.TextOf({node.key_offset, node.key_size})), slot);
      if (node.next_sibling != kNoNode) waiting.push_back({node.next_sibling, at.depth});
      if (node.first_child != kNoNode) waiting.push_back({node.first_child, at.depth + 1});
    }
  }

  void WriteSections() {
    Line("");
    Line("{:<18} {:>8} {:>10}", "section", "records", "bytes");
#define SECTION(kind, type, accessor)                                  \
  if (!program_.accessor().empty())                                    \
    Line("{:<18} {:>8} {:>10}", #accessor, program_.accessor().size(), \
         program_.accessor().size() * sizeof(type));
    ASLX_SECTIONS(SECTION)
#undef SECTION
    Line("{:<18} {:>8} {:>10}", "file", 1, program_.bytes().size());
  }

  const Program& program_;
  OperandText operands_;
  const LineRecord* line_ = nullptr;
  std::string out_;
};

}  // namespace

std::string Disassemble(const Program& program) {
  return Disassembly(program).Write();
}

}  // namespace aslx
