// The Lambda Invoke API over HTTP against a server in this process: what is sent, what comes back,
// and what goes wrong.
#include "pipeline/tasks/http_tasks.h"

#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <thread>

#include <gtest/gtest.h>
#include <httplib.h>

#include "tests/unit/tasks/task_program.h"

namespace aslx {
namespace {

/// Waits for answers, which come on the client's thread.
struct AwaitedAnswers final : AnswerSink {
  void Answer(SuspensionToken token, TaskAnswer answer) override {
    std::lock_guard lock(mutex);
    tokens.push_back(token);
    answers.push_back(std::move(answer));
    came.notify_all();
  }
  TaskAnswer Take() {
    std::unique_lock lock(mutex);
    came.wait(lock, [this] { return !answers.empty(); });
    TaskAnswer answer = std::move(answers.front());
    answers.erase(answers.begin());
    tokens.erase(tokens.begin());
    return answer;
  }
  std::mutex mutex;
  std::condition_variable came;
  std::vector<SuspensionToken> tokens;
  std::vector<TaskAnswer> answers;
};

class HttpTasksTest : public testing::Test {
 protected:
  HttpTasksTest() {
    // A proxy is handed whole URLs.
    server_.Post(R"((?:http://[^/]+)?/2015-03-31/functions/([^/]+)/invocations)",
                 [this](const httplib::Request& request, httplib::Response& response) {
                   Serve(request, response);
                 });
    server_.set_keep_alive_max_count(1);  // else its threads wait for idle connections at the end
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
  }
  ~HttpTasksTest() override {
    {
      std::lock_guard lock(mutex_);
      released_ = true;
    }
    release_.notify_all();
    client_.reset();  // the server's threads wait for connections to close
    server_.stop();
    thread_.join();
  }

