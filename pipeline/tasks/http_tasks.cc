#include "pipeline/tasks/http_tasks.h"

#include <cctype>
#include <utility>

#include <fmt/core.h>

namespace aslx {
namespace {

/// As a part of a URL's path, or the value in its query.
std::string Escaped(std::string_view text) {
  constexpr std::string_view kMarks = "-._~";
  std::string escaped;
  for (const char byte : text) {
    const auto code = static_cast<unsigned char>(byte);
    const bool plain =
        code < 0x80 && (std::isalnum(code) != 0 || kMarks.find(byte) != std::string_view::npos);
    escaped += plain ? std::string(1, byte) : fmt::format("%{:02X}", code);
  }
  return escaped;
}

}  // namespace

HttpTasks::HttpTasks(HttpClient* client, HttpEndpoint endpoint, AnswerSink* answers)
    : client_(client),
      endpoint_(std::move(endpoint)),
      host_(ConnectionHost(endpoint_.url, endpoint_.proxy)),
      answers_(answers) {
  while (endpoint_.url.ends_with('/'))
    endpoint_.url.pop_back();
}
HttpTasks::~HttpTasks() {
  client_->Forget(answers_);
}

void HttpTasks::Start(const FunctionCall& call) {
  HttpCall sent;
  sent.answers = answers_;
  sent.token = call.token;
  sent.endpoint = &endpoint_;
  sent.host = host_;
  sent.form = call.form;
  sent.function = call.function.text;
  sent.url = fmt::format(
      "{}/2015-03-31/functions/{}/invocations", endpoint_.url,
      Escaped(endpoint_.function_name.empty() ? call.function.name
                                              : std::string_view(endpoint_.function_name)));
  if (!call.function.qualifier.empty())
    sent.url += "?Qualifier=" + Escaped(call.function.qualifier);
  sent.payload = call.payload;
  sent.headers = {"Content-Type: application/json", "Expect:"};
  if (!call.invocation_type.empty())
    sent.headers.push_back(fmt::format("X-Amz-Invocation-Type: {}", call.invocation_type));
  if (!call.log_type.empty())
    sent.headers.push_back(fmt::format("X-Amz-Log-Type: {}", call.log_type));
  if (!call.client_context.empty())
    sent.headers.push_back(fmt::format("X-Amz-Client-Context: {}", call.client_context));
  if (!call.execution_id.empty())
    sent.headers.push_back(fmt::format("X-Aslx-Execution-Id: {}", call.execution_id));
  for (const std::string& header : endpoint_.headers)
    sent.headers.push_back(header);
  client_->Start(std::move(sent));
}

void HttpTasks::Cancel(SuspensionToken token) {
  client_->Cancel(answers_, token);
}

}  // namespace aslx
