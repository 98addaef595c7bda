// Functions behind HTTP endpoints, called with the Lambda Invoke API
// (POST /2015-03-31/functions/NAME/invocations): which request a call is.
//
// What it is not: the transport (http_client.h), nor what a reply means (http_reply.h).
// Thread: it belongs to a worker. Memory: copies what it needs of a call.
#pragma once

#include <string>

#include "pipeline/tasks/function_integration.h"
#include "pipeline/tasks/http_client.h"

namespace aslx {

class HttpTasks final : public FunctionIntegration {
 public:
  HttpTasks(HttpClient* client, HttpEndpoint endpoint, AnswerSink* answers);
  HttpTasks(const HttpTasks&) = delete;
  HttpTasks& operator=(const HttpTasks&) = delete;
  /// Calls under way are dropped.
  ~HttpTasks() override;

  void Start(const FunctionCall& call) override;
  void Cancel(SuspensionToken token) override;
  std::string WhyNot(const FunctionName&) const override { return {}; }

 private:
  HttpClient* client_;
  HttpEndpoint endpoint_;
  const std::string host_;
  AnswerSink* answers_;
};

}  // namespace aslx
