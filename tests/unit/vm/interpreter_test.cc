// How an execution runs: suspension and its tokens, retries and their delays, time-outs, fuel,
// parking, and that all memory comes back.
#include "runtime/vm/interpreter.h"

#include <gtest/gtest.h>

#include "runtime/base/limits.h"
#include "tests/unit/vm/scripted_machine.h"

namespace aslx {
namespace {

std::string TaskMachine(const std::string& more) {
  return R"({"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke",
    "Parameters":{"FunctionName":"f","Payload.$":"$"},)" +
         more + R"("End":true},"H":{"Type":"Pass","End":true}}})";
}
const char kUnreachableHandler[] = R"("Catch":[{"ErrorEquals":["No"],"Next":"H"}],)";

TEST(Interpreter, AnswersOnlyTheSuspensionThatWaits) {
  ScriptedMachine machine(TaskMachine(kUnreachableHandler));
  machine.Start(R"({"a":1})");
  ASSERT_EQ(machine.Go(), RunResult::kSuspended);
  ASSERT_EQ(machine.calls.size(), 1u);
  EXPECT_EQ(machine.calls[0].parameters, R"({"FunctionName":"f","Payload":{"a":1}})");
  ScriptedMachine::Call late = machine.calls[0];
  late.token.serial += 1;
  EXPECT_FALSE(machine.Answer(late, "1")) << "another suspension's token";
  late = machine.calls[0];
  late.token.generation += 1;
  EXPECT_FALSE(machine.Answer(late, "1")) << "another execution's token";
  EXPECT_TRUE(machine.Answer(machine.calls[0], "42"));
  EXPECT_FALSE(machine.Answer(machine.calls[0], "43")) << "answered already";
  ASSERT_EQ(machine.Go(), RunResult::kEnded);
  EXPECT_EQ(machine.Output(), "42");
}

TEST(Interpreter, RetriesAfterGrowingDelays) {
  ScriptedMachine machine(TaskMachine(
      R"("Retry":[{"ErrorEquals":["E"],"IntervalSeconds":2,"BackoffRate":3,"MaxAttempts":4,"MaxDelaySeconds":20}],)"
      R"("Catch":[{"ErrorEquals":["E"],"Next":"H"}],)"));
  machine.Start("{}");
  for (const int64_t delay_ms : {2000, 6000, 18000, 20000}) {
    ASSERT_EQ(machine.Go(), RunResult::kSuspended);
    ASSERT_TRUE(machine.Throw(machine.calls.back(), "E", "c"));
    ASSERT_EQ(machine.Go(), RunResult::kSuspended);
    EXPECT_EQ(machine.FireNext(), delay_ms);
  }
  ASSERT_EQ(machine.Go(), RunResult::kSuspended);
  EXPECT_EQ(machine.calls.size(), 5u);
  ASSERT_TRUE(machine.Throw(machine.calls.back(), "E", "c"));
  ASSERT_EQ(machine.Go(), RunResult::kEnded);
  EXPECT_EQ(machine.Output(), R"({"Error":"E","Cause":"c"})");
  EXPECT_EQ(machine.context.retry_count, 4u) << "the fifth error was caught";
}

TEST(Interpreter, ADelayBeyondTheClocksRangeEndsWithIt) {
  ScriptedMachine machine(TaskMachine(
      std::string(kUnreachableHandler) +
      R"("Retry":[{"ErrorEquals":["E"],"IntervalSeconds":99999999,"MaxAttempts":1}],)"));
  machine.Start("{}");
  machine.context.now_ns = INT64_MAX - 1'000;
  ASSERT_EQ(machine.Go(), RunResult::kSuspended);
  ASSERT_TRUE(machine.Throw(machine.calls[0], "E", "c"));
  ASSERT_EQ(machine.Go(), RunResult::kSuspended);
  ASSERT_EQ(machine.timers.size(), 1u);
  EXPECT_EQ(machine.timers.begin()->first, INT64_MAX);
}

TEST(Interpreter, JitterStaysBelowTheDelayAndFollowsTheSeed) {
  const std::string definition = TaskMachine(
      R"("Retry":[{"ErrorEquals":["E"],"IntervalSeconds":100,"MaxAttempts":3,"BackoffRate":1,"JitterStrategy":"FULL"}],)"
      R"("Catch":[{"ErrorEquals":["E"],"Next":"H"}],)");
  const auto delays = [&](uint64_t seed) {
    ScriptedMachine machine(definition, seed);
    machine.Start("{}");
    std::vector<int64_t> all;
    for (int i = 0; i < 3; ++i) {
      machine.Go();
      machine.Throw(machine.calls.back(), "E", "c");
      machine.Go();
      all.push_back(machine.FireNext());
      EXPECT_GE(all.back(), 0);
      EXPECT_LT(all.back(), 100'000);
    }
    return all;
  };
  EXPECT_EQ(delays(7), delays(7));
  EXPECT_NE(delays(7), delays(8));
}

TEST(Interpreter, TimesATaskOutIntoItsCatcher) {
  ScriptedMachine machine(TaskMachine(
      R"("TimeoutSeconds":9,"Catch":[{"ErrorEquals":["States.Timeout"],"Next":"H"}],)"));
  machine.Start("{}");
  ASSERT_EQ(machine.Go(), RunResult::kSuspended);
  EXPECT_EQ(machine.FireNext(), 9000);
  EXPECT_EQ(machine.cancelled.size(), 1u);
  ASSERT_EQ(machine.Go(), RunResult::kEnded);
  EXPECT_EQ(machine.Output(), R"({"Error":"States.Timeout","Cause":""})");
}

TEST(Interpreter, AHeartbeatBeginsItsTimeOutAnew) {
  ScriptedMachine machine(
      TaskMachine(R"("TimeoutSeconds":60,"HeartbeatSeconds":10,)"
                  R"("Catch":[{"ErrorEquals":["States.HeartbeatTimeout"],"Next":"H"}],)"));
  machine.Start("{}");
  ASSERT_EQ(machine.Go(), RunResult::kSuspended);
  machine.PassMs(7000);
  ASSERT_TRUE(Heartbeat(*machine.execution, machine.calls[0].token, machine.context));
  EXPECT_EQ(machine.FireNext(), 10'000);
  ASSERT_EQ(machine.Go(), RunResult::kEnded);
  EXPECT_EQ(machine.Output(), R"({"Error":"States.Timeout","Cause":""})");
}

TEST(Interpreter, AnEndlessLoopIsInterruptedAndTimesOut) {
  ScriptedMachine machine(
      R"({"StartAt":"A","States":{"A":{"Type":"Choice","Choices":[{"Variable":"$.stop","BooleanEquals":true,"Next":"B"}],"Default":"A"},"B":{"Type":"Succeed"}}})");
  machine.Start(R"({"stop":false})");
  EXPECT_EQ(machine.execution->deadline_ns - machine.context.now_ns, 300'000'000'000);
  for (int i = 0; i < 3; ++i)
    ASSERT_EQ(machine.Go(), RunResult::kOutOfFuel);
  TimeOut(*machine.execution, machine.context);
  EXPECT_EQ(machine.execution->status, ExecutionStatus::kTimedOut);
}

TEST(Interpreter, TheMachinesTimeoutShortensTheDeadline) {
  ScriptedMachine machine(
      R"({"TimeoutSeconds":5,"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":9,"End":true}}})");
  machine.Start("{}");
  EXPECT_EQ(machine.execution->deadline_ns - machine.context.now_ns, 5'000'000'000);
  EXPECT_EQ(machine.Go(), RunResult::kSuspended);
}

TEST(Interpreter, ALoopThatMakesGarbageStaysSmall) {
  // Every round builds a new text; what is dead is dropped at state boundaries.
  ScriptedMachine machine(R"json({"StartAt":"A","States":{
    "A":{"Type":"Pass","Parameters":{
         "n.$":"States.MathAdd($.n, 1)",
         "pad.$":"States.Format('{}{}', $.n, $$.Execution.Input.pad)"},"Next":"C"},
    "C":{"Type":"Choice","Choices":[{"Variable":"$.n","NumericLessThan":3000,"Next":"A"}],
         "Default":"S"},
    "S":{"Type":"Succeed"}}})json");
  machine.Start(R"({"n":0,"pad":")" + std::string(5000, 'x') + R"("})");
  RunResult result = RunResult::kOutOfFuel;
  while (result == RunResult::kOutOfFuel) {
    result = machine.Go();
    EXPECT_LT(machine.execution->arena.reserved_bytes(), 4 * limits::kCollectionBytesMin);
  }
  ASSERT_EQ(result, RunResult::kEnded);
  EXPECT_EQ(machine.Output().substr(0, 20), R"({"n":3000,"pad":"299)");
}

// A machine whose branches wait at different depths with live values of every form.
const char kManyBranches[] = R"json({"StartAt":"V","States":{
  "V":{"Type":"Pass","Assign":{"base.$":"$.items","text":"t\n"},"Next":"P"},
  "P":{"Type":"Parallel","ResultPath":"$.p","Next":"S","Branches":[
    {"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":2,
      "ItemSelector":{"i.$":"$$.Map.Item.Index","v.$":"$$.Map.Item.Value","all.$":"$base",
                      "k":[1,{"x":null}]},
      "ItemProcessor":{"StartAt":"W","States":{
        "W":{"Type":"Wait","Seconds":1,"Next":"T"},
        "T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke",
             "Parameters":{"FunctionName":"f","Payload.$":"$"},
             "ResultPath":"$.r","Retry":[{"ErrorEquals":["E"]}],"End":true}}},"End":true}}},
    {"StartAt":"X","States":{"X":{"Type":"Wait","SecondsPath":"$.wait","Next":"Y"},
      "Y":{"Type":"Pass","Parameters":{"f.$":"States.Format('{}-{}', $text, $.name)",
           "in.$":"$$.Execution.Input.name"},"End":true}}}]},
  "S":{"Type":"Succeed"}}})json";

std::string RunManyBranches(bool park) {
  ScriptedMachine machine(kManyBranches);
  if (park) machine.ParkAlways();
  machine.Start(R"( {"items":[{"a":"\u00e9"},[2.50],"three"], "name":"n\"1", "wait":3} )");
  size_t answered = 0;
  bool failed_once = false;
  while (machine.Go() != RunResult::kEnded) {
    if (answered == machine.calls.size()) {
      machine.FireNext();
      continue;
    }
    const ScriptedMachine::Call call = machine.calls[answered++];
    if (!failed_once) {
      failed_once = true;
      machine.Throw(call, "E", "again");
    } else {
      machine.Answer(call, R"({"Payload": {"ok":true, "n":1e2}})");
    }
  }
  return machine.Output();
}

TEST(Interpreter, ParkingAtEverySuspensionChangesNothing) {
  const std::string plain = RunManyBranches(false);
  EXPECT_NE(plain.find(R"("f":"t\n-n\"1")"), std::string::npos) << plain;
  EXPECT_EQ(RunManyBranches(true), plain);
}

}  // namespace
}  // namespace aslx
