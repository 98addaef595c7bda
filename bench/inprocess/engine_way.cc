// aslx: a compiled definition begun, run, written and recycled, as a worker does it.
//
// A machine that calls functions (`order`) runs on a worker instead: order_way.cc.
#include <string>

#include "bench/inprocess/order_way.h"
#include "bench/inprocess/way.h"
#include "compiler/compile.h"
#include "runtime/base/check.h"
#include "runtime/base/limits.h"
#include "runtime/program/program.h"
#include "runtime/value/json_writer.h"
#include "runtime/vm/interpreter.h"

namespace aslx::bench {
namespace {

class NoHost final : public VmHost {
 public:
  void SubmitTask(const TaskRequest&) override { ASLX_CHECK(false); }
  void CancelTask(SuspensionToken) override {}
  void StartTimer(SuspensionToken, int64_t) override { ASLX_CHECK(false); }
  void CancelTimer(SuspensionToken) override {}
};

class Engine final : public Way {
 public:
  explicit Engine(std::shared_ptr<const Program> program)
      : program_(std::move(program)), output_(limits::kPayloadBytesMax) {}

  std::string_view Run(std::string_view event) override {
    const JsonError error = Begin(execution_, *program_, event, context_);
    ASLX_CHECK(error.kind == JsonError::Kind::kNone);
    RunResult result = aslx::Run(execution_, context_);
    while (result == RunResult::kOutOfFuel)
      result = aslx::Run(execution_, context_);
    ASLX_CHECK(result == RunResult::kEnded && execution_.status == ExecutionStatus::kSucceeded);
    const size_t size = WriteJson(execution_.output, output_.data(), output_.size());
    ASLX_CHECK(size <= output_.size());
    Recycle(execution_);
    return {output_.data(), size};
  }

 private:
  std::shared_ptr<const Program> program_;
  std::vector<char> output_;
  NoHost host_;
  JsonReader reader_;
  BlockPool pool_;
  Random random_{1};
  VmContext context_{&host_, &reader_, &pool_, &random_, 1, 1};
  Execution execution_{&pool_};
};

}  // namespace

std::shared_ptr<const Program> LoadProgram(std::string_view definition) {
  compiler::Diagnostics diagnostics;
  auto bytes = compiler::Compile(definition, {}, &diagnostics);
  ASLX_CHECK(bytes.has_value());
  auto program = Program::Load(std::move(*bytes));
  ASLX_CHECK(program.has_value());
  return std::move(*program);
}

std::unique_ptr<Way> MakeEngine(std::shared_ptr<const Program> program) {
  if (!program->tasks().empty()) return MakeOrder(std::move(program));
  return std::make_unique<Engine>(std::move(program));
}

}  // namespace aslx::bench
