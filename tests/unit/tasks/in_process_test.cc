// Functions in process, and the router that finds integrations.
#include <gtest/gtest.h>

#include "pipeline/tasks/completion_answers.h"
#include "pipeline/tasks/in_process_tasks.h"
#include "pipeline/tasks/task_router.h"
#include "tests/unit/tasks/task_program.h"

namespace aslx {
namespace {

class InProcessTest : public testing::Test {
 protected:
  InProcessTest() {
    AddDemoFunctions(&registry_);
    AddOrderFunctions(&registry_);
  }
  TaskAnswer Ask(std::string parameters) {
    Request request(InvokeProgram("{}"), std::move(parameters));
    router_.Submit(request.request);
    EXPECT_EQ(kept_.answers.size(), 1u);
    TaskAnswer answer = std::move(kept_.answers.back());
    kept_.answers.clear();
    return answer;
  }
  std::string PayloadOf(std::string parameters) {
    TaskAnswer answer = Ask(std::move(parameters));
    if (!answer.succeeded) return answer.error + ": " + answer.cause;
    constexpr std::string_view kBefore = "\"Payload\":";
    size_t begin = answer.output.find(kBefore) + kBefore.size();
    return answer.output.substr(begin, answer.output.find(",\"SdkHttpMetadata\"") - begin);
  }
  std::string WhyNot(const std::shared_ptr<const Program>& program) {
    Result<void> checked = router_.Check(*program);
    return checked ? "" : checked.error().message;
  }

  FunctionRegistry registry_;
  DelayedAnswers delayed_;
  KeptAnswers kept_;
  InProcessTasks any_{&registry_, "", &delayed_, &kept_};
  InProcessTasks echo_{&registry_, "echo", &delayed_, &kept_};
  TaskRouter router_{{{"mine-*", &echo_, nullptr},
                      {"*:function:echo*", &any_, nullptr},
                      {"echo", &any_, nullptr},
                      {"fail", &any_, nullptr},
                      {"flaky", &any_, nullptr},
                      {"*nventory", &any_, nullptr},
                      {"updateOrder", &any_, nullptr}},
                     &kept_};
};

TEST_F(InProcessTest, Functions_Answer_AsBehindTheApi) {
  EXPECT_EQ(PayloadOf(R"({"FunctionName":"echo","Payload":{"a": [1]}})"), R"({"a": [1]})");
  EXPECT_EQ(PayloadOf(R"({"FunctionName":"mine-1","Payload":"7"})"), "7");
  EXPECT_EQ(
      PayloadOf(
          R"({"FunctionName":"fail","Payload":{"errorType":"Mine","errorMessage":"no \"way\""}})"),
      R"(Mine: {"errorMessage":"no \"way\"","errorType":"Mine"})");
  EXPECT_TRUE(PayloadOf(R"({"FunctionName":"unknown"})")
                  .starts_with("Lambda.ResourceNotFoundException: Function not found: unknown"));
  EXPECT_TRUE(
      PayloadOf(R"({"FunctionName":"echo","Payload":"no json"})")
          .starts_with("Lambda.InvalidRequestContentException: Could not parse request body"));
  EXPECT_EQ(PayloadOf(R"({"FunctionName":"echo","InvocationType":"Event","Payload":1})"), "\"\"");
}

TEST_F(InProcessTest, Flaky_FailsSoOften_ThenSucceeds) {
  const std::string call = R"({"FunctionName":"flaky","Payload":{"failures":2,"key":"k"}})";
  EXPECT_EQ(Ask(call).error, "FlakyError");
  EXPECT_EQ(Ask(call).error, "FlakyError");
  EXPECT_EQ(PayloadOf(call), R"({"calls":3})");
  EXPECT_EQ(Ask(call).error, "FlakyError");
}

TEST_F(InProcessTest, OrderFunctions_KeepAShop) {
  EXPECT_EQ(
      PayloadOf(R"({"FunctionName":"checkInventory"})"),
      R"({"order_id":"none","item":{"id":"apple","num_of_items":3},"inventory":{"num_of_items":100}})");
  EXPECT_EQ(
      PayloadOf(
          R"({"FunctionName":"arn:aws:lambda:us-east-1:**********:function:checkInventory:$LATEST",
                          "Payload":{"order_id":"o","item":{"id":"pear","num_of_items":9}}})"),
      R"({"order_id":"o","item":{"id":"pear","num_of_items":9},"inventory":{"num_of_items":7}})");
  EXPECT_EQ(
      PayloadOf(
          R"({"FunctionName":"updateOrder","Payload":{"order_id":"o","item":{"num_of_items":9},"inventory":{"num_of_items":7}}})"),
      R"({"order_id":"o","status":"CANCELLED"})");
  EXPECT_EQ(
      PayloadOf(
          R"({"FunctionName":"updateInventory","Payload":{"item":{"id":"pear","num_of_items":2},"inventory":{"num_of_items":7}}})"),
      R"({"item_id":"pear","num_of_items":5})");
  EXPECT_EQ(
      Ask(R"({"FunctionName":"checkInventory","Payload":{"item":{"id":"pear","num_of_items":0}}})")
          .error,
      "InvalidOrder");
}

TEST_F(InProcessTest, Check_FindsResources_ThatNothingMaps) {
  EXPECT_EQ(WhyNot(InvokeProgram(R"({"FunctionName":"echo"})")), "");
  EXPECT_EQ(WhyNot(TaskProgram("arn:aws:lambda:us-east-1:1:function:echo", "", "{}")), "");
  // A name that is computed is left to the call.
  EXPECT_EQ(WhyNot(InvokeProgram("{}")), "");
  const struct {
    std::shared_ptr<const Program> program;
    std::string_view words;
  } cases[] = {
      {InvokeProgram(R"({"FunctionName":"unheard-of"})"),
       "state 'Call': function 'unheard-of' has no integration"},
      {InvokeProgram(R"({"FunctionName":"noInventory"})"),
       "no function 'noInventory' in process; there are: checkInventory, crash, "
       "delay"},
      {TaskProgram("arn:aws:lambda:us-east-1:1:function:other", "", "{}"), "has no integration"},
      {TaskProgram("arn:aws:states:::sqs:sendMessage", "sqs:sendMessage", "{}"),
       "resource 'arn:aws:states:::sqs:sendMessage' has no integration"},
  };
  for (const auto& c : cases)
    EXPECT_NE(WhyNot(c.program).find(c.words), std::string::npos) << WhyNot(c.program);
}

TEST_F(InProcessTest, Delay_AnswersLater_ThroughTheQueue) {
  Waker waker;
  CompletionQueue queue(&waker);
  CompletionAnswers answers;
  answers.Attach(&queue);
  InProcessTasks tasks(&registry_, "", &delayed_, &answers);
  TaskRouter router({{"*", &tasks, nullptr}}, &answers);
  Request request(InvokeProgram("{}"), R"({"FunctionName":"delay","Payload":{"ms":1}})", 77);
  router.Submit(request.request);
  std::string output;
  uint32_t serial = 0;
  while (output.empty()) {
    waker.PrepareSleep();
    queue.Drain(10, [&](Completion& completion) {
      output = completion.outcome().output;
      serial = completion.token().serial;
    });
    if (output.empty()) waker.Sleep(1'000);
    waker.CancelSleep();
  }
  EXPECT_NE(output.find(R"("Payload":{"ms":1})"), std::string::npos) << output;
  EXPECT_EQ(serial, 77u);
}

}  // namespace
}  // namespace aslx
