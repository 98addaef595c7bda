// Mocked answers: both file formats, how stubs are matched, in which order they answer.
#include "pipeline/tasks/mocked_tasks.h"

#include <gtest/gtest.h>

#include "tests/unit/tasks/task_program.h"

namespace aslx {
namespace {

struct Mocks {
  explicit Mocks(std::string text, const MockCase& which = {}) {
    auto file = MockFile::Parse("mock.json", std::move(text), which);
    EXPECT_TRUE(file.has_value()) << (file ? "" : file.error().message);
    tasks = std::make_unique<MockedTasks>(std::move(*file), &kept);
  }
  /// The answer to one more call: its output, `error: cause`, or `-` when there is none.
  std::string Ask(std::string parameters) {
    Request request(InvokeProgram("{}"), std::move(parameters));
    kept.answers.clear();
    tasks->Submit(request.request);
    if (kept.answers.empty()) return "-";
    const TaskAnswer& answer = kept.answers[0];
    return answer.succeeded ? answer.output : answer.error + ": " + answer.cause;
  }
  KeptAnswers kept;
  std::unique_ptr<MockedTasks> tasks;
};

TEST(MockedTasks_MatchStubs, ByStateAndParameters) {
  Mocks mocks(R"({"stubs":[
    {"state":"Other","parameters":{},"responses":[{"output":0}]},
    {"state":"Call","parameters":{"a":1},"responses":[{"output":"first"},{"output":"second"}]},
    {"state":"Call","parameters":{"a":"{{ANY}}","b":"x-{{ANY}}-y"},
     "responses":[{"output":{"k": 1}}],"repeat_last":true},
    {"state":null,"parameters":[1.0,{"z":null}],
     "responses":[{"error":"E","cause":"C"},{"timeout":true},{}]}
  ]})");
  EXPECT_EQ(mocks.tasks->unused_response_count(), 6u);
  EXPECT_EQ(mocks.Ask(R"({"a":1})"), "\"first\"");
  EXPECT_EQ(mocks.Ask(R"({"a":1.0})"), "\"second\"");
  EXPECT_TRUE(
      mocks.Ask(R"({"a":1})").starts_with("States.Runtime: No mocked answer for state 'Call'"));
  EXPECT_EQ(mocks.Ask(R"({"b":"x-anything-y","a":[1,2]})"), R"({"k": 1})");
  EXPECT_EQ(mocks.Ask(R"({"b":"x--y","a":null})"), R"({"k": 1})");
  EXPECT_TRUE(mocks.Ask(R"({"b":"x-y","a":1})").starts_with("States.Runtime"));
  EXPECT_EQ(mocks.Ask(R"([1,{"z":null}])"), "E: C");
  EXPECT_EQ(mocks.Ask(R"([1,{"z":null}])"), "-");
  EXPECT_EQ(mocks.tasks->unused_response_count(), 2u);
  EXPECT_EQ(mocks.Ask(R"([1,{"z":null}])"), ": ");
  EXPECT_FALSE(mocks.kept.answers[0].has_error);
  EXPECT_FALSE(mocks.kept.answers[0].has_cause);
}

constexpr std::string_view kLocal = R"({
  "StateMachines": {
    "Orders": {"TestCases": {"Happy": {"Call": "Fine"}, "Retried": {"Call": "Busy"}}},
    "Others": {"TestCases": {}}
  },
  "MockedResponses": {
    "Fine": {"0": {"Return": {"StatusCode": 200}}},
    "Busy": {"0": {"Throw": {"Error": "Busy", "Cause": "later"}},
             "1-2": {"Throw": {"Error": "Busy"}}, "3": {"Return": [1]}}
  }
})";

TEST(MockedTasks_ReadStepFunctionsLocalFiles, ByTestCase) {
  Mocks mocks(std::string(kLocal), {.test_case = "Retried", .machine = "Orders"});
  EXPECT_EQ(mocks.tasks->unused_response_count(), 4u);
  EXPECT_EQ(mocks.Ask("{}"), "Busy: later");
  EXPECT_EQ(mocks.Ask("{}"), "Busy: ");
  EXPECT_EQ(mocks.tasks->unused_response_count(), 2u);
  EXPECT_EQ(mocks.Ask("7"), "Busy: ");
  EXPECT_EQ(mocks.Ask("{}"), "[1]");
  EXPECT_TRUE(mocks.Ask("{}").starts_with("States.Runtime"));
  EXPECT_EQ(mocks.tasks->unused_response_count(), 0u);
}

TEST(MockFile_Refuses, WithTheReason) {
  const struct {
    std::string text;
    MockCase which;
    std::string_view words;
  } cases[] = {
      {"{", {}, "not JSON at byte"},
      {"[]", {}, "expected an object"},
      {"{}", {}, "expected `stubs`"},
      {R"({"stubs":{}})", {}, "must be an array"},
      {R"({"stubs":[1]})", {}, "/stubs/0 must be an object"},
      {R"({"stubs":[{"responses":[]},{}]})", {}, "/stubs/1/responses"},
      {std::string(kLocal), {}, "needs the name of a test case"},
      {std::string(kLocal), {"Happy", ""}, "which has: Orders, Others"},
      {std::string(kLocal), {"Sad", "Orders"}, "the machine has: Happy, Retried"},
      {R"({"StateMachines":{"M":{"TestCases":{"C":{"S":"R"}}}},"MockedResponses":{}})",
       {"C", ""},
       "no response 'R'"},
      {R"({"StateMachines":{"M":{"TestCases":{"C":{"S":"R"}}}},"MockedResponses":{"R":{"1":{"Return":1}}}})",
       {"C", ""},
       "call 0 has no response"},
      {R"({"StateMachines":{"M":{"TestCases":{"C":{"S":"R"}}}},"MockedResponses":{"R":{"0-1":{"Return":1},"1":{"Return":1}}}})",
       {"C", ""},
       "call 2 has more than one response"},
      {R"({"StateMachines":{"M":{"TestCases":{"C":{"S":"R"}}}},"MockedResponses":{"R":{"2-1":{"Return":1}}}})",
       {"C", ""},
       "R/2-1"},
  };
  for (const auto& c : cases) {
    auto file = MockFile::Parse("mock.json", c.text, c.which);
    ASSERT_FALSE(file.has_value()) << c.text;
    EXPECT_NE(file.error().message.find(c.words), std::string::npos) << file.error().message;
    EXPECT_TRUE(file.error().message.starts_with("mock.json: "));
  }
}

}  // namespace
}  // namespace aslx
