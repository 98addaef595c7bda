// What a Task state asks of a function, and the shapes and error names of answers.
#include "pipeline/tasks/lambda_call.h"

#include <gtest/gtest.h>

#include "tests/unit/tasks/task_program.h"

namespace aslx {
namespace {

constexpr std::string_view kArn = "arn:aws:lambda:us-east-1:1:function:f";

TEST(FunctionCall_HasPayload, InAllForms) {
  const struct {
    std::string parameters, payload;
  } cases[] = {
      {R"({"FunctionName":"f"})", "{}"},
      {R"({"FunctionName":"f","Payload":null})", "{}"},
      {R"({"FunctionName":"f","Payload":{"a": 1}})", R"({"a": 1})"},
      {R"({"FunctionName":"f","Payload":[1]})", "[1]"},
      {R"({"FunctionName":"f","Payload":7})", "7"},
      // A string is the raw payload.
      {R"({"FunctionName":"f","Payload":"0.0"})", "0.0"},
      {R"({"FunctionName":"f","Payload":"\"text\""})", "\"text\""},
  };
  for (const auto& c : cases) {
    BlockPool pool;
    Arena arena(&pool);
    Request request(InvokeProgram("{}"), c.parameters);
    FunctionCall call;
    EXPECT_FALSE(MakeFunctionCall(request.request, arena, &call).has_value()) << c.parameters;
    EXPECT_EQ(call.payload, c.payload) << c.parameters;
    EXPECT_EQ(call.function.name, "f");
    EXPECT_EQ(call.form, CallForm::kLambdaInvoke);
  }
}

TEST(FunctionCall_OfArn_SendsTheInput, AsItStands) {
  BlockPool pool;
  Arena arena(&pool);
  Request request(TaskProgram(kArn, "", "{}"), R"({ "a" : [1, 2] })");
  FunctionCall call;
  EXPECT_FALSE(MakeFunctionCall(request.request, arena, &call).has_value());
  EXPECT_EQ(call.form, CallForm::kFunctionArn);
  EXPECT_EQ(call.function.name, "f");
  EXPECT_EQ(call.payload, R"({ "a" : [1, 2] })");
}

TEST(FunctionCall_Refuses, WhatCannotBeSent) {
  const struct {
    std::string parameters, error;
  } cases[] = {
      {R"({"Payload":{}})", "States.Runtime"},
      {R"({"FunctionName":7})", "States.Runtime"},
      {R"([])", "States.Runtime"},
      {R"({"FunctionName":"f","InvocationType":"Later"})", "Lambda.InvalidParameterValueException"},
      {R"({"FunctionName":"f","LogType":"All"})", "Lambda.InvalidParameterValueException"},
      {R"({"FunctionName":"f","ClientContext":"a\r\nX-Evil: 1"})",
       "Lambda.InvalidParameterValueException"},
  };
  for (const auto& c : cases) {
    BlockPool pool;
    Arena arena(&pool);
    Request request(InvokeProgram("{}"), c.parameters);
    FunctionCall call;
    std::optional<TaskAnswer> refused = MakeFunctionCall(request.request, arena, &call);
    ASSERT_TRUE(refused.has_value()) << c.parameters;
    EXPECT_EQ(refused->error, c.error);
  }
}

FunctionReply Reply(std::string_view payload, bool function_error = false) {
  FunctionReply reply;
  reply.payload = payload;
  reply.function_error = function_error;
  reply.executed_version = "$LATEST";
  reply.request_id = "r-1";
  return reply;
}

TEST(Reply_OfInvoke, IsTheApisResponse) {
  const std::pair<std::string, std::string> headers[] = {{"Content-Type", "application/json"}};
  FunctionReply reply = Reply(R"({"a": 1})");
  reply.headers = headers;
  TaskAnswer answer = ReplyShaper().Shape(CallForm::kLambdaInvoke, "f", reply);
  EXPECT_TRUE(answer.succeeded);
  EXPECT_EQ(answer.output,
            R"({"ExecutedVersion":"$LATEST","Payload":{"a": 1},)"
            R"("SdkHttpMetadata":{"AllHttpHeaders":{"Content-Type":["application/json"]},)"
            R"("HttpHeaders":{"Content-Type":"application/json"},"HttpStatusCode":200},)"
            R"("SdkResponseMetadata":{"RequestId":"r-1"},"StatusCode":200})");
}

