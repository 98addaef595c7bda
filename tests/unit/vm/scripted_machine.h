// A machine under test: one execution of a definition, whose world the test plays.
//
// Tasks wait until the test answers them, timers until it fires them; nothing is real.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "runtime/program/program.h"
#include "runtime/vm/interpreter.h"

namespace aslx {

class ScriptedMachine final : public VmHost {
 public:
  explicit ScriptedMachine(const std::string& definition, uint64_t seed = 1);
  ~ScriptedMachine() override;

  void Start(std::string input);
  /// With it, the execution is parked at every suspension, and goes on in another one's place.
  void ParkAlways() { park_always_ = true; }
  RunResult Go();
  /// Until it has ended, firing timers as they are due; no task may be waited for.
  void GoToEnd();
  /// What it ended with: the output, or `ERROR: CAUSE`.
  std::string Ending();

  struct Call {
    SuspensionToken token;
    std::string state;
    std::string parameters;
  };
  bool Answer(const Call& call, std::string output);
  bool Throw(const Call& call, std::string error, std::string cause);
  /// Moves the clock to the nearest timer and fires it; its delay from now in milliseconds.
  int64_t FireNext();
  void PassMs(int64_t ms) { context.now_ns += ms * 1'000'000; }

  std::string Output();
  std::string Error();
  std::string Cause();

  void SubmitTask(const TaskRequest& request) override;
  void CancelTask(SuspensionToken token) override { cancelled.push_back(token); }
  void StartTimer(SuspensionToken token, int64_t due_ns) override { timers.emplace(due_ns, token); }
  void CancelTimer(SuspensionToken token) override;

  BlockPool pool;
  JsonReader reader;
  Random random;
  VmContext context;
  std::shared_ptr<const Program> program;
  std::unique_ptr<Execution> execution;
  std::vector<Call> calls;
  std::vector<SuspensionToken> cancelled;
  std::multimap<int64_t, SuspensionToken> timers;

 private:
  std::unique_ptr<std::string> input_;
  bool park_always_ = false;
};

/// An array in an array, so many levels deep: what an input may have at most, and what it may not.
std::string NestedArrays(size_t levels);

}  // namespace aslx
