#include "pipeline/tasks/delayed_answers.h"

namespace aslx {

DelayedAnswers::~DelayedAnswers() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void DelayedAnswers::Add(AnswerSink* answers, SuspensionToken token, TaskAnswer answer,
                         int64_t delay_ms) {
  auto due = std::chrono::steady_clock::now() + std::chrono::milliseconds(delay_ms);
  std::lock_guard lock(mutex_);
  if (!thread_.joinable()) thread_ = std::thread([this] { Run(); });
  waiting_.emplace(due, Waiting{answers, token, std::move(answer)});
  changed_.notify_one();
}

void DelayedAnswers::Forget(const AnswerSink* answers) {
  std::lock_guard lock(mutex_);
  std::erase_if(waiting_, [&](const auto& entry) { return entry.second.answers == answers; });
}

void DelayedAnswers::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (waiting_.empty()) {
      changed_.wait(lock);
      continue;
    }
    auto due = waiting_.begin()->first;
    if (std::chrono::steady_clock::now() < due) {
      changed_.wait_until(lock, due);
      continue;
    }
    Waiting ready = std::move(waiting_.extract(waiting_.begin()).mapped());
    // Under the lock, so that Forget knows when it is over; an answer is a push into a queue.
    ready.answers->Answer(ready.token, std::move(ready.answer));
  }
}

}  // namespace aslx
