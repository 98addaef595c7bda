// Functions behind HTTP endpoints, called with the Lambda Invoke API
// (POST /2015-03-31/functions/NAME/invocations).
//
// What it is not: a general HTTP client; the only file that knows libcurl is http_tasks.cc.
// Thread: one HttpClient a process with a thread of its own, which all transfers share; an
// HttpTasks belongs to a worker. Memory: a transfer owns its request and response.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "pipeline/tasks/function_integration.h"
#include "runtime/base/result.h"

namespace aslx {

struct HttpEndpoint {
  std::string url;  // http://host:port, without the API's path
  /// The function's name to send; empty: the bare name of the call (no ARN).
  std::string function_name;
  std::vector<std::string> headers;  // "Name: value", sent with every call
  int64_t timeout_ms = 0;            // of the whole call; 0: the Task state's own time-out only
  int64_t connect_timeout_ms = 3'000;
  std::string ca_file;      // of https; empty: the system's
  std::string client_cert;  // mutual TLS
  std::string client_key;
  std::string proxy;  // empty: none, whatever the environment says
};

struct HttpLimits {
  /// Calls under way to the URL of an endpoint, over HTTP/1 a connection each; further ones wait,
  /// and their time-out with them. Fits a function host with 256 at once.
  int64_t connections_per_host_max = 256;
  int64_t connections_max = 1'024;
};

/// Invariant: the thread runs from construction to destruction; it outlives every HttpTasks.
class HttpClient {
 public:
  explicit HttpClient(const HttpLimits& limits);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  struct Transfer;
  void Start(std::unique_ptr<Transfer> transfer);
  void Cancel(const AnswerSink* answers, SuspensionToken token);
  /// Drops all transfers whose answers would go there; when it returns none comes any more.
  void Forget(const AnswerSink* answers);

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

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
  AnswerSink* answers_;
};

}  // namespace aslx
