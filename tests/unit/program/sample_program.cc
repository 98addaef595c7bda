#include "tests/unit/program/sample_program.h"

#include <cstring>

#include <xxhash.h>

namespace aslx {
namespace {

/// Writes code in order; states and regions as they come.
class SampleWriter {
 public:
  SampleWriter() { b.machines.push_back(MachineRecord{}); }

  uint32_t pc() const { return static_cast<uint32_t>(b.code.size()); }
  uint32_t Emit(Opcode op, uint32_t a = 0, uint32_t b16 = 0, uint32_t c = 0) {
    b.code.push_back({op, static_cast<uint8_t>(a), static_cast<uint16_t>(b16), c});
    return pc() - 1;
  }

  uint32_t AddRegion(RegionKind kind, uint32_t parent, uint32_t state, uint16_t variable_count) {
    RegionRecord region{};
    region.kind = kind;
    region.parent_region = parent;
    region.state = state;
    region.register_count = 8;
    region.first_variable = static_cast<uint32_t>(b.variables.size());
    region.variable_count = variable_count;
    for (uint16_t i = 0; i < variable_count; ++i)
      b.variables.push_back({b.Text("v" + std::to_string(i)), i});
    b.regions.push_back(region);
    return static_cast<uint32_t>(b.regions.size() - 1);
  }

  uint32_t BeginState(std::string_view name, StateType type, uint32_t region) {
    StateRecord state{};
    state.name = b.Text(name);
    state.type = type;
    state.region = region;
    state.pc_begin = pc();
    state.retry_pc = pc();
    b.states.push_back(state);
    auto index = static_cast<uint32_t>(b.states.size() - 1);
    b.lines.push_back({pc(), index + 1, 5, b.Text("/States/" + std::string(name))});
    Emit(Opcode::kEnterState, 0, 0, index);
    return index;
  }
  void EndState(uint32_t state) { b.states[state].pc_end = pc(); }

  uint32_t KeyPath(const std::vector<std::string_view>& keys, uint16_t slot = kNoSlot,
                   PathRoot root = PathRoot::kRegister) {
    PathRecord path{};
    std::string text = root == PathRoot::kCurrent ? "@" : "$";
    path.first_step = static_cast<uint32_t>(b.path_steps.size());
    path.step_count = static_cast<uint32_t>(keys.size());
    for (std::string_view key : keys) {
      text += "." + std::string(key);
      TextRef ref = b.Text(key);
      b.path_steps.push_back({PathStepKind::kKey, 0, 0, ref.offset, ref.size, 0});
    }
    path.text = b.Text(text);
    path.slot = slot;
    path.definite = 1;
    path.root = root;
    b.paths.push_back(path);
    return static_cast<uint32_t>(b.paths.size() - 1);
  }

  uint32_t Use(uint32_t path, uint8_t reg, MissMode miss) {
    PathUse use{};
    use.path = path;
    use.reg = reg;
    use.miss = miss;
    use.field = b.Text("field.$");
    b.path_uses.push_back(use);
    return static_cast<uint32_t>(b.path_uses.size() - 1);
  }

