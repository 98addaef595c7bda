#include "pipeline/tasks/mocked_tasks.h"

#include <fmt/core.h>

#include "pipeline/tasks/mock_match.h"
#include "runtime/program/error_names.h"
#include "runtime/value/json_writer.h"

namespace aslx {
namespace {

/// The response for one more call; null when all are used.
const MockResponse* TakeResponse(MockStub& stub) {
  if (stub.next == stub.responses.size()) {
    bool repeats = stub.repeat_last && !stub.responses.empty();
    return repeats ? &stub.responses.back() : nullptr;
  }
  const MockResponse& response = stub.responses[stub.next];
  if (++stub.used_of_next == response.times) {
    ++stub.next;
    stub.used_of_next = 0;
  }
  return &response;
}

bool HasResponse(const MockStub& stub) {
  return stub.next < stub.responses.size() || (stub.repeat_last && !stub.responses.empty());
}

}  // namespace

void MockedTasks::Submit(const TaskRequest& request) {
  arena_.Reset();
  size_t same_state_count = 0;
  for (MockStub& stub : file_->stubs) {
    if (stub.state.has_value() && *stub.state != request.state_name) continue;
    ++same_state_count;
    if (!HasResponse(stub)) continue;
    if (!stub.parameters.undefined() &&
        !MatchesExpected(stub.parameters, request.parameters, arena_)) {
      continue;
    }
    const MockResponse* response = TakeResponse(stub);
    if (response->submitted.has_value()) {
      TaskAnswer submission = TaskAnswer::Success(*response->submitted);
      submission.submission = true;
      answers_->Answer(request.token, std::move(submission));
    }
    if (!response->never) answers_->Answer(request.token, response->answer);
    return;
  }
  answers_->Answer(request.token, NoStubFits(request, same_state_count));
}

TaskAnswer MockedTasks::NoStubFits(const TaskRequest& request, size_t same_state_count) {
  return TaskAnswer::Failure(
      error_names::kRuntime,
      fmt::format(
          "No mocked answer for state '{}' called with {}: {} this state, none has "
          "these parameters and a response left",
          request.state_name, JsonText(request.parameters, arena_),
          same_state_count == 1 ? "1 stub names" : fmt::format("{} stubs name", same_state_count)));
}

uint64_t MockedTasks::unused_response_count() const {
  uint64_t count = 0;
  for (const MockStub& stub : file_->stubs) {
    for (size_t i = stub.next; i < stub.responses.size(); ++i) {
      bool repeats = stub.repeat_last && i + 1 == stub.responses.size();
      if (!repeats) count += stub.responses[i].times - (i == stub.next ? stub.used_of_next : 0);
    }
  }
  return count;
}

}  // namespace aslx
