#include "bench/inprocess/order_way.h"

#include <string>

#include "pipeline/tasks/completion_answers.h"
#include "pipeline/tasks/in_process_tasks.h"
#include "pipeline/tasks/task_router.h"
#include "runtime/base/check.h"
#include "runtime/base/limits.h"
#include "runtime/value/json_writer.h"
#include "runtime/worker/worker.h"

namespace aslx::bench {
namespace {

class Order final : public Way, private ExecutionListener {
 public:
  explicit Order(std::shared_ptr<const Program> program) : program_(std::move(program)) {
    AddDemoFunctions(&registry_);
    AddOrderFunctions(&registry_);
    answers_.Attach(&completions_);
    output_.resize(limits::kPayloadBytesMax);
  }

  std::string_view Run(std::string_view event) override {
    ended_ = false;
    number_ += 1;
    id_ = "order:" + std::to_string(number_);  // `flaky` counts the calls of an execution
    worker_.SetTime(now_ns_, now_ns_);
    ExecutionStart start;
    start.program = program_.get();
    start.input = event_ = event;
    info_.execution_id = id_;
    start.info = &info_;
    ASLX_CHECK(worker_.Start(start).status != StartResult::Status::kRefused);
    while (!ended_) {
      worker_.Settle();
      if (ended_) break;
      if (!worker_.busy()) now_ns_ = worker_.NextDueNs();
      worker_.SetTime(now_ns_, now_ns_);
      worker_.Turn();
    }
    return {output_.data(), size_};
  }

 private:
  void OnEnded(uint64_t, Execution& execution) override {
    ASLX_CHECK(execution.status == ExecutionStatus::kSucceeded);
    size_ = WriteJson(execution.output, output_.data(), output_.size());
    ASLX_CHECK(size_ <= output_.size());
    ended_ = true;
  }
  std::string_view OnDetached(uint64_t) override { return event_; }

  std::shared_ptr<const Program> program_;
  FunctionRegistry registry_;
  DelayedAnswers delayed_;
  CompletionAnswers answers_;
  InProcessTasks functions_{&registry_, "", &delayed_, &answers_};
  TaskRouter router_{{{"*", &functions_, nullptr}}, &answers_};
  CompletionQueue completions_{nullptr};
  Worker worker_{{}, &completions_, &router_, this};
  std::string output_;
  std::string_view event_;
  std::string id_;
  ExecutionInfo info_;
  size_t size_ = 0;
  uint64_t number_ = 0;
  int64_t now_ns_ = 1;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<Way> MakeOrder(std::shared_ptr<const Program> program) {
  return std::make_unique<Order>(std::move(program));
}

}  // namespace aslx::bench
