// Files of mocked answers, in both formats, as one list of stubs.
//
//   {"stubs":[{"state":…,"parameters":…,"responses":[…],"repeat_last":…}]}
//   a Step Functions Local mock file: StateMachines, TestCases, MockedResponses; one test case
//
// What it is not: the integration that answers from it (mocked_tasks.h).
// Thread: one. Memory: owns the text and the values of the file.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/tasks/task_answer.h"
#include "runtime/base/arena.h"
#include "runtime/base/result.h"
#include "runtime/value/value.h"

namespace aslx {

struct MockResponse {
  /// Never answered: the state's own time-out has to fire.
  bool never = false;
  TaskAnswer answer;
  /// What the service said when it took the call, before it answered; a Standard machine's `.sync`
  /// and `.waitForTaskToken`. JSON text; absent: it says nothing.
  std::optional<std::string> submitted;
  /// How many calls in a row get it ("1-2" of a Step Functions Local file: 2).
  uint64_t times = 1;
};

struct MockStub {
  std::optional<std::string> state;  // absent: any state
  Value parameters;                  // Undefined: any parameters
  std::vector<MockResponse> responses;
  /// The last response goes on answering when all are used.
  bool repeat_last = false;
  size_t next = 0;
  uint64_t used_of_next = 0;
};

struct MockCase {
  /// Of a Step Functions Local file; empty: the file has stubs.
  std::string test_case;
  /// The machine of the test case; empty: the only one in the file.
  std::string machine;
};

class MockFile {
 public:
  /// `name` is what errors call the file.
  static Result<std::unique_ptr<MockFile>> Parse(std::string_view name, std::string text,
                                                 const MockCase& which);

  std::vector<MockStub> stubs;

 private:
  MockFile() : arena_(&pool_) {}
  Result<void> ReadStubs(const Value& root);
  Result<void> ReadStub(const Value& value, size_t index);
  Result<void> ReadTestCase(const Value& root, const MockCase& which);
  Result<void> ReadMockedResponse(std::string_view state, const Value& response,
                                  std::string_view response_name);
  std::string Where(std::string_view place) const;

  std::string name_;
  std::string text_;
  BlockPool pool_;
  Arena arena_;
};

}  // namespace aslx