  /// {"KEY0":hole0,…,"list":[hole,true],"fixed":"x"} or [hole0,…].
  uint32_t ObjectTemplate(uint32_t hole_count) {
    auto root = static_cast<uint32_t>(b.template_nodes.size());
    TemplateNode node{};
    node.is_object = 1;
    node.literal_height = 2;
    node.hole_depth_max = 2;
    node.first_member = static_cast<uint32_t>(b.template_members.size());
    node.first_part = static_cast<uint32_t>(b.template_parts.size());
    node.member_count = hole_count + 1;
    for (uint32_t i = 0; i + 1 < hole_count; ++i) {
      std::string key = "k" + std::to_string(i);
      AddMember(TemplateMemberKind::kHole, key, i);
      AddPart((i == 0 ? "{\"" : ",\"") + key + "\":", i, &node);
    }
    AddMember(TemplateMemberKind::kNode, "list", root + 1);
    AddPart(std::string(hole_count > 1 ? "," : "{") + "\"list\":", kNoHole, &node);
    TemplateNode list{};
    list.first_part = static_cast<uint32_t>(b.template_parts.size());
    AddPart("[", hole_count - 1, &list);
    AddPart(",true]", kNoHole, &list);
    node.part_count += list.part_count;
    node.literal_bytes += list.literal_bytes;
    TextRef fixed = b.AppendText("\"x\"");
    TemplateMember literal{};
    literal.kind = TemplateMemberKind::kLiteral;
    literal.literal_type = static_cast<uint8_t>(Type::kString);
    literal.literal_flags = value_flags::kRaw;
    literal.key_offset = b.Text("fixed").offset;
    literal.key_size = 5;
    literal.index = fixed.offset + 1;
    literal.size = 1;
    b.template_members.push_back(literal);
    AddPart(",\"fixed\":\"x\"}", kNoHole, &node);
    b.template_nodes.push_back(node);

    list.literal_height = 1;
    list.hole_depth_max = 1;
    list.first_member = static_cast<uint32_t>(b.template_members.size());
    list.member_count = 2;
    AddMember(TemplateMemberKind::kHole, "", hole_count - 1);
    TemplateMember truth{};
    truth.kind = TemplateMemberKind::kLiteral;
    truth.literal_type = static_cast<uint8_t>(Type::kBool);
    truth.index = 1;
    b.template_members.push_back(truth);
    b.template_nodes.push_back(list);
    b.templates.push_back({root, hole_count});
    return static_cast<uint32_t>(b.templates.size() - 1);
  }

  uint32_t ArrayTemplate(uint32_t hole_count) {
    TemplateNode node{};
    node.literal_height = 1;
    node.hole_depth_max = hole_count > 0 ? 1 : 0;
    node.first_member = static_cast<uint32_t>(b.template_members.size());
    node.member_count = hole_count;
    node.first_part = static_cast<uint32_t>(b.template_parts.size());
    for (uint32_t i = 0; i < hole_count; ++i) {
      AddMember(TemplateMemberKind::kHole, "", i);
      AddPart(i == 0 ? "[" : ",", i, &node);
    }
    AddPart(hole_count == 0 ? "[]" : "]", kNoHole, &node);
    b.template_nodes.push_back(node);
    b.templates.push_back({static_cast<uint32_t>(b.template_nodes.size() - 1), hole_count});
    return static_cast<uint32_t>(b.templates.size() - 1);
  }

  ProgramBuilder b;

