// Shortcuts: where they lead, and that whoever follows one ends as one who goes through the states
// does. A listener is what keeps an execution from following.
#include "runtime/program/shortcut.h"

#include <gtest/gtest.h>

#include "runtime/base/limits.h"
#include "runtime/value/json_reader.h"
#include "runtime/value/json_writer.h"
#include "runtime/vm/event_sink.h"
#include "tests/unit/vm/scripted_machine.h"

namespace aslx {
namespace {

class Listener final : public EventSink {
 public:
  void OnEvent(const Event& event) override { last_id = event.id; }
  uint64_t last_id = 0;
};

struct Ending {
  std::string text;
  std::string state;  // the last one
  uint64_t last_event_id = 0;
  uint32_t branches = 0;

  bool operator==(const Ending& other) const {
    return text == other.text && state == other.state && last_event_id == other.last_event_id;
  }
};
std::ostream& operator<<(std::ostream& out, const Ending& ending) {
  return out << ending.text.substr(0, 200) << " in " << ending.state << " after "
             << ending.last_event_id;
}

Ending Ended(const std::string& definition, const std::string& input, EventSink* sink) {
  ScriptedMachine machine(definition);
  machine.execution->sink = sink;
  machine.Start(input);
  machine.GoToEnd();
  const bool succeeded = machine.execution->status == ExecutionStatus::kSucceeded;
  return {machine.Ending(),
          std::string(succeeded ? machine.execution->final_state : machine.execution->failed_state),
          machine.execution->last_event_id, machine.execution->branch_slots};
}

// Documents of documents: a slot moves through three templates, a literal through two.
const char kReshapes[] = R"({"StartAt":"A","States":{
  "A":{"Type":"Pass","Parameters":{"id.$":"$.id","in":{"t.$":"$.t","unit":"C"},"gone.$":"$.gone"},
    "Next":"B"},
  "B":{"Type":"Choice","Choices":[
    {"Variable":"$.in.t","NumericGreaterThan":70,"Next":"C"},
    {"Variable":"$.id","StringEquals":"x","Next":"D"}],"Default":"E"},
  "C":{"Type":"Pass","Parameters":{"a.$":"$.id","b.$":"$.in.unit","again.$":"$.id"},"Next":"F"},
  "D":{"Type":"Pass","Result":{"d":[1,2]},"Next":"F"},
  "E":{"Type":"Pass","InputPath":"$.in","Next":"F"},
  "F":{"Type":"Succeed"}}})";

// A number on each side of constants, by each operator.
const char kOrders[] = R"({"StartAt":"A","States":{
  "A":{"Type":"Choice","Choices":[
    {"Variable":"$.t","NumericLessThan":-3,"Next":"Below"},
    {"Variable":"$.t","NumericLessThanEquals":0,"Next":"Zero"},
    {"Variable":"$.t","NumericEquals":7,"Next":"Seven"},
    {"Variable":"$.t","NumericLessThan":10,"Next":"Few"},
    {"Variable":"$.t","NumericGreaterThan":70.5,"Next":"Many"},
    {"Variable":"$.t","NumericGreaterThanEquals":70,"Next":"Seventy"},
    {"Variable":"$.t","NumericGreaterThan":69,"Next":"Nearly"}],"Default":"Else"},
  "Below":{"Type":"Succeed"},"Zero":{"Type":"Succeed"},"Seven":{"Type":"Succeed"},
  "Few":{"Type":"Succeed"},"Many":{"Type":"Succeed"},"Seventy":{"Type":"Succeed"},
  "Nearly":{"Type":"Succeed"},"Else":{"Type":"Succeed"}}})";

// Ends with parts of the event only, some in containers of the template.
const char kParts[] = R"({"StartAt":"A","States":{
  "A":{"Type":"Pass","Parameters":{"in":{"t.$":"$.t","unit":"C","deep":{"id.$":"$.id"}},
    "id.$":"$.id","fixed":[1,{"a":null}],"last.$":"$.gone"},"End":true}}})";

