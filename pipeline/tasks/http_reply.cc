#include "pipeline/tasks/http_reply.h"

#include <algorithm>
#include <cctype>

namespace aslx {
namespace {

bool SameName(std::string_view left, std::string_view right) {
  if (left.size() != right.size()) return false;
  for (size_t i = 0; i < left.size(); ++i) {
    if (std::tolower(static_cast<unsigned char>(left[i])) !=
        std::tolower(static_cast<unsigned char>(right[i]))) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::string_view HttpReply::Header(std::string_view wanted) const {
  for (const auto& [header, value] : headers)
    if (SameName(header, wanted)) return value;
  return {};
}

TaskAnswer HttpReplyReader::AnswerOf(CallForm form, std::string_view function,
                                     const HttpReply& reply) {
  if (reply.status < 200 || reply.status >= 300) return ServiceError(reply);
  FunctionReply shaped;
  shaped.status = reply.status;
  shaped.function_error = !reply.Header("x-amz-function-error").empty();
  shaped.payload = reply.body;
  shaped.executed_version = reply.Header("x-amz-executed-version");
  shaped.request_id = reply.Header("x-amzn-requestid");
  shaped.log_result = reply.Header("x-amz-log-result");
  shaped.headers = reply.headers;
  return shaper_.Shape(form, function, shaped);
}

TaskAnswer HttpReplyReader::ServiceError(const HttpReply& reply) {
  arena_.Reset();
  std::string_view type = reply.Header("x-amzn-errortype");
  std::string_view message;
  Value root;
  if (reader_.Read(reply.body, nullptr, nullptr, &root).kind == JsonError::Kind::kNone &&
      root.type == Type::kObject) {
    for (std::string_view key : {"__type", "Type", "code"}) {
      Value named = FindMember(root, key, arena_);
      if (type.empty() && named.type == Type::kString) type = Decode(named, arena_);
    }
    for (std::string_view key : {"Message", "message"}) {
      Value text = FindMember(root, key, arena_);
      if (message.empty() && text.type == Type::kString) message = Decode(text, arena_);
    }
  } else {
    message = reply.body;
  }
  // `Type` may be User or Service, which names nobody's mistake in particular.
  if (type == "User" || type == "Service") type = {};
  return ShapeServiceError(reply.status, ExceptionName(type), message,
                           reply.Header("x-amzn-requestid"));
}

}  // namespace aslx
