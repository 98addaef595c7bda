#include "tests/sim/sim_journal.h"

namespace aslx::sim {
namespace {

constexpr uint32_t kTopicIndex = 7;

}  // namespace

SimJournal::SimJournal(World* world, ProcessState* process, JournalFile* file, WorkerWatch* watch,
                       const int64_t* mono_ns)
    : world_(world), process_(process), file_(file), watch_(watch), mono_ns_(mono_ns) {
  for (const auto& [input, count] : file->crash_counts) {
    suspects_.push_back(
        {kInputTopic, input.partition, world->truth.PlanOf(input).offset, count, 0});
  }
}

uint32_t SimJournal::TopicIndex(std::string_view topic) const {
  if (topic != kInputTopic) world_->story.Break("the journal is asked for the topic {}", topic);
  return kTopicIndex;
}

void SimJournal::Enter(uint32_t topic_index, int32_t partition, int64_t offset,
                       int64_t /*wall_ns*/) {
  if (!process_->Call()) return;
  if (topic_index != kTopicIndex) {
    world_->story.Break("the journal is told of topic {}, which is none of its", topic_index);
  }
  InputId input;
  if (!world_->truth.Find(partition, offset, &input)) {
    world_->story.Break("offset {} of partition {} is executed, which no event has", offset,
                        partition);
    return;
  }
  if (current_.has_value()) world_->story.Break("a record is executed inside of another");
  current_ = input;
  const InputPlan& plan = world_->truth.PlanOf(input);
  for (const PoisonSuspect& suspect : suspects_) {
    if (suspect.partition != partition || suspect.offset != offset) continue;
    if (suspect.crash_count < kPoisonCrashesMax) continue;
    world_->story.Break("{} is executed, and the process has died in it {} times", plan.origin,
                        suspect.crash_count);
  }
  watch_->Entered(input, *mono_ns_);
  // What calls a task has its outcome with the answer; without one, at its time-out.
  if (!plan.calls() || plan.answer == Answer::kNever || plan.answer == Answer::kLate) {
    world_->truth.Executed(input);
  }
  if (!plan.poison) return;
  world_->story.Tell("poison", "{} kills the process that executes it", plan.origin);
  process_->dying = true;
}

void SimJournal::Leave() {
  if (process_->Call()) current_.reset();
}

void SimJournal::Forget(const PoisonSuspect& suspect) {
  InputId input;
  if (!process_->Call() || !world_->truth.Find(suspect.partition, suspect.offset, &input)) return;
  if (!world_->truth.Covered(input)) {
    world_->story.Break("the journal forgets {} before it is committed",
                        world_->truth.PlanOf(input).origin);
  }
  file_->crash_counts.erase(input);
}

void SimJournal::Blame() {
  if (!current_.has_value()) return;
  const uint32_t count = ++file_->crash_counts[*current_];
  world_->story.Tell("journal", "{} was inside Run at {} crashes",
                     world_->truth.PlanOf(*current_).origin, count);
  if (count >= kPoisonCrashesMax) world_->truth.MayBePoison(*current_);
}

}  // namespace aslx::sim