// Every case of the switch, what none of them is, and a Fail.
const char kSwitches[] = R"({"StartAt":"A","States":{
  "A":{"Type":"Choice","Choices":[
    {"Variable":"$.k","StringEquals":"one","Next":"B"},
    {"Variable":"$.k","StringEquals":"two","Next":"C"},
    {"Variable":"$.k","StringEquals":"three","Next":"B"},
    {"Variable":"$.k","StringEquals":"four","Next":"D"},
    {"Variable":"$.k","StringEquals":"five","Next":"C"}],"Default":"Bad"},
  "B":{"Type":"Pass","Parameters":{"b.$":"$.k"},"End":true},
  "C":{"Type":"Pass","OutputPath":"$.v","End":true},
  "D":{"Type":"Pass","Parameters":{"whole.$":"$"},"End":true},
  "Bad":{"Type":"Fail","Error":"No"}}})";

// Leaves before a call, a wait and a way back; documents made before them are still there.
const char kGoesOn[] = R"json({"StartAt":"A","States":{
  "A":{"Type":"Pass","Parameters":{"n.$":"$.n","id.$":"$.id","list.$":"$.list"},"Next":"B"},
  "B":{"Type":"Pass","Parameters":{"n.$":"States.MathAdd($.n,1)","id.$":"$.id","list.$":"$.list"},
    "Next":"C"},
  "C":{"Type":"Choice","Choices":[{"Variable":"$.n","NumericLessThan":5,"Next":"B"}],
    "Default":"W"},
  "W":{"Type":"Wait","Seconds":1,"Next":"M"},
  "M":{"Type":"Map","ItemsPath":"$.list","ItemProcessor":{"StartAt":"I","States":{
    "I":{"Type":"Pass","Parameters":{"v.$":"$","unit":"C"},"Next":"J"},
    "J":{"Type":"Pass","Parameters":{"w.$":"$.v","u.$":"$.unit"},"End":true}}},"Next":"P"},
  "P":{"Type":"Parallel","Branches":[
    {"StartAt":"P1","States":{"P1":{"Type":"Pass","Parameters":{"first.$":"$[0]"},"End":true}}},
    {"StartAt":"P2","States":{"P2":{"Type":"Pass","End":true}}}],"End":true}}})json";

const char kParallel[] = R"({"StartAt":"P","States":{"P":{"Type":"Parallel","Branches":[
  {"StartAt":"A","States":{"A":{"Type":"Choice",
      "Choices":[{"Variable":"$.t","NumericLessThan":0,"Next":"X"}],"Default":"B"},
    "X":{"Type":"Fail","Error":"Cold","Cause":"below"},
    "B":{"Type":"Pass","Parameters":{"t.$":"$.t"},"End":true}}},
  {"StartAt":"C","States":{"C":{"Type":"Pass","Parameters":{"id.$":"$.id"},"End":true}}}],
  "Catch":[{"ErrorEquals":["Cold"],"Next":"Caught"}],"End":true},
  "Caught":{"Type":"Pass","End":true}}})";

