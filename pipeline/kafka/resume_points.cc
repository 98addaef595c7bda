#include "pipeline/kafka/resume_points.h"

#include <utility>

#include "pipeline/kafka/topic_metadata.h"

namespace aslx {
namespace {

/// One request's time: the end waits no longer for the thread.
constexpr int kRequestMs = 2'000;
/// Before each round of questions: it is also how often a partition is assigned anew.
constexpr std::chrono::milliseconds kPace{100};

}  // namespace

ResumePoints::~ResumePoints() {
  if (!thread_.joinable()) return;
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void ResumePoints::Ask(const Assignment& assignment, const std::string& topic, int32_t partition,
                       int64_t offset) {
  Question question;
  question.point.assignment = assignment;
  question.point.topic = topic;
  question.point.partition = partition;
  question.point.offset = question.point.resume_at = offset;
  question.asked_at = std::chrono::steady_clock::now();
  {
    std::lock_guard lock(mutex_);
    questions_.push_back(std::move(question));
  }
  if (!thread_.joinable()) thread_ = std::thread([this] { Run(); });
  changed_.notify_one();
}

std::optional<ResumePoint> ResumePoints::Take() {
  std::lock_guard lock(mutex_);
  if (answers_.empty()) return std::nullopt;
  ResumePoint last = std::move(answers_.back());
  answers_.pop_back();
  return last;
}

void ResumePoints::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (questions_.empty()) {
      changed_.wait(lock);
      continue;
    }
    changed_.wait_for(lock, kPace, [&] { return stopping_; });
    for (Question& question : std::exchange(questions_, {})) {
      if (stopping_) return;
      lock.unlock();
      const bool settled = Settle(&question);
      lock.lock();
      if (!settled) {
        questions_.push_back(std::move(question));
        continue;
      }
      answers_.push_back(std::move(question.point));
      waker_->Ring();
    }
  }
}

/// False: to be asked again.
bool ResumePoints::Settle(Question* question) {
  ResumePoint& point = question->point;
  if (point.offset < 0) return true;
  // librdkafka asks the leader that it knows of, which may be the one that is none any more.
  AskTopic(consumer_, point.topic, kRequestMs);
  int64_t begin = 0;
  int64_t end = 0;
  // What is wrong with a leader that does not answer is said by the next fetch.
  if (rd_kafka_query_watermark_offsets(consumer_, point.topic.c_str(), point.partition, &begin,
                                       &end, kRequestMs) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return true;
  }
  // A log never begins later for one that was its leader than for the one that is.
  if (begin > point.offset) {
    point.finding = ResumePoint::Finding::kRemoved;
    point.resume_at = begin;
    return true;
  }
  if (end >= point.offset) return true;
  if (std::chrono::steady_clock::now() - question->asked_at < patience_) return false;
  point.finding = ResumePoint::Finding::kTruncated;
  point.resume_at = end;
  return true;
}

}  // namespace aslx
