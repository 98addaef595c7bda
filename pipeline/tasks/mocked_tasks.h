// Task states answered from a file of mocks: any service, any parameters, no side effects.
//
// What it is not: the file's format (mock_file.h).
// Who uses it: `aslx exec --mock`, and pipelines that map a resource to a mock.
// Thread: the worker's. Memory: owns the file; each worker has its own, so calls are counted a
// worker.
#pragma once

#include <cstdint>
#include <memory>

#include "pipeline/tasks/function_integration.h"
#include "pipeline/tasks/mock_file.h"
#include "runtime/worker/task_gateway.h"

namespace aslx {

class MockedTasks final : public TaskGateway {
 public:
  MockedTasks(std::unique_ptr<MockFile> file, AnswerSink* answers)
      : file_(std::move(file)), answers_(answers) {}
  MockedTasks(const MockedTasks&) = delete;
  MockedTasks& operator=(const MockedTasks&) = delete;

  /// Answers with the next response of the first stub that fits and has one left. A call that no
  /// stub fits fails with States.Runtime, which no Catch handles, and a cause that says what was
  /// called.
  void Submit(const TaskRequest& request) override;
  void Cancel(SuspensionToken) override {}

  /// Responses nobody asked for; a last one that repeats is not counted.
  uint64_t unused_response_count() const;

 private:
  TaskAnswer NoStubFits(const TaskRequest& request, size_t same_state_count);

  std::unique_ptr<MockFile> file_;
  AnswerSink* answers_;
  BlockPool pool_;
  Arena arena_{&pool_};
};

}  // namespace aslx
