// The client of HTTP calls: a thread with all transfers, connections that are kept, how many there
// may be, and what is said of an endpoint that cannot be reached.
//
// What it is not: a general HTTP client; which request a call is says http_tasks.h. The only file
// that knows libcurl is http_client.cc.
// Who uses it: HttpTasks. Thread: one HttpClient a process with a thread of its own; called from
// any. Memory: a transfer owns its request and response.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/tasks/function_integration.h"

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
  /// Calls under way to a host and port, over HTTP/1 a connection each; further ones wait, and
  /// their time-out with them. Fits a function host with 256 at once.
  int64_t connections_per_host_max = 256;
  int64_t connections_max = 1'024;
};

/// A POST, and where its answer goes. Endpoint and host are not copied: whoever ends them Forgets
/// first.
struct HttpCall {
  AnswerSink* answers = nullptr;
  SuspensionToken token;
  const HttpEndpoint* endpoint = nullptr;
  std::string_view host;  // ConnectionHost of the endpoint
  CallForm form = CallForm::kLambdaInvoke;
  std::string function;  // as the state named it
  std::string url;       // whole
  std::string payload;
  std::vector<std::string> headers;  // "Name: value"
};

/// What the connections of an endpoint are counted by, as libcurl does: host:port of the URL, or of
/// the HTTP proxy that its calls are handed to; through a tunnel, as https:// and SOCKS take, it is
/// the URL's. In small letters, with the port that goes without saying. What is no URL is returned
/// as it is.
std::string ConnectionHost(const std::string& url, const std::string& proxy);

/// Invariant: the thread runs from construction to destruction; it outlives every HttpTasks.
class HttpClient {
 public:
  explicit HttpClient(const HttpLimits& limits);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  void Start(HttpCall call);
  void Cancel(const AnswerSink* answers, SuspensionToken token);
  /// Drops all transfers whose answers would go there; when it returns none comes any more.
  void Forget(const AnswerSink* answers);

 private:
  struct Transfer;
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace aslx
