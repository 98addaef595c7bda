#include "pipeline/tasks/mock_file.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <memory>

#include <fmt/core.h>

#include "runtime/value/json_reader.h"
#include "runtime/value/json_writer.h"

namespace aslx {
namespace {

std::string TextOf(const Value& value, Arena& arena) {
  return std::string(Decode(value, arena));
}

bool IsTrue(const Value& value) {
  return value.type == Type::kBool && value.truth();
}

/// One response of a stub.
MockResponse ReadResponse(const Value& response, Arena& arena) {
  MockResponse result;
  Value output_text = FindMember(response, "output_text", arena);
  Value output = FindMember(response, "output", arena);
  Value error = FindMember(response, "error", arena);
  Value cause = FindMember(response, "cause", arena);
  Value failed_event = FindMember(response, "failed_event", arena);
  const Value submitted = FindMember(response, "submitted", arena);
  if (!submitted.undefined()) result.submitted = JsonString(submitted);
  result.never = IsTrue(FindMember(response, "timeout", arena)) ||
                 IsTrue(FindMember(response, "never", arena));
  if (output_text.type == Type::kString) {
    result.answer = TaskAnswer::Success(TextOf(output_text, arena));
  } else if (!output.undefined()) {
    result.answer = TaskAnswer::Success(JsonString(output));
  } else {
    if (error.type == Type::kString) {
      result.answer.has_error = true;
      result.answer.error = TextOf(error, arena);
    }
    if (cause.type == Type::kString) {
      result.answer.has_cause = true;
      result.answer.cause = TextOf(cause, arena);
    }
    result.answer.timed_out =
        failed_event.type == Type::kString && TextOf(failed_event, arena).ends_with("TimedOut");
  }
  return result;
}

/// "3" or "1-2" of a Step Functions Local file.
bool ReadRange(std::string_view text, uint64_t* first, uint64_t* last) {
  const char* end = text.data() + text.size();
  auto [after, error] = std::from_chars(text.data(), end, *first);
  if (error != std::errc{}) return false;
  *last = *first;
  if (after == end) return true;
  if (*after != '-') return false;
  auto [rest, second_error] = std::from_chars(after + 1, end, *last);
  return second_error == std::errc{} && rest == end && *last >= *first;
}

/// The keys of an object, for messages.
std::string Keys(const Value& object, Arena& arena) {
  std::string result;
  Value opened = Open(object, arena);
  for (uint32_t i = 0; i < opened.size; ++i) {
    if (i > 0) result += ", ";
    result += Decode(opened.members[i].key, arena);
  }
  return result.empty() ? "none" : result;
}

}  // namespace

Result<std::unique_ptr<MockFile>> MockFile::Parse(std::string_view name, std::string text,
                                                  const MockCase& which) {
  std::unique_ptr<MockFile> file(new MockFile);
  file->name_ = name;
  file->text_ = std::move(text);
  JsonReader reader;
  Value root;
  JsonError error = reader.Read(file->text_, nullptr, nullptr, &root);
  if (error.kind != JsonError::Kind::kNone) {
    return Fail(ErrorKind::kData,
                fmt::format("{}: not JSON at byte {}: {}", name, error.offset, error.message));
  }
  if (root.type != Type::kObject)
    return Fail(ErrorKind::kData, file->Where("expected an object at the top"));
  bool has_stubs = !FindMember(root, "stubs", file->arena_).undefined();
  bool has_machines = !FindMember(root, "StateMachines", file->arena_).undefined();
  if (!has_stubs && !has_machines) {
    return Fail(ErrorKind::kData,
                file->Where("expected `stubs`, or `StateMachines` and `MockedResponses` of a Step "
                            "Functions Local mock file"));
  }
  Result<void> read = has_stubs ? file->ReadStubs(root) : file->ReadTestCase(root, which);
  if (!read) return tl::unexpected<Error>(read.error());
  return file;
}

std::string MockFile::Where(std::string_view place) const {
  return fmt::format("{}: {}", name_, place);
}

Result<void> MockFile::ReadStubs(const Value& root) {
  Value list = Open(FindMember(root, "stubs", arena_), arena_);
  if (list.type != Type::kArray) return Fail(ErrorKind::kData, Where("`stubs` must be an array"));
  for (uint32_t i = 0; i < list.size; ++i) {
    if (Result<void> read = ReadStub(list.items[i], i); !read) return read;
  }
  return {};
}

Result<void> MockFile::ReadStub(const Value& value, size_t index) {
  if (value.type != Type::kObject)
    return Fail(ErrorKind::kData, Where(fmt::format("/stubs/{} must be an object", index)));
  MockStub stub;
  Value state = FindMember(value, "state", arena_);
  if (state.type == Type::kString) stub.state = TextOf(state, arena_);
  stub.parameters = FindMember(value, "parameters", arena_);
  stub.repeat_last = IsTrue(FindMember(value, "repeat_last", arena_));
  Value responses = FindMember(value, "responses", arena_);
  if (responses.type != Type::kArray) {
    return Fail(ErrorKind::kData,
                Where(fmt::format("/stubs/{}/responses must be an array", index)));
  }
  responses = Open(responses, arena_);
  for (uint32_t i = 0; i < responses.size; ++i) {
    if (responses.items[i].type != Type::kObject) {
      return Fail(ErrorKind::kData,
                  Where(fmt::format("/stubs/{}/responses/{} must be an object", index, i)));
    }
    stub.responses.push_back(ReadResponse(responses.items[i], arena_));
  }
  stubs.push_back(std::move(stub));
  return {};
}

Result<void> MockFile::ReadTestCase(const Value& root, const MockCase& which) {
  Value machines = Open(FindMember(root, "StateMachines", arena_), arena_);
  Value mocked = FindMember(root, "MockedResponses", arena_);
  if (machines.type != Type::kObject || mocked.type != Type::kObject) {
    return Fail(ErrorKind::kData,
                Where("`StateMachines` and `MockedResponses` must both be objects"));
  }
  if (which.test_case.empty()) {
    return Fail(ErrorKind::kUsage,
                Where("a Step Functions Local mock file needs the name of a test case"));
  }
  Value machine;
  if (!which.machine.empty())
    machine = FindMember(machines, which.machine, arena_);
  else if (machines.size == 1)
    machine = machines.members[0].value;
  if (machine.type != Type::kObject) {
    return Fail(ErrorKind::kData,
                Where(fmt::format("no machine '{}' in /StateMachines, which has: {}", which.machine,
                                  Keys(machines, arena_))));
  }
  Value cases = FindMember(machine, "TestCases", arena_);
  Value chosen = cases.type == Type::kObject ? FindMember(cases, which.test_case, arena_) : Value{};
  if (chosen.type != Type::kObject) {
    return Fail(ErrorKind::kData,
                Where(fmt::format("no test case '{}'; the machine has: {}", which.test_case,
                                  cases.type == Type::kObject ? Keys(cases, arena_) : "none")));
  }
  chosen = Open(chosen, arena_);
  for (uint32_t i = 0; i < chosen.size; ++i) {
    std::string state = TextOf(chosen.members[i].key, arena_);
    const Value& response_name = chosen.members[i].value;
    if (response_name.type != Type::kString) {
      return Fail(ErrorKind::kData, Where(fmt::format("state '{}' of test case '{}' must name a "
                                                      "response",
                                                      state, which.test_case)));
    }
    std::string name = TextOf(response_name, arena_);
    Value response = FindMember(mocked, name, arena_);
    if (Result<void> read = ReadMockedResponse(state, response, name); !read) return read;
  }
  return {};
}

Result<void> MockFile::ReadMockedResponse(std::string_view state, const Value& response,
                                          std::string_view response_name) {
  if (response.type != Type::kObject) {
    return Fail(ErrorKind::kData,
                Where(fmt::format("no response '{}' in /MockedResponses", response_name)));
  }
  std::map<uint64_t, MockResponse> by_call;  // index of the first call -> response
  Value opened = Open(response, arena_);
  for (uint32_t i = 0; i < opened.size; ++i) {
    std::string range = TextOf(opened.members[i].key, arena_);
    const Value& value = opened.members[i].value;
    uint64_t first = 0;
    uint64_t last = 0;
    Value returned = value.type == Type::kObject ? FindMember(value, "Return", arena_) : Value{};
    Value thrown = value.type == Type::kObject ? FindMember(value, "Throw", arena_) : Value{};
    if (!ReadRange(range, &first, &last) ||
        returned.undefined() == (thrown.type != Type::kObject)) {
      return Fail(ErrorKind::kData,
                  Where(fmt::format("/MockedResponses/{}/{}: expected a call's number or a range "
                                    "such as 1-2, with either Return or Throw",
                                    response_name, range)));
    }
    MockResponse mock;
    mock.times = last - first + 1;
    if (!returned.undefined()) {
      mock.answer = TaskAnswer::Success(JsonString(returned));
    } else {
      Value error = FindMember(thrown, "Error", arena_);
      Value cause = FindMember(thrown, "Cause", arena_);
      mock.answer.has_error = error.type == Type::kString;
      mock.answer.has_cause = cause.type == Type::kString;
      if (mock.answer.has_error) mock.answer.error = TextOf(error, arena_);
      if (mock.answer.has_cause) mock.answer.cause = TextOf(cause, arena_);
    }
    by_call.emplace(first, std::move(mock));
  }
  MockStub stub;
  stub.state = std::string(state);
  uint64_t expected = 0;
  for (auto& [first, mock] : by_call) {
    if (first != expected) {
      return Fail(ErrorKind::kData,
                  Where(fmt::format("/MockedResponses/{}: call {} has {} response", response_name,
                                    expected, first > expected ? "no" : "more than one")));
    }
    expected = first + mock.times;
    stub.responses.push_back(std::move(mock));
  }
  stubs.push_back(std::move(stub));
  return {};
}

}  // namespace aslx