  void Serve(const httplib::Request& request, httplib::Response& response) {
    std::string name = request.matches[1];
    response.set_header("X-Amz-Executed-Version", "$LATEST");
    response.set_header("x-amzn-RequestId", "r-1");
    if (name == "hang") {
      std::unique_lock lock(mutex_);
      release_.wait(lock, [this] { return released_; });
    } else if (name == "raise") {
      response.set_header("X-Amz-Function-Error", "Unhandled");
      response.set_content(R"({"errorMessage": "m", "errorType": "Busy"})", "application/json");
    } else if (name == "throttled") {
      response.status = 429;
      response.set_header("x-amzn-errortype", "TooManyRequestsException:http://x/");
      response.set_content(R"({"Reason":"R","Type":"User","message":"Rate Exceeded."})",
                           "application/json");
    } else if (name == "broken") {
      response.status = 503;
      response.set_content("oops", "text/plain");
    } else if (name == "large") {
      response.set_content("\"" + std::string(400'000, 'x') + "\"", "application/json");
    } else {
      std::string query =
          request.has_param("Qualifier") ? request.get_param_value("Qualifier") : "";
      response.set_content("{\"name\":\"" + name + "\",\"qualifier\":\"" + query + "\",\"id\":\"" +
                               request.get_header_value("X-Aslx-Execution-Id") + "\",\"own\":\"" +
                               request.get_header_value("X-Own") + "\",\"got\":" + request.body +
                               "}",
                           "application/json");
    }
  }

  HttpEndpoint Endpoint() {
    HttpEndpoint endpoint;
    endpoint.url = "http://127.0.0.1:" + std::to_string(port_) + "/";
    return endpoint;
  }
  FunctionCall Call(std::string_view name, CallForm form = CallForm::kFunctionArn,
                    uint32_t serial = 1) {
    FunctionCall call;
    call.token = {0, 0, 0, serial};
    call.form = form;
    call.function = ParseFunctionName(name);
    call.payload = "{\"n\":1}";
    call.execution_id = "e-1";
    return call;
  }
  TaskAnswer Ask(std::string_view name, CallForm form = CallForm::kFunctionArn) {
    HttpTasks tasks(client_.get(), Endpoint(), &answers_);
    tasks.Start(Call(name, form));
    return answers_.Take();
  }
  /// The two share a connection, and the order in which their calls wait for it.
  void ExpectOneOrder(const HttpEndpoint& even, const HttpEndpoint& odd) {
    HttpLimits limits;
    limits.connections_per_host_max = 1;
    client_ = std::make_unique<HttpClient>(limits);
    HttpTasks tasks(client_.get(), even, &answers_);
    HttpTasks others(client_.get(), odd, &answers_);
    tasks.Start(Call("hang", CallForm::kFunctionArn, 1));
    for (uint32_t serial = 2; serial <= 20; ++serial)
      (serial % 2 == 0 ? tasks : others).Start(Call("check", CallForm::kFunctionArn, serial));
    tasks.Cancel({0, 0, 0, 1});
    std::unique_lock lock(answers_.mutex);
    answers_.came.wait(lock, [this] { return answers_.tokens.size() == 19; });
    for (uint32_t i = 0; i < 19; ++i) {
      EXPECT_EQ(answers_.tokens[i].serial, i + 2);
      EXPECT_TRUE(answers_.answers[i].succeeded) << answers_.answers[i].cause;
    }
  }

  httplib::Server server_;
  int port_ = 0;
  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable release_;
  bool released_ = false;
  AwaitedAnswers answers_;
  std::unique_ptr<HttpClient> client_ = std::make_unique<HttpClient>(HttpLimits{});
};

TEST_F(HttpTasksTest, Call_SendsWhatTheApiWants) {
  HttpEndpoint endpoint = Endpoint();
  endpoint.headers = {"X-Own: o"};
  HttpTasks tasks(client_.get(), endpoint, &answers_);
  tasks.Start(Call("arn:aws:lambda:us-east-1:**********:function:check:$LATEST"));
  EXPECT_EQ(answers_.Take().output,
            R"({"name":"check","qualifier":"$LATEST","id":"e-1","own":"o","got":{"n":1}})");
  endpoint.function_name = "function";
  HttpTasks fixed(client_.get(), endpoint, &answers_);
  fixed.Start(Call("check"));
  EXPECT_TRUE(answers_.Take().output.starts_with(R"({"name":"function")"));
}

TEST_F(HttpTasksTest, Reply_OfInvoke_HasTheResponsesHeaders) {
  TaskAnswer answer = Ask("check", CallForm::kLambdaInvoke);
  EXPECT_TRUE(answer.succeeded) << answer.cause;
  for (std::string_view words :
       {R"("ExecutedVersion":"$LATEST","Payload":{"name":"check")", R"("HttpStatusCode":200)",
        R"("SdkResponseMetadata":{"RequestId":"r-1"},"StatusCode":200})"})
    EXPECT_NE(answer.output.find(words), std::string::npos) << answer.output;
}

TEST_F(HttpTasksTest, Errors_AreNamed_AsTheServiceNamesThem) {
  TaskAnswer raised = Ask("raise", CallForm::kLambdaInvoke);
  EXPECT_EQ(raised.error, "Busy");
  EXPECT_EQ(raised.cause, R"({"errorMessage":"m","errorType":"Busy"})");
  TaskAnswer throttled = Ask("throttled");
  EXPECT_EQ(throttled.error, "Lambda.TooManyRequestsException");
  EXPECT_TRUE(throttled.cause.starts_with("Rate Exceeded. (Service: AWSLambda; Status Code: 429;"))
      << throttled.cause;
  TaskAnswer broken = Ask("broken");
  EXPECT_EQ(broken.error, "Lambda.ServiceException");
  EXPECT_TRUE(broken.cause.starts_with("oops (")) << broken.cause;
  EXPECT_EQ(Ask("large").error, "States.DataLimitExceeded");
}

TEST_F(HttpTasksTest, ConnectionErrors_AreTheClientsOwn) {
  HttpEndpoint endpoint;
  endpoint.url = "http://127.0.0.1:1";
  HttpTasks tasks(client_.get(), endpoint, &answers_);
  tasks.Start(Call("check"));
  TaskAnswer answer = answers_.Take();
  EXPECT_EQ(answer.error, "Lambda.SdkClientException");
  EXPECT_TRUE(answer.cause.starts_with("Unable to execute HTTP request: ")) << answer.cause;
}

TEST_F(HttpTasksTest, Timeout_OfTheEndpoint_EndsTheCall) {
  HttpEndpoint endpoint = Endpoint();
  endpoint.timeout_ms = 50;
  HttpTasks tasks(client_.get(), endpoint, &answers_);
  tasks.Start(Call("hang"));
  EXPECT_EQ(answers_.Take().error, "Lambda.ClientExecutionTimeoutException");
}

TEST_F(HttpTasksTest, Cancel_DropsTheCall_AndOthersGoOn) {
  HttpTasks tasks(client_.get(), Endpoint(), &answers_);
  tasks.Start(Call("hang", CallForm::kFunctionArn, 1));
  tasks.Cancel({0, 0, 0, 1});
  tasks.Cancel({0, 0, 0, 99});
  for (uint32_t serial = 2; serial < 52; ++serial)
    tasks.Start(Call("check", CallForm::kFunctionArn, serial));
  for (uint32_t count = 0; count < 50; ++count)
    EXPECT_TRUE(answers_.Take().succeeded);
  EXPECT_TRUE(answers_.tokens.empty());
}

TEST_F(HttpTasksTest, CallsBeyondTheConnections_WaitInTheirOrder) {
  HttpLimits limits;
  limits.connections_per_host_max = 1;
  client_ = std::make_unique<HttpClient>(limits);
  HttpTasks tasks(client_.get(), Endpoint(), &answers_);
  tasks.Start(Call("hang", CallForm::kFunctionArn, 1));
  for (uint32_t serial = 2; serial <= 20; ++serial)
    tasks.Start(Call("check", CallForm::kFunctionArn, serial));
  tasks.Cancel({0, 0, 0, 7});  // while it waits
  tasks.Cancel({0, 0, 0, 1});  // its connection is the others'
  std::unique_lock lock(answers_.mutex);
  answers_.came.wait(lock, [this] { return answers_.tokens.size() == 18; });
  for (uint32_t i = 0; i < 18; ++i) {
    EXPECT_EQ(answers_.tokens[i].serial, i + (i < 5 ? 2 : 3));
    EXPECT_TRUE(answers_.answers[i].succeeded);
  }
}

TEST_F(HttpTasksTest, CallsToOneHost_WaitInTheirOrder_WhateverTheirUrl) {
  HttpEndpoint same_host = Endpoint();
  same_host.url.replace(0, 4, "HTTP");
  ExpectOneOrder(Endpoint(), same_host);
}

// The proxy makes connections of its own to them; ours are to the proxy.
TEST_F(HttpTasksTest, CallsThroughOneProxy_WaitInTheirOrder_WhateverTheirHost) {
  HttpEndpoint one;
  one.url = "http://one.invalid";
  one.proxy = Endpoint().url;
  HttpEndpoint other;
  other.url = "http://other.invalid:8080/";
  other.proxy = "127.0.0.1:" + std::to_string(port_);
  ExpectOneOrder(one, other);
}

TEST_F(HttpTasksTest, Proxy_IsUsed_WhateverTheEnvironmentExcepts) {
  ASSERT_EQ(setenv("no_proxy", "*", 1), 0);
  HttpEndpoint endpoint;
  endpoint.url = "http://one.invalid";
  endpoint.proxy = Endpoint().url;
  HttpTasks tasks(client_.get(), endpoint, &answers_);
  tasks.Start(Call("check"));
  const TaskAnswer answer = answers_.Take();
  unsetenv("no_proxy");
  EXPECT_TRUE(answer.succeeded) << answer.cause;
}

TEST_F(HttpTasksTest, Names_AreEscapedInTheUrl) {
  HttpEndpoint endpoint = Endpoint();
  endpoint.function_name = "a-b._~ %25?\u00fc";
  HttpTasks tasks(client_.get(), endpoint, &answers_);
  tasks.Start(Call("check"));
  const TaskAnswer answer = answers_.Take();
  EXPECT_NE(answer.output.find("\"name\":\"" + endpoint.function_name + "\""), std::string::npos)
      << answer.output << answer.cause;
}

}  // namespace
}  // namespace aslx