 private:
  void AddMember(TemplateMemberKind kind, std::string_view key, uint32_t index) {
    TemplateMember member{};
    member.kind = kind;
    TextRef ref = b.Text(key);
    member.key_offset = ref.offset;
    member.key_size = ref.size;
    member.index = index;
    b.template_members.push_back(member);
  }
  void AddPart(std::string_view literal, uint32_t hole, TemplateNode* node) {
    TextRef ref = b.AppendText(literal);
    b.template_parts.push_back({ref.offset, ref.size, hole});
    node->literal_bytes += ref.size;
    ++node->part_count;
  }
};

/// Jumps that wait for their targets, by target.
struct Jumps {
  std::vector<uint32_t> call, each, both, later, broken, stop;
};

void PlaceAll(SampleWriter& w, const std::vector<uint32_t>& jumps) {
  for (uint32_t jump : jumps)
    w.b.code[jump].c = w.pc();
}

/// The trie of $.order.kind.
void AddReadSet(SampleWriter& w) {
  w.b.machines[0].slot_count = 1;
  TextRef order = w.b.Text("order");
  TextRef leaf = w.b.Text("kind");
  w.b.read_set_nodes.push_back({0, 0, 1, kNoNode, kNoSlot, 0});
  w.b.read_set_nodes.push_back({order.offset, order.size, 2, kNoNode, kNoSlot, 0});
  w.b.read_set_nodes.push_back({leaf.offset, leaf.size, kNoNode, kNoNode, 0, 0});
}

/// $.items[?(@.amount > 100 && @.kind)]
uint32_t AddFilteredPath(SampleWriter& w) {
  uint32_t current_amount = w.KeyPath({"amount"}, kNoSlot, PathRoot::kCurrent);
  uint32_t current_kind = w.KeyPath({"kind"}, kNoSlot, PathRoot::kCurrent);
  w.b.filters.push_back({FilterKind::kCompare, FilterComparison::kGreater, FilterOperand::kPath,
                         FilterOperand::kConstant, current_amount, w.b.Constant("100")});
  w.b.filters.push_back({FilterKind::kExists, FilterComparison::kEqual, FilterOperand::kPath,
                         FilterOperand::kPath, current_kind, 0});
  w.b.filters.push_back({FilterKind::kAnd, FilterComparison::kEqual, FilterOperand::kPath,
                         FilterOperand::kPath, 0, 1});
  uint32_t items = w.KeyPath({"items"});
  w.b.path_steps.push_back({PathStepKind::kFilter, 0, 0, 2, 0, 0});
  w.b.paths[items].step_count = 2;
  w.b.paths[items].definite = 0;
  w.b.paths[items].text = w.b.Text("$.items[?(@.amount > 100 && @.kind)]");
  return items;
}

void AddChoice(SampleWriter& w, uint32_t kind_path, uint32_t amount_path, Jumps* to) {
  uint32_t state = w.BeginState("Choose", StateType::kChoice, 0);
  w.Emit(Opcode::kGetPath, 1, 0, w.Use(kind_path, 0, MissMode::kUndefined));
  SwitchRecord table{};
  table.first_case = static_cast<uint32_t>(w.b.switch_cases.size());
  table.case_count = 4;
  w.b.switch_cases.resize(4, SwitchCase{{}, 0, kNoIndex});
  w.b.switches.push_back(table);
  w.Emit(Opcode::kSwitchString, 1, 0, 0);
  w.Emit(Opcode::kGetPath, 2, 0, w.Use(amount_path, 0, MissMode::kChoice));
  w.Emit(Opcode::kTestNumericGreaterThan, 2, 0, w.b.Constant("100"));
  to->call.push_back(w.Emit(Opcode::kJump));
  w.Emit(Opcode::kTestIsPresent, 1);
  to->broken.push_back(w.Emit(Opcode::kJump));
  w.Emit(Opcode::kNoChoice);
  for (std::string_view text : {"order", "refund"}) {
    uint32_t leave = w.Emit(Opcode::kExitState, 0);
    uint32_t hash = SwitchHash(text.data(), static_cast<uint32_t>(text.size()));
    uint32_t at = hash & 3;
    while (w.b.switch_cases[at].pc != kNoIndex)
      at = (at + 1) & 3;
    w.b.switch_cases[at] = {w.b.Text(text), hash, leave};
    to->call.push_back(w.Emit(Opcode::kJump));
  }
  w.EndState(state);
}

void AddTask(SampleWriter& w, Jumps* to) {
  PlaceAll(w, to->call);
  uint32_t state = w.BeginState("Call", StateType::kTask, 0);
  TextRef all = w.b.Text("States.ALL");
  w.b.error_names.push_back(all);
  RetrierRecord retrier{};
  retrier.error_count = 1;
  retrier.interval_seconds = 1;
  retrier.max_attempts = 2;
  retrier.backoff_rate = 2.0;
  retrier.max_delay_seconds = kNoIndex;
  w.b.retriers.push_back(retrier);
  w.b.states[state].retrier_count = 1;
  w.b.states[state].catcher_count = 1;
  w.b.states[state].retry_pc = w.pc();
  uint32_t form = w.ObjectTemplate(3);
  w.Emit(Opcode::kNewTemplate, 1, 0, form);
  w.Emit(Opcode::kFillPath, 1, 0, 0);
  w.b.code.back().c = w.Use(0, 0, MissMode::kField);
  w.Emit(Opcode::kNewTemplate, 2, 0, w.ArrayTemplate(2));
  w.Emit(Opcode::kLoad, 3, 0, w.b.Constant("\"{} \\u00e9\""));
  w.Emit(Opcode::kFill, 2, 0, 3);
  w.Emit(Opcode::kFill, 2, 1, 0);
  w.b.calls.push_back({FunctionId::kFormat, 0, 2, w.b.Text("States.Format('{} é', $)")});
  w.Emit(Opcode::kCall, 3, 2, 0);
  w.Emit(Opcode::kFill, 1, 1, 3);
  w.Emit(Opcode::kLoad, 3, 0, w.b.Constant("{\"deep\":[[1]]}"));
  w.Emit(Opcode::kFill, 1, 2, 3);
  TaskRecord task{};
  task.kind = TaskKind::kService;
  task.timeout_register = kNoRegister;
  task.heartbeat_register = kNoRegister;
  task.credentials_register = kNoRegister;
  task.timeout_seconds = 30;
  task.heartbeat_seconds = kNoIndex;
  task.arn = w.b.Text("arn:aws:states:::lambda:invoke");
  task.resource_type = w.b.Text("lambda");
  task.resource = w.b.Text("invoke");
  w.b.tasks.push_back(task);
  w.Emit(Opcode::kTask, 4, 1, 0);
  TextRef key = w.b.Text("answer");
  w.b.graft_steps.push_back({key, 0, 0});
  w.b.grafts.push_back({0, 1, w.b.Text("$.answer")});
  w.Emit(Opcode::kGraft, 0, 4 << 8, 0);
  w.Emit(Opcode::kLoad, 5, 0, w.b.Constant("{\"v0\":null}"));
  w.b.assigns.push_back({0, 1});
  w.Emit(Opcode::kAssign, 5, 0, 0);
  w.Emit(Opcode::kExitState, 0);
  to->each.push_back(w.Emit(Opcode::kJump));
  CatcherRecord catcher{};
  catcher.error_count = 1;
  catcher.handler_pc = w.pc();
  catcher.error_register = 6;
  w.b.catchers.push_back(catcher);
  w.Emit(Opcode::kExitState, 6);
  w.Emit(Opcode::kMove, 0, 6);
  to->later.push_back(w.Emit(Opcode::kJump));
  w.EndState(state);
}

uint32_t AddMap(SampleWriter& w, uint32_t items_path, Jumps* to) {
  PlaceAll(w, to->each);
  uint32_t state = w.BeginState("Each", StateType::kMap, 0);
  MapRecord map{};
  map.region = 1;
  map.max_concurrency = 2;
  map.tolerated_count = kNoIndex;
  map.max_concurrency_register = kNoRegister;
  map.tolerated_count_register = kNoRegister;
  map.tolerated_percentage_register = kNoRegister;
  map.items_path = w.b.paths[items_path].text;
  w.b.maps.push_back(map);
  w.Emit(Opcode::kGetPath, 1, 0, w.Use(items_path, 0, MissMode::kStatePath));
  w.Emit(Opcode::kMap, 2, 1 | 0 << 8, 0);
  w.Emit(Opcode::kExitState, 2);
  w.Emit(Opcode::kMove, 0, 2);
  to->both.push_back(w.Emit(Opcode::kJump));
  w.EndState(state);
  return state;
}

uint32_t AddParallel(SampleWriter& w, Jumps* to) {
  PlaceAll(w, to->both);
  uint32_t state = w.BeginState("Both", StateType::kParallel, 0);
  w.b.parallels.push_back({2, 2});
  w.Emit(Opcode::kParallel, 1, 0, 0);
  w.Emit(Opcode::kExitState, 1);
  w.Emit(Opcode::kMove, 0, 1);
  to->stop.push_back(w.Emit(Opcode::kJump));
  w.EndState(state);
  return state;
}

void AddWait(SampleWriter& w, Jumps* to) {
  PlaceAll(w, to->later);
  uint32_t state = w.BeginState("Later", StateType::kWait, 0);
  w.b.waits.push_back({WaitKind::kSeconds, {}, {}});
  w.Emit(Opcode::kLoad, 1, 0, w.b.Constant("5"));
  w.Emit(Opcode::kWait, 1, 0, 0);
  w.Emit(Opcode::kExitState, 0);
  to->stop.push_back(w.Emit(Opcode::kJump));
  w.EndState(state);
}

void AddFail(SampleWriter& w, Jumps* to) {
  PlaceAll(w, to->broken);
  uint32_t state = w.BeginState("Broken", StateType::kFail, 0);
  w.Emit(Opcode::kLoad, 1, 0, w.b.Constant("\"Broken\""));
  w.Emit(Opcode::kLoadUndefined, 2);
  w.Emit(Opcode::kFailState, 1, 2);
  w.EndState(state);
}

void AddPass(SampleWriter& w, std::string_view name, uint32_t region) {
  uint32_t state = w.BeginState(name, StateType::kPass, region);
  w.Emit(Opcode::kExitState, 0);
  w.Emit(Opcode::kEnd, 0);
  w.EndState(state);
}

/// An ItemSelector that reads a variable of the outer frame and the Map's input; then one Pass.
void AddIteration(SampleWriter& w, uint32_t map_state) {
  uint32_t region = w.AddRegion(RegionKind::kMapIteration, 0, map_state, 0);
  w.b.regions[region].entry_pc = w.pc();
  PathRecord variable{};
  variable.text = w.b.Text("$v0");
  variable.slot = kNoSlot;
  variable.definite = 1;
  variable.root = PathRoot::kVariable;
  w.b.paths.push_back(variable);
  w.Emit(Opcode::kNewTemplate, 2, 0, w.ArrayTemplate(2));
  uint32_t use = w.Use(static_cast<uint32_t>(w.b.paths.size() - 1), 0, MissMode::kField);
  w.b.path_uses[use].variable_depth = 1;
  w.Emit(Opcode::kFillPath, 2, 0, use);
  w.Emit(Opcode::kFill, 2, 1, kRegisterOuter);
  w.Emit(Opcode::kMove, 0, 2);
  w.Emit(Opcode::kBeginIteration);
  w.Emit(Opcode::kJump, 0, 0, w.pc() + 1);
  AddPass(w, "Item", region);
}

}  // namespace

ProgramBuilder SmallestProgram() {
  SampleWriter w;
  w.b.machines[0].timeout_seconds = kNoIndex;
  w.AddRegion(RegionKind::kRoot, kNoIndex, kNoIndex, 0);
  AddPass(w, "Done", 0);
  w.b.states[0].type = StateType::kSucceed;
  return std::move(w.b);
}

ProgramBuilder SampleProgram() {
  SampleWriter w;
  w.b.machines[0].timeout_seconds = 60;
  w.b.machines[0].comment = w.b.Text("a sample");
  w.AddRegion(RegionKind::kRoot, kNoIndex, kNoIndex, 1);
  uint32_t kind = w.KeyPath({"order", "kind"}, 0);
  uint32_t amount = w.KeyPath({"amount"});
  AddReadSet(w);
  uint32_t items = AddFilteredPath(w);
  w.b.regions[0].entry_pc = w.pc();
  Jumps to;
  AddChoice(w, kind, amount, &to);
  AddTask(w, &to);
  uint32_t each = AddMap(w, items, &to);
  uint32_t both = AddParallel(w, &to);
  AddWait(w, &to);
  AddFail(w, &to);
  PlaceAll(w, to.stop);
  AddPass(w, "Stop", 0);
  w.b.states.back().type = StateType::kSucceed;
  AddIteration(w, each);
  for (std::string_view name : {"Left", "Right"}) {
    uint32_t branch = w.AddRegion(RegionKind::kParallelBranch, 0, both, 0);
    w.b.regions[branch].entry_pc = w.pc();
    AddPass(w, name, branch);
  }
  return std::move(w.b);
}

void FixChecksum(std::vector<std::byte>* bytes) {
  if (bytes->size() < sizeof(FileHeader)) return;
  uint64_t checksum =
      XXH3_64bits(bytes->data() + sizeof(FileHeader), bytes->size() - sizeof(FileHeader));
  std::memcpy(bytes->data() + offsetof(FileHeader, checksum), &checksum, sizeof(checksum));
}

}  // namespace aslx
