#include "tests/sim/truth.h"

#include <algorithm>
#include <charconv>

#include "pipeline/flow/ledger_metadata.h"
#include "runtime/base/limits.h"

namespace aslx::sim {
namespace {

std::string_view HeaderIn(std::span<const Header> headers, std::string_view name) {
  for (const Header& header : headers) {
    if (header.name == name) return header.value;
  }
  return {};
}

/// The number behind `"name":`; -1 without one.
int64_t NumberIn(std::string_view payload, std::string_view name) {
  const std::string key = fmt::format("\"{}\":", name);
  const size_t at = payload.find(key);
  if (at == std::string_view::npos) return -1;
  int64_t number = -1;
  std::from_chars(payload.data() + at + key.size(), payload.data() + payload.size(), number);
  return number;
}

bool MayTimeOut(const InputPlan& plan) {
  // It shows that it lives, and answers long before its last time-out.
  if (plan.deed == Deed::kBeat)
    return plan.answer == Answer::kNever || plan.answer == Answer::kLate;
  return plan.calls() || plan.deed == Deed::kWait || plan.deed == Deed::kSpin;
}

}  // namespace

Truth::Truth(const Scenario& scenario, Story* story) : scenario_(scenario), story_(story) {
  size_t count = 0;
  for (const auto& log : scenario.inputs) {
    first_.push_back(count);
    count += log.size();
  }
  states_.resize(count);
  committed_.assign(scenario.inputs.size(), -1);
}

bool Truth::Find(int32_t partition, int64_t offset, InputId* input) const {
  const auto& log = scenario_.inputs[Place(partition)];
  const auto at = std::ranges::lower_bound(log, offset, {}, &InputPlan::offset);
  if (at == log.end() || at->offset != offset) return false;
  *input = {partition, static_cast<uint32_t>(at - log.begin())};
  return true;
}

OutputFacts Truth::Examine(const OutputRecord& output, std::span<const Header> headers,
                           std::string_view topic) {
  OutputFacts facts;
  facts.topic = output.topic;
  const std::string_view origin = HeaderIn(headers, kOriginHeader);
  const size_t slash = origin.find('/');
  if (slash == std::string_view::npos) {
    story_->Break("an output for {} does not have its input's headers: `{}`", topic,
                  output.payload);
    return facts;
  }
  std::from_chars(origin.data(), origin.data() + slash, facts.input.partition);
  std::from_chars(origin.data() + slash + 1, origin.data() + origin.size(), facts.input.index);
  facts.dead_letter = topic == kDeadTopic;
  const InputPlan& plan = PlanOf(facts.input);
  if (output.has_key != plan.has_key || output.key != plan.key) {
    story_->Break("an output of {} has the key `{}`, its input has `{}`", origin, output.key,
                  plan.key);
  }
  const std::string_view id =
      HeaderIn(headers, facts.dead_letter ? "__asl.errors.execution" : "asl-execution-id");
  InputState& state = StateOf(facts.input);
  if (state.execution_id.empty()) state.execution_id = id;
  const auto [known, is_new] = execution_ids_.emplace(id, facts.input);
  if (state.execution_id != id || known->second != facts.input) {
    story_->Break("an output of {} has the execution id {}, expected {} and nobody else's", origin,
                  id, state.execution_id);
  }
  if (facts.dead_letter) {
    CheckError(facts.input, HeaderIn(headers, "__asl.errors.error"));
    if (output.payload != plan.payload) {
      story_->Break("the dead letter of {} has another payload than its event: `{}`", origin,
                    output.payload);
    }
  } else {
    CheckResult(facts.input, output.payload, &facts);
  }
  return facts;
}

void Truth::CheckResult(InputId input, std::string_view payload, OutputFacts* facts) {
  const InputPlan& plan = PlanOf(input);
  const int64_t ordinal = NumberIn(payload, "i");
  const int64_t count = NumberIn(payload, "n");
  if (ordinal < 0 || count != plan.outputs || ordinal >= count) {
    story_->Break("{} has a result that it cannot have: `{}`", plan.origin, payload);
    return;
  }
  facts->ordinal = static_cast<uint32_t>(ordinal);
  facts->ordinal_count = static_cast<uint32_t>(count);
  const bool fails = plan.deed == Deed::kFail || plan.deed == Deed::kSpin || plan.is_no_event() ||
                     (plan.calls() && plan.answer == Answer::kBad);
  if (fails) story_->Break("{} has a result, but it fails: `{}`", plan.origin, payload);
  const size_t answer = payload.find(R"("for":")");
  if (answer == std::string_view::npos) return;
  const std::string_view text = payload.substr(answer + 7);
  if (text.substr(0, text.find('"')) != plan.origin) {
    story_->Break("{} has got the answer of another's task: `{}`", plan.origin, payload);
  }
}

void Truth::CheckError(InputId input, std::string_view error) {
  const InputPlan& plan = PlanOf(input);
  const bool fits =
      (error == "Aslx.InvalidEvent" && plan.is_no_event()) ||
      (error == "Aslx.RoutingFailed" && (plan.way == Way::kDead || plan.way == Way::kNoArray)) ||
      (error == "Aslx.OutputRefused" && refused_) ||
      (error == "Aslx.PoisonRecord" && StateOf(input).may_be_poison) ||
      (error == "States.Timeout" && MayTimeOut(plan)) ||
      (error == "Sim.Broken" && plan.deed == Deed::kFail) ||
      (error == "Sim.Bad" && plan.calls() && plan.answer == Answer::kBad) ||
      (error == "Sim.Passing" && plan.calls() && plan.answer == Answer::kPassing) ||
      (error == "Sim.Caught" && plan.calls() && plan.answer == Answer::kCaught &&
       plan.deed != Deed::kRetry);
  if (!fits) {
    story_->Break("{} ({}) became a dead letter with the error {}, which it cannot have",
                  plan.origin, NameOf(plan.deed), error);
  }
}

void Truth::Appear(const OutputFacts& output) {
  InputState& state = StateOf(output.input);
  uint16_t& count = output.dead_letter ? state.dead_letters : state.results[output.ordinal];
  ++count;
  if (!scenario_.exactly_once()) return;
  const std::string& origin = PlanOf(output.input).origin;
  if (state.covered) story_->Break("{} was committed before, and here is more of it", origin);
  if (count > 1) story_->Break("{} is there twice", origin);
}

void Truth::EndOfTransaction(const std::vector<OutputFacts>& outputs) {
  for (const OutputFacts& output : outputs) {
    const std::string& origin = PlanOf(output.input).origin;
    if (!HasWholeOutcome(output.input)) {
      story_->Break("a transaction was committed with a part of {}'s outcome", origin);
    } else if (!Covered(output.input)) {
      story_->Break("a transaction was committed with {}'s outcome and without its offset", origin);
    }
  }
}

bool Truth::WholeResult(const InputPlan& plan, const InputState& state) const {
  if (plan.outputs == 0) return false;
  return std::all_of(state.results.begin(), state.results.begin() + plan.outputs,
                     [](uint16_t count) { return count > 0; });
}

bool Truth::MayHaveNoRecords(const InputPlan& plan) const {
  if (scenario_.spec.dead_letters.action == DeadLetterSpec::Action::kDrop) {
    const bool may_fail = plan.deed != Deed::kPass || plan.way == Way::kDead ||
                          plan.way == Way::kNoArray || refused_ || plan.poison;
    if (may_fail) return true;
  }
  return plan.way == Way::kDrop || (plan.way == Way::kSplit && plan.outputs == 0);
}

bool Truth::HasWholeOutcome(InputId input) const {
  const InputPlan& plan = PlanOf(input);
  const InputState& state = states_[At(input)];
  if (state.dead_letters > 0 || WholeResult(plan, state)) return true;
  const bool had_its_turn = state.executed || plan.is_no_event() || state.may_be_poison;
  return had_its_turn && MayHaveNoRecords(plan);
}

void Truth::Commit(int32_t partition, int64_t offset, std::string_view metadata) {
  if (metadata.size() > limits::kCommitMetadataBytesMax) {
    story_->Break("partition {}: metadata of {} bytes was committed", partition, metadata.size());
  }
  const auto runs = DecodeDoneRuns(offset, metadata);
  if (!runs) {
    story_->Break("partition {}: {}", partition, runs.error().message);
    return;
  }
  // At least once what does not fit may be left out and is done again.
  const bool may_be_cut = !scenario_.exactly_once() && metadata.size() > 4'000;
  const auto& log = scenario_.inputs[Place(partition)];
  size_t run = 0;
  for (uint32_t index = 0; index < log.size(); ++index) {
    const int64_t at = log[index].offset;
    while (run < runs->size() && (*runs)[run].end <= at)
      ++run;
    const bool covers = at < offset || (run < runs->size() && (*runs)[run].begin <= at);
    const InputId input{partition, index};
    if (covers) {
      Cover(input);
    } else if (Covered(input)) {
      if (!may_be_cut) {
        story_->Break(
            "{} (offset {}) was committed, and the commit at {} does not know it any more",
            log[index].origin, at, offset);
      }
      StateOf(input).covered = false;
    }
  }
  committed_[Place(partition)] = offset;
}

void Truth::Cover(InputId input) {
  InputState& state = StateOf(input);
  if (state.covered) return;
  state.covered = true;
  if (HasWholeOutcome(input)) return;
  const InputPlan& plan = PlanOf(input);
  story_->Break("{} (offset {}, {}) is committed before its whole outcome is durable", plan.origin,
                plan.offset, NameOf(plan.deed));
}

bool Truth::AllCommitted() const {
  for (size_t partition = 0; partition < scenario_.inputs.size(); ++partition) {
    if (committed_[partition] != scenario_.inputs[partition].back().offset + 1) return false;
  }
  return true;
}

std::string Truth::FirstUncovered() const {
  for (size_t partition = 0; partition < scenario_.inputs.size(); ++partition) {
    const auto& log = scenario_.inputs[partition];
    for (uint32_t index = 0; index < log.size(); ++index) {
      const InputId input{static_cast<int32_t>(partition), index};
      if (Covered(input)) continue;
      return fmt::format("{} ({}) is not committed, and its outcome is {}", log[index].origin,
                         NameOf(log[index].deed), HasWholeOutcome(input) ? "whole" : "not there");
    }
  }
  return "some partition's offset is not behind its last event";
}

void Truth::CheckEnd() {
  for (size_t partition = 0; partition < scenario_.inputs.size(); ++partition) {
    const auto& log = scenario_.inputs[partition];
    for (uint32_t index = 0; index < log.size(); ++index)
      CheckOutcome({static_cast<int32_t>(partition), index});
  }
}

void Truth::CheckOutcome(InputId input) {
  const InputPlan& plan = PlanOf(input);
  const InputState& state = StateOf(input);
  if (!state.covered) story_->Break("{} is not committed at the end", plan.origin);
  if (!HasWholeOutcome(input)) story_->Break("{} has no whole outcome at the end", plan.origin);
  if (!scenario_.exactly_once()) return;
  const bool any_result = std::ranges::any_of(state.results, [](uint16_t count) { return count; });
  if (any_result && !WholeResult(plan, state)) {
    story_->Break("{} has a part of its result at the end", plan.origin);
  }
  if (any_result && state.dead_letters > 0) {
    story_->Break("{} has a result and a dead letter", plan.origin);
  }
}

}  // namespace aslx::sim
