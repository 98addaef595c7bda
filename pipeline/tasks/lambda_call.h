// A call of a function as a Task state makes it, in both forms of a Resource, and the shape of its
// answer: what the service does between a Task state and the Lambda Invoke API.
//
// What it is not: the transport (http_client.h, in_process_tasks.h).
// Who uses it: the task router makes calls, the integrations shape answers.
// Thread: any. Memory: a FunctionCall views the request and `arena`; both live during Start only.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "pipeline/tasks/function_name.h"
#include "pipeline/tasks/task_answer.h"
#include "runtime/base/arena.h"
#include "runtime/value/json_reader.h"
#include "runtime/vm/interpreter.h"

namespace aslx {

enum class CallForm : uint8_t {
  kFunctionArn,   // Resource is the function's ARN: the payload is the result
  kLambdaInvoke,  // Resource is arn:aws:states:::lambda:invoke: the result is the API's response
};

/// True when the Task calls a function, in either form.
bool IsFunctionTask(const TaskRecord& task, const Program& program);

struct FunctionCall {
  SuspensionToken token;
  CallForm form = CallForm::kLambdaInvoke;
  FunctionName function;
  std::string_view payload;          // JSON text to send; a string Payload is sent as it is
  std::string_view invocation_type;  // empty: RequestResponse
  std::string_view log_type;
  std::string_view client_context;
  std::string_view execution_id;
  int64_t deadline_ns = 0;
};

/// Reads the call out of a request for which IsFunctionTask holds. An answer comes back when the
/// parameters name no function: that is the Task's failure.
std::optional<TaskAnswer> MakeFunctionCall(const TaskRequest& request, Arena& arena,
                                           FunctionCall* call);

/// What came back from a function, by whichever way.
struct FunctionReply {
  int status = 200;
  bool function_error = false;  // the function raised; payload is its error object
  std::string_view payload;
  std::string_view executed_version;
  std::string_view request_id;
  std::string_view log_result;
  /// Of the response, for SdkHttpMetadata.
  std::span<const std::pair<std::string, std::string>> headers;
};

/// Makes answers of replies; keeps a reader, because a payload is validated before it becomes part
/// of a document. One a thread.
class ReplyShaper {
 public:
  /// The payload itself, or the API's response with the payload in it; a failure when the function
  /// raised, or when its payload is no JSON or over the payload limit.
  TaskAnswer Shape(CallForm form, std::string_view function, const FunctionReply& reply);

 private:
  BlockPool pool_;
  Arena arena_{&pool_};
  JsonReader reader_;
};

/// The service refused: `type` is its exception's name, without namespace; empty where it sent
/// none.
TaskAnswer ShapeServiceError(int status, std::string_view type, std::string_view message,
                             std::string_view request_id);

/// The name in `x-amzn-errortype` or `__type`: without what surrounds it
/// (`com.amazonaws.lambda#X`, `X:http://…`).
std::string_view ExceptionName(std::string_view type);

}  // namespace aslx
