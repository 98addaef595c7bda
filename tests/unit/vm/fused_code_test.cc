// Fused instructions: which sequences they take the place of, and that whoever runs them ends as
// one who runs the file's instructions does. A listener is what keeps state changes apart; slots
// without a value and documents that nest too deep are what keeps the others apart.
#include "runtime/program/fused_code.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "runtime/base/limits.h"
#include "runtime/vm/event_sink.h"
#include "tests/unit/vm/scripted_machine.h"

namespace aslx {
namespace {

size_t CountOf(const Program& program, Opcode op) {
  const std::vector<Instruction>& code = program.fused().code;
  return static_cast<size_t>(
      std::count_if(code.begin(), code.end(), [op](const Instruction& at) { return at.op == op; }));
}

class Listener final : public EventSink {
 public:
  void OnEvent(const Event& event) override { last_id = event.id; }
  uint64_t last_id = 0;
};

/// How an execution ended, and the number of its last event.
std::string Ending(const std::string& definition, const std::string& input, EventSink* sink) {
  ScriptedMachine machine(definition);
  machine.execution->sink = sink;
  machine.Start(input);
  machine.GoToEnd();
  return machine.Ending() + " after " + std::to_string(machine.execution->last_event_id);
}

const char kHot[] = R"({"StartAt":"Hot?","States":{
  "Hot?":{"Type":"Choice","Choices":[
    {"Variable":"$.t","NumericGreaterThan":70,"Next":"Alarm"},
    {"Variable":"$.t","StringEquals":"cold","Next":"Fine"}],"Default":"Fine"},
  "Alarm":{"Type":"Pass","Parameters":{"a.$":"$.id","b":1,"c.$":"$.at.site","d.$":"$$.State.Name"},
    "Next":"Seen"},
  "Seen":{"Type":"Pass","Result":{"seen":true},"ResultPath":"$.s","Next":"Fine"},
  "Fine":{"Type":"Succeed"}}})";

TEST(FusedCode, TakesThePlaceOfUsualSequences) {
  const ScriptedMachine machine(kHot);
  EXPECT_GE(CountOf(*machine.program, Opcode::kTestSlot), 1u);
  EXPECT_EQ(CountOf(*machine.program, Opcode::kRenderSlots), 1u);
  EXPECT_EQ(machine.program->fused().slot_renderings[0].slot_count, 2u) << "the third is of $$";
  EXPECT_GE(CountOf(*machine.program, Opcode::kNextState), 3u);
  EXPECT_EQ(machine.program->fused().code.size(), machine.program->code().size());
}

TEST(FusedCode, LeavesStatesApartThatHaveSomethingToPutInOrder) {
  const char kAssigns[] = R"({"StartAt":"A","States":{
    "A":{"Type":"Pass","Assign":{"x":1},"Next":"B"},
    "B":{"Type":"Pass","Parameters":{"x.$":"$x"},"End":true}}})";
  EXPECT_EQ(CountOf(*ScriptedMachine(kAssigns).program, Opcode::kNextState), 0u);
  const char kCatches[] = R"({"StartAt":"A","States":{
    "A":{"Type":"Parallel","Branches":[{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}],
      "Catch":[{"ErrorEquals":["States.ALL"],"Next":"B"}],"Next":"B"},
    "B":{"Type":"Pass","End":true}}})";
  EXPECT_EQ(CountOf(*ScriptedMachine(kCatches).program, Opcode::kNextState), 0u);
}

TEST(FusedCode, EndsAsTheFilesInstructionsDo) {
  const std::string large(limits::kPayloadBytesMax - 40, 'x');
  const char kLoop[] = R"json({"StartAt":"A","States":{
    "A":{"Type":"Pass","Parameters":{"n.$":"States.MathAdd($.n,-1)"},"Next":"B"},
    "B":{"Type":"Choice","Choices":[{"Variable":"$.n","NumericGreaterThan":0,"Next":"A"}],
      "Default":"C"},
    "C":{"Type":"Pass","End":true}}})json";
  const char kBranches[] = R"({"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$.items",
    "ItemProcessor":{
      "StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Pass","End":true}}},
    "Next":"P"},
    "P":{"Type":"Parallel","Branches":[
      {"StartAt":"C","States":{"C":{"Type":"Pass","Next":"D"},
        "D":{"Type":"Wait","Seconds":1,"Next":"E"},"E":{"Type":"Pass","End":true}}},
      {"StartAt":"F","States":{"F":{"Type":"Pass","Next":"G"},"G":{"Type":"Succeed"}}}],
    "End":true}}})";
  const struct {
    const char* definition;
    std::string input;
  } cases[] = {
      {kHot, R"({"t":71.5,"id":"i","at":{"site":[1,{"x":2}]}})"},
      {kHot, R"({"t":70,"id":"i","at":{"site":1}})"},
      {kHot, R"({"t":"cold"})"},
      {kHot, R"({"t":null})"},
      {kHot, R"({})"},
      {kHot, R"([])"},
      {kHot, R"({"t":99,"id":"i"})"},
      {kHot, R"({"t":99,"id":"i","at":{"site":1},"at":{"sito":1}})"},
      {kHot, R"({"t":99,"id":"i","at":{"site":)" + NestedArrays(limits::kJsonDepthMax - 2) + "}}"},
      {kHot, R"({"t":99,"id":)" + NestedArrays(limits::kJsonDepthMax - 1) + R"(,"at":{"site":1}})"},
      {kHot, R"({"t":99,"id":")" + large + R"(","at":{"site":1}})"},
      {kLoop, R"({"n":3})"},
      {kLoop, R"({"n":20000})"},
      {kBranches, R"({"items":[1,2,3]})"},
      {kBranches, R"({"items":[]})"},
  };
  for (const auto& c : cases) {
    Listener listener;
    const std::string heard = Ending(c.definition, c.input, &listener);
    EXPECT_EQ(Ending(c.definition, c.input, nullptr), heard) << c.input.substr(0, 80);
    EXPECT_GT(listener.last_id, 0u);
  }
}

}  // namespace
}  // namespace aslx