TEST(Shortcut, EndsAsTheStatesDo) {
  const std::string large(limits::kPayloadBytesMax / 2 - 60, 'x');
  const std::string fits(limits::kPayloadBytesMax / 3 - 60, 'x');
  const struct {
    const char* definition;
    std::string input;
  } cases[] = {
      {kReshapes, R"({"id":"x","t":71,"gone":[]})"},
      {kReshapes, R"({"id":"x","t":70,"gone":{"a":1}})"},
      {kReshapes, R"({"id":"y","t":70,"gone":null})"},
      {kReshapes, R"({"id":"A\u0042","t":70.5e1,"gone":"\"quoted\""})"},
      {kReshapes, R"({"id":"x","t":"71","gone":1})"},
      {kReshapes, R"({"id":"x","t":71})"},
      {kReshapes, R"({"t":71,"gone":1})"},
      {kReshapes, R"({"id":1,"gone":1})"},
      {kReshapes, R"([1])"},
      {kReshapes, R"("text")"},
      {kReshapes, R"({"id":")" + fits + R"(","t":71,"gone":1})"},
      {kReshapes, R"({"id":")" + large + R"(","t":71,"gone":1})"},
      {kReshapes, R"({"id":")" + large + R"(","t":71,"gone":")" + large + R"("})"},
      {kReshapes, R"({"id":)" + NestedArrays(limits::kJsonDepthMax - 1) + R"(,"t":1,"gone":1})"},
      {kReshapes, R"({"id":1,"t":1,"gone":)" + NestedArrays(limits::kJsonDepthMax - 1) + "}"},
      {kReshapes, R"({"id":1,"t":)" + NestedArrays(limits::kJsonDepthMax - 1) + R"(,"gone":1})"},
      {kParts, R"({"id":"x","t":71,"gone":[]})"},
      {kParts, R"({"id":"A\u0042","t":null,"gone":true})"},
      {kParts, R"({"id":{"a":[1, 2]},"t":-1.5e3,"gone":"","more":1})"},
      {kParts, R"({"id":"x","t":71})"},
      {kParts, R"({"id":"x","t":71,"gone":")" + fits + R"("})"},
      {kParts, R"({"id":")" + large + R"(","t":71,"gone":1})"},
      {kParts, R"({"id":)" + NestedArrays(limits::kJsonDepthMax - 1) + R"(,"t":1,"gone":1})"},
      {kParts, R"({"id":)" + NestedArrays(limits::kJsonDepthMax - 4) + R"(,"t":1,"gone":1})"},
      {kParts, R"({"id":)" + NestedArrays(limits::kJsonDepthMax - 3) + R"(,"t":1,"gone":1})"},
      {kParts, R"([])"},
      {kSwitches, R"({"k":"one"})"},
      {kSwitches, R"({"k":"two","v":7})"},
      {kSwitches, R"({"k":"two"})"},
      {kSwitches, R"({"k":"thre\u0065","v":7})"},
      {kSwitches, R"({"k":"four","v":7})"},
      {kSwitches, R"({"k":"five","v":{"a":[]}})"},
      {kSwitches, R"({"k":"six"})"},
      {kSwitches, R"({"k":6})"},
      {kSwitches, R"({})"},
      {kSwitches, R"({"k":"four","v":)" + NestedArrays(limits::kJsonDepthMax - 1) + "}"},
      {kSwitches, R"({"k":"four","v":")" + large + large + R"("})"},
      {kGoesOn, R"({"n":1,"id":"i","list":[1,"b",{"c":null},[],"A\u0042"]})"},
      {kGoesOn, R"({"n":9,"id":"i","list":[]})"},
      {kGoesOn, R"({"n":9,"id":"i","list":5})"},
      {kGoesOn, R"({"n":"x","id":"i","list":[1]})"},
      {kGoesOn, R"({"n":1,"list":[1]})"},
      {kParallel, R"({"t":1,"id":2})"},
      {kParallel, R"({"t":-1,"id":2})"},
      {kParallel, R"({"t":1})"},
  };
  for (const auto& c : cases) {
    Listener listener;
    const Ending heard = Ended(c.definition, c.input, &listener);
    EXPECT_EQ(Ended(c.definition, c.input, nullptr), heard) << c.input.substr(0, 80);
    EXPECT_GT(listener.last_id, 0u);
  }
}

TEST(Shortcut, OrdersNumbersAsTheStatesDo) {
  for (const char* number :
       {"-4",     "-3",      "-0",          "0",      "0.0",    "0.5",   "6.99",
        "7",      "7.0",     "70e-1",       "9.9999", "10",     "69",    "69.0",
        "69.001", "70",      "70.0",        "7e1",    "70.5",   "70.50", "70.51",
        "71",     "7000000", "99999999999", "1e400",  "\"70\"", "null",  "[70]"}) {
    const std::string input = "{\"t\":" + std::string(number) + "}";
    Listener listener;
    EXPECT_EQ(Ended(kOrders, input, nullptr), Ended(kOrders, input, &listener)) << input;
  }
}

