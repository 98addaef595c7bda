#include "pipeline/tasks/lambda_call.h"

#include <fmt/core.h>

#include "runtime/base/limits.h"
#include "runtime/program/error_names.h"
#include "runtime/value/json_reader.h"
#include "runtime/value/json_writer.h"

namespace aslx {
namespace {

constexpr std::string_view kLambda = "lambda";
constexpr std::string_view kInvoke = "invoke";

/// The text of a member of Parameters that must be a string; empty when it is absent or another
/// type.
std::string_view TextMember(const Value& parameters, std::string_view key, Arena& arena) {
  if (parameters.type != Type::kObject) return {};
  Value member = FindMember(parameters, key, arena);
  return member.type == Type::kString ? Decode(member, arena) : std::string_view{};
}

/// `text` without the blanks between its tokens. It is valid JSON.
std::string Compact(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (in_string) {
      result.push_back(c);
      if (c == '\\' && i + 1 < text.size())
        result.push_back(text[++i]);
      else if (c == '"')
        in_string = false;
      continue;
    }
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') continue;
    if (c == '"') in_string = true;
    result.push_back(c);
  }
  return result;
}

TaskAnswer TooLarge(CallForm form, std::string_view function) {
  return TaskAnswer::Failure(
      error_names::kDataLimitExceeded,
      fmt::format("The state/task '{}' returned a result with a size exceeding the maximum number "
                  "of bytes service limit.",
                  form == CallForm::kLambdaInvoke ? kLambda : function));
}

/// The error name is the function's errorType; the cause is its whole error object, compact for
/// lambda:invoke and as the function wrote it for an ARN.
TaskAnswer ShapeFunctionError(CallForm form, std::string_view payload, bool is_json,
                              const Value& root, Arena& arena) {
  std::string_view error_type = is_json ? TextMember(root, "errorType", arena) : std::string_view{};
  if (error_type.empty()) {
    return TaskAnswer::Failure("Lambda.Unknown",
                               fmt::format("The cause could not be determined because Lambda did "
                                           "not return an error type. Returned payload: {}",
                                           payload));
  }
  return TaskAnswer::Failure(
      error_type, form == CallForm::kLambdaInvoke ? Compact(payload) : std::string(payload));
}

void AppendMember(std::string_view key, std::string_view text, std::string* out) {
  AppendQuoted(key, out);
  out->push_back(':');
  AppendQuoted(text, out);
}

void AppendHttpMetadata(const FunctionReply& reply, std::string* out) {
  out->append("\"SdkHttpMetadata\":{\"AllHttpHeaders\":{");
  bool first = true;
  for (const auto& [name, value] : reply.headers) {
    if (!first) out->push_back(',');
    first = false;
    AppendQuoted(name, out);
    out->append(":[");
    AppendQuoted(value, out);
    out->push_back(']');
  }
  out->append("},\"HttpHeaders\":{");
  first = true;
  for (const auto& [name, value] : reply.headers) {
    if (!first) out->push_back(',');
    first = false;
    AppendMember(name, value, out);
  }
  out->append(fmt::format("}},\"HttpStatusCode\":{}}},\"SdkResponseMetadata\":{{", reply.status));
  AppendMember("RequestId", reply.request_id, out);
  out->push_back('}');
}

std::string InvokeResponse(const FunctionReply& reply, std::string_view payload) {
  std::string out;
  out.reserve(payload.size() + 256 + reply.headers.size() * 96);
  out.push_back('{');
  if (!reply.executed_version.empty()) {
    AppendMember("ExecutedVersion", reply.executed_version, &out);
    out.push_back(',');
  }
  if (!reply.log_result.empty()) {
    AppendMember("LogResult", reply.log_result, &out);
    out.push_back(',');
  }
  out.append("\"Payload\":").append(payload).push_back(',');
  AppendHttpMetadata(reply, &out);
  out.append(fmt::format(",\"StatusCode\":{}}}", reply.status));
  return out;
}

/// Values that become HTTP headers: an event must not be able to add headers of its own.
bool FitsHeader(std::string_view text) {
  for (char c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return false;
  return true;
}

std::optional<TaskAnswer> CheckOptions(const FunctionCall& call) {
  auto refuse = [](std::string_view field, std::string_view value) {
    return TaskAnswer::Failure(
        "Lambda.InvalidParameterValueException",
        fmt::format("The value '{}' is not valid for the field '{}'", value, field));
  };
  std::string_view type = call.invocation_type;
  if (!type.empty() && type != "RequestResponse" && type != "Event" && type != "DryRun")
    return refuse("InvocationType", type);
  if (!call.log_type.empty() && call.log_type != "None" && call.log_type != "Tail")
    return refuse("LogType", call.log_type);
  if (!FitsHeader(call.client_context)) return refuse("ClientContext", call.client_context);
  return std::nullopt;
}

std::string_view NameOfStatus(int status) {
  switch (status) {
    case 403: return "AccessDeniedException";
    case 404: return "ResourceNotFoundException";
    case 413: return "RequestTooLargeException";
    case 415: return "UnsupportedMediaTypeException";
    case 429: return "TooManyRequestsException";
    default: return status >= 500 ? "ServiceException" : "AWSLambdaException";
  }
}

}  // namespace

bool IsFunctionTask(const TaskRecord& task, const Program& program) {
  if (task.kind == TaskKind::kLambdaArn) return true;
  return task.kind == TaskKind::kService && program.TextOf(task.resource_type) == kLambda &&
         program.TextOf(task.resource) == kInvoke;
}

std::optional<TaskAnswer> MakeFunctionCall(const TaskRequest& request, Arena& arena,
                                           FunctionCall* call) {
  call->token = request.token;
  call->execution_id = request.execution_id;
  call->deadline_ns = request.deadline_ns;
  if (request.task->kind == TaskKind::kLambdaArn) {
    call->form = CallForm::kFunctionArn;
    call->function = ParseFunctionName(request.program->TextOf(request.task->arn));
    call->payload = JsonText(request.parameters, arena);
    return std::nullopt;
  }
  call->form = CallForm::kLambdaInvoke;
  std::string_view name = TextMember(request.parameters, "FunctionName", arena);
  if (name.empty()) {
    return TaskAnswer::Failure(
        error_names::kRuntime,
        fmt::format("The Parameters '{}' could not be used to start the Task: [The field "
                    "'FunctionName' is required but was missing]",
                    JsonText(request.parameters, arena)));
  }
  call->function = ParseFunctionName(name);
  std::string_view qualifier = TextMember(request.parameters, "Qualifier", arena);
  if (!qualifier.empty()) call->function.qualifier = qualifier;
  call->invocation_type = TextMember(request.parameters, "InvocationType", arena);
  call->log_type = TextMember(request.parameters, "LogType", arena);
  call->client_context = TextMember(request.parameters, "ClientContext", arena);
  Value payload = FindMember(request.parameters, "Payload", arena);
  if (payload.undefined() || payload.type == Type::kNull)
    call->payload = "{}";
  else if (payload.type == Type::kString)
    call->payload = Decode(payload, arena);
  else
    call->payload = JsonText(payload, arena);
  return CheckOptions(*call);
}

TaskAnswer ReplyShaper::Shape(CallForm form, std::string_view function,
                              const FunctionReply& reply) {
  if (reply.payload.size() > limits::kPayloadBytesMax) return TooLarge(form, function);
  std::string_view payload = reply.payload;
  // An asynchronous invocation answers without a payload.
  if (payload.empty()) payload = "\"\"";
  arena_.Reset();
  Value root;
  bool is_json = reader_.Read(payload, nullptr, nullptr, &root).kind == JsonError::Kind::kNone;
  if (reply.function_error) return ShapeFunctionError(form, reply.payload, is_json, root, arena_);
  if (!is_json) {
    return TaskAnswer::Failure(
        "Lambda.Unknown",
        fmt::format("The function '{}' returned a payload that is not one JSON text: {}", function,
                    payload.substr(0, 256)));
  }
  if (form == CallForm::kFunctionArn) return TaskAnswer::Success(std::string(payload));
  return TaskAnswer::Success(InvokeResponse(reply, payload));
}

TaskAnswer ShapeServiceError(int status, std::string_view type, std::string_view message,
                             std::string_view request_id) {
  if (type.empty()) type = NameOfStatus(status);
  return TaskAnswer::Failure(
      fmt::format("Lambda.{}", type),
      fmt::format("{} (Service: AWSLambda; Status Code: {}; Error Code: {}; Request ID: {}; "
                  "Proxy: null)",
                  message, status, type, request_id));
}

std::string_view ExceptionName(std::string_view type) {
  if (size_t hash = type.find('#'); hash != std::string_view::npos) type.remove_prefix(hash + 1);
  return type.substr(0, type.find(':'));
}

}  // namespace aslx