TEST(Reply_OfArn, IsThePayload) {
  TaskAnswer answer = ReplyShaper().Shape(CallForm::kFunctionArn, kArn, Reply("[1, 2]"));
  EXPECT_TRUE(answer.succeeded);
  EXPECT_EQ(answer.output, "[1, 2]");
}

TEST(Reply_OfFunctionError, IsNamedByItsTypeAndSpacedByItsForm) {
  constexpr std::string_view kError = R"({"errorMessage": "a: \" b", "errorType": "Busy"})";
  TaskAnswer invoke = ReplyShaper().Shape(CallForm::kLambdaInvoke, "f", Reply(kError, true));
  EXPECT_FALSE(invoke.succeeded);
  EXPECT_EQ(invoke.error, "Busy");
  EXPECT_EQ(invoke.cause, R"({"errorMessage":"a: \" b","errorType":"Busy"})");
  TaskAnswer direct = ReplyShaper().Shape(CallForm::kFunctionArn, kArn, Reply(kError, true));
  EXPECT_EQ(direct.error, "Busy");
  EXPECT_EQ(direct.cause, kError);
  for (std::string_view nameless :
       {R"({"errorMessage":"timed out"})", "killed", "[]", R"({"errorType":7})"}) {
    TaskAnswer answer = ReplyShaper().Shape(CallForm::kLambdaInvoke, "f", Reply(nameless, true));
    EXPECT_EQ(answer.error, "Lambda.Unknown") << nameless;
    EXPECT_TRUE(answer.cause.ends_with(nameless)) << answer.cause;
  }
}

TEST(Reply_ThatIsTooLargeOrNoJson, Fails) {
  std::string large = "\"" + std::string(262'143, 'x') + "\"";
  TaskAnswer invoke = ReplyShaper().Shape(CallForm::kLambdaInvoke, "f", Reply(large));
  EXPECT_EQ(invoke.error, "States.DataLimitExceeded");
  EXPECT_EQ(invoke.cause,
            "The state/task 'lambda' returned a result with a size exceeding the maximum number of "
            "bytes service limit.");
  TaskAnswer direct = ReplyShaper().Shape(CallForm::kFunctionArn, kArn, Reply(large));
  EXPECT_NE(direct.cause.find(kArn), std::string::npos);
  // It never becomes a part of a document that is not validated.
  for (std::string_view text : {"1,\"StatusCode\":500", "{", "nul"})
    EXPECT_EQ(ReplyShaper().Shape(CallForm::kLambdaInvoke, "f", Reply(text)).error,
              "Lambda.Unknown");
}

TEST(ServiceError_IsNamed, ByItsTypeOrItsStatus) {
  const struct {
    int status;
    std::string_view type, error;
  } cases[] = {
      {429, "TooManyRequestsException", "Lambda.TooManyRequestsException"},
      {429, "", "Lambda.TooManyRequestsException"},
      {404, "", "Lambda.ResourceNotFoundException"},
      {500, "", "Lambda.ServiceException"},
      {503, "", "Lambda.ServiceException"},
      {502, "EC2ThrottledException", "Lambda.EC2ThrottledException"},
      {418, "", "Lambda.AWSLambdaException"},
  };
  for (const auto& c : cases)
    EXPECT_EQ(ShapeServiceError(c.status, c.type, "m", "r").error, c.error);
  EXPECT_EQ(ShapeServiceError(404, "ResourceNotFoundException", "Function not found: f", "r").cause,
            "Function not found: f (Service: AWSLambda; Status Code: 404; Error Code: "
            "ResourceNotFoundException; Request ID: r; Proxy: null)");
  EXPECT_EQ(ExceptionName("ServiceException:http://x/"), "ServiceException");
  EXPECT_EQ(ExceptionName("com.amazonaws.lambda#ServiceException"), "ServiceException");
}

}  // namespace
}  // namespace aslx