TEST(Shortcut, EndsWithTheSlotsThemselves_WhereNothingElseIsInTheTemplate) {
  ScriptedMachine machine(kParts);
  const Shortcuts& shortcuts = machine.program->fused().shortcuts;
  ASSERT_EQ(shortcuts.leaves.size(), 1u);
  EXPECT_NE(shortcuts.leaves[0].event_template, kNoIndex);
  machine.Start(R"({"gone":false,"t":1.50,"id":"i"})");
  machine.GoToEnd();
  const Execution& execution = *machine.execution;
  ASSERT_TRUE(execution.output.is_template());
  EXPECT_EQ(execution.output.instance, execution.event);
  const char* const text = R"({"in":{"t":1.50,"unit":"C","deep":{"id":"i"}},"id":"i",)"
                           R"("fixed":[1,{"a":null}],"last":false})";
  EXPECT_EQ(JsonString(execution.output), text);
  // Opened, it is made of the same parts.
  Arena arena(&machine.pool);
  const Value in = FindMember(execution.output, "in", arena);
  EXPECT_EQ(JsonString(Open(in, arena)), R"({"t":1.50,"unit":"C","deep":{"id":"i"}})");
  const Value deep = FindMember(in, "deep", arena);
  EXPECT_EQ(JsonString(FindMember(deep, "id", arena)), R"("i")");
}

TEST(Shortcut, CopiesNoTemplate_ThatIsLongerThanTheCodeByMuch) {
  std::string fixed;
  for (int i = 0; i < 500; ++i)
    fixed += "\"f" + std::to_string(i) + "\":1,";
  const std::string definition = R"({"StartAt":"A","States":{"A":{"Type":"Pass","Parameters":{)" +
                                 fixed + R"("id.$":"$.id"},"End":true}}})";
  const ScriptedMachine machine(definition);
  const Shortcuts& shortcuts = machine.program->fused().shortcuts;
  ASSERT_EQ(shortcuts.leaves.size(), 1u);
  EXPECT_EQ(shortcuts.leaves[0].event_template, kNoIndex);
  Listener listener;
  const std::string input = R"({"id":"i"})";
  EXPECT_EQ(Ended(definition, input, nullptr), Ended(definition, input, &listener));
}

TEST(Shortcut, NeedsNoBranch_WhereItLeadsToTheEnd) {
  EXPECT_EQ(Ended(kReshapes, R"({"id":"x","t":71,"gone":1})", nullptr).branches, 0u);
  EXPECT_EQ(Ended(kSwitches, R"({"k":"four"})", nullptr).branches, 0u);
  EXPECT_EQ(Ended(kSwitches, R"({"k":"six"})", nullptr).branches, 1u) << "fails";
  EXPECT_EQ(Ended(kReshapes, R"({"id":"x","t":71})", nullptr).branches, 1u) << "a part is missing";
}

TEST(Shortcut, BeginsWithEachRegionThatLeavesAState) {
  const ScriptedMachine machine(kGoesOn);
  const Shortcuts& shortcuts = machine.program->fused().shortcuts;
  // The machine, the iteration, and the branches; $[0] is no slot.
  EXPECT_EQ(shortcuts.all.size(), 3u);
  EXPECT_NE(shortcuts.root, kNoIndex);
  EXPECT_FALSE(shortcuts.all[shortcuts.root].ends);
}

// Each state has two ways that meet again: all ways together would be 2 to the power of 60.
TEST(Shortcut, EndsSomewhere_WhenWaysForkAndMeet) {
  std::string states;
  for (int i = 0; i < 60; ++i) {
    const std::string at = std::to_string(i);
    const std::string next = std::to_string(i + 1);
    states += "\"C" + at + R"(":{"Type":"Choice","Choices":[{"Variable":"$.a","NumericEquals":)" +
              at + ",\"Next\":\"P" + at + "\"}],\"Default\":\"C" + next + "\"},";
    states += "\"P" + at + R"(":{"Type":"Pass","Next":"C)" + next + "\"},";
  }
  const std::string definition =
      R"({"StartAt":"C0","States":{)" + states + R"("C60":{"Type":"Succeed"}}})";
  const ScriptedMachine machine(definition);
  EXPECT_LE(machine.program->fused().shortcuts.leaves.size(), 8 * machine.program->code().size());
  for (const char* input : {R"({"a":0})", R"({"a":59})", R"({"a":"none"})"}) {
    Listener listener;
    EXPECT_EQ(Ended(definition, input, nullptr), Ended(definition, input, &listener)) << input;
  }
}

}  // namespace
}  // namespace aslx
