#include "tests/sim/scenario.h"

#include <array>
#include <initializer_list>

#include <fmt/core.h>

#include "runtime/base/random.h"
#include "tests/sim/machine.h"

namespace aslx::sim {
namespace {

class ScenarioDice {
 public:
  explicit ScenarioDice(uint64_t seed) : random_(seed ^ 0x5CE1A210u) {}
  uint32_t Below(uint32_t bound) { return static_cast<uint32_t>(random_.Below(bound)); }
  bool Chance(uint32_t per_mille) { return Below(1'000) < per_mille; }
  int64_t Between(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(random_.Below(static_cast<uint64_t>(high - low) + 1));
  }
  template <typename T>
  T OneOf(std::initializer_list<T> choices) {
    return choices.begin()[Below(static_cast<uint32_t>(choices.size()))];
  }

 private:
  Random random_;
};

RouteSpec RouteOf(const char* word, RouteAction action) {
  RouteSpec route;
  route.name = word;
  route.path = "$.route";
  route.equals = fmt::format("\"{}\"", word);
  route.action = action;
  route.record.topic = kResultTopic;
  return route;
}

PipelineSpec MakePipeline(ScenarioDice& dice, Guarantee guarantee) {
  PipelineSpec spec;
  spec.name = "simulated";
  spec.source.topics = {kInputTopic};
  spec.source.group = "simulated";
  spec.cluster = "simulated";
  spec.machine_name = "simulated";
  spec.guarantee = guarantee;
  spec.ordering = dice.OneOf<Ordering>({Ordering::kNone, Ordering::kKey, Ordering::kPartition});
  spec.output.topic = kResultTopic;
  RouteSpec other = RouteOf("other", RouteAction::kWrite);
  other.record.topic = kOtherTopic;
  RouteSpec split = RouteOf("split", RouteAction::kWrite);
  split.split_path = "$.items";
  spec.routes = {other, split, RouteOf("drop", RouteAction::kDrop),
                 RouteOf("dead", RouteAction::kDeadLetter)};
  spec.dead_letters.action = DeadLetterSpec::Action::kWrite;
  if (dice.Chance(100)) spec.dead_letters.action = DeadLetterSpec::Action::kDrop;
  if (dice.Chance(50)) spec.dead_letters.action = DeadLetterSpec::Action::kStop;
  spec.dead_letters.topic = kDeadTopic;
  spec.window.records_max = dice.OneOf<uint32_t>({1, 2, 3, 5, 8, 20, 60, 1'000});
  spec.window.partition_records_max = dice.OneOf<uint32_t>({1, 3, 10, 1'000});
  spec.window.bytes_max = dice.OneOf<uint64_t>({200, 2'000, 1'000'000});
  spec.window.outbox_bytes_max = dice.OneOf<uint64_t>({100, 3'000, 1'000'000});
  spec.window.partition_span_max = dice.OneOf<uint64_t>({5, 50, uint64_t{1} << 62});
  spec.commit_interval_ms = dice.OneOf<int64_t>({10, 50, 100, 1'000});
  spec.revoke_limit_ms = dice.OneOf<int64_t>({100, 1'000, 5'000});
  spec.drain_limit_ms = dice.OneOf<int64_t>({500, 2'000, 10'000});
  return spec;
}

FaultPlan MakeFaults(ScenarioDice& dice) {
  FaultPlan plan;
  if (dice.Chance(30)) return plan;  // nothing goes wrong: that has to work, too
  plan.interval_ns = dice.Between(50, 3'000) * kMillisecond;
  // Each kind is there in half of the seeds, so that each combination comes up.
  for (uint32_t* weight : {&plan.crash, &plan.crash_within, &plan.freeze, &plan.suspend, &plan.twin,
                           &plan.cut, &plan.rebalance, &plan.leave, &plan.cork, &plan.wall_jump,
                           &plan.clock_rate, &plan.slowness}) {
    if (dice.Chance(500)) *weight = dice.Below(10) + 1;
  }
  plan.no_restart_per_mille = dice.OneOf<uint32_t>({0, 200, 600});
  if (dice.Chance(500)) {
    plan.refuse = dice.Below(8);
    plan.delivery_failed_per_mille = dice.OneOf<uint32_t>({0, 5, 50, 300});
    plan.record_refused_per_mille = dice.OneOf<uint32_t>({0, 0, 5, 50});
  }
  plan.written_all_the_same_per_mille = dice.OneOf<uint32_t>({0, 500, 1'000});
  plan.commit_lost_per_mille = dice.OneOf<uint32_t>({0, 0, 20, 200});
  plan.commit_unknown_per_mille = dice.OneOf<uint32_t>({0, 0, 20, 100});
  plan.commit_slow_per_mille = dice.OneOf<uint32_t>({0, 100, 500});
  return plan;
}

/// Which deeds this seed knows, as weights.
struct Mixture {
  std::array<uint32_t, 12> deeds{};  // by Deed
  uint32_t slow_per_mille = 0;       // answers that never come, or late
  uint32_t sum = 0;
};

Mixture MakeMixture(ScenarioDice& dice, bool rarely_slow) {
  Mixture mixture;
  for (uint32_t& weight : mixture.deeds)
    weight = dice.Chance(400) ? dice.Below(10) : 0;
  mixture.deeds[static_cast<size_t>(Deed::kPass)] += 2;
  mixture.deeds[static_cast<size_t>(Deed::kTask)] += 5;
  // A spin costs a Turn a step for a minute.
  uint32_t& spin = mixture.deeds[static_cast<size_t>(Deed::kSpin)];
  spin = spin > 8 && !rarely_slow ? 1 : 0;
  for (const uint32_t weight : mixture.deeds)
    mixture.sum += weight;
  mixture.slow_per_mille = rarely_slow ? 20 : dice.OneOf<uint32_t>({0, 30, 200});
  return mixture;
}

Deed DeedOf(ScenarioDice& dice, const Mixture& mixture) {
  uint32_t at = dice.Below(mixture.sum);
  for (size_t i = 0;; ++i) {
    if (at < mixture.deeds[i]) return static_cast<Deed>(i);
    at -= mixture.deeds[i];
  }
}

std::string PayloadOf(ScenarioDice& dice, const InputPlan& input, bool rarely_slow) {
  switch (input.deed) {
    case Deed::kMalformed: return R"({"do":)";
    case Deed::kEmpty:
    case Deed::kTombstone: return {};
    default: break;
  }
  std::string text = fmt::format(R"({{"do":"{}","origin":"{}")", NameOf(input.deed), input.origin);
  if (input.deed == Deed::kWait) {
    const bool too_long = !rarely_slow && dice.Chance(150);
    text += fmt::format(R"(,"seconds":{})", too_long ? 90 : dice.Between(0, rarely_slow ? 3 : 20));
  }
  if (input.deed == Deed::kEach) {
    text += R"(,"each":[0)";
    for (uint32_t more = dice.Below(5); more > 0; --more)
      text += fmt::format(",{}", more);
    text += "]";
  }
  switch (input.way) {
    case Way::kPlain: return text + R"(,"i":0,"n":1})";
    case Way::kOther: return text + R"(,"route":"other","i":0,"n":1})";
    case Way::kDrop: return text + R"(,"route":"drop"})";
    case Way::kDead: return text + R"(,"route":"dead"})";
    case Way::kNoArray: return text + R"(,"route":"split","items":7})";
    case Way::kSplit: break;
  }
  text += R"(,"route":"split","items":[)";
  for (uint32_t i = 0; i < input.outputs; ++i)
    text += fmt::format(R"({}{{"i":{},"n":{}}})", i > 0 ? "," : "", i, input.outputs);
  return text + "]}";
}

InputPlan MakeInput(ScenarioDice& dice, const Mixture& mixture, std::string origin, uint32_t keys,
                    bool rarely_slow) {
  InputPlan input;
  input.origin = std::move(origin);
  input.deed = DeedOf(dice, mixture);
  input.way = dice.OneOf<Way>({Way::kPlain, Way::kPlain, Way::kOther, Way::kSplit, Way::kSplit,
                               Way::kSplit, Way::kDrop, Way::kDead});
  if (dice.Chance(20)) input.way = Way::kNoArray;
  if (input.way == Way::kSplit) input.outputs = dice.Below(6);
  if (input.way == Way::kDrop || input.way == Way::kDead || input.way == Way::kNoArray)
    input.outputs = 0;
  input.answer = dice.OneOf<Answer>({Answer::kGood, Answer::kGood, Answer::kGood, Answer::kGood,
                                     Answer::kBad, Answer::kPassing, Answer::kCaught});
  if (dice.Chance(mixture.slow_per_mille))
    input.answer = dice.Chance(500) ? Answer::kNever : Answer::kLate;
  input.has_key = !dice.Chance(100);
  if (input.has_key) input.key = fmt::format("k{}", dice.Below(keys));
  input.payload = PayloadOf(dice, input, rarely_slow);
  return input;
}

void MakeInputs(ScenarioDice& dice, Scenario* scenario) {
  // One seed in twenty-five has so many holes so far apart that they do not fit into the metadata.
  const bool sparse = dice.Chance(40);
  const bool one_at_a_time = scenario->spec.ordering == Ordering::kPartition;
  if (sparse) {
    scenario->spec.window.records_max = scenario->spec.window.partition_records_max = 2'000;
    scenario->spec.window.bytes_max = scenario->spec.window.outbox_bytes_max = 100'000'000;
    scenario->spec.window.partition_span_max = uint64_t{1} << 62;
    scenario->executions_max = 5'000;
    // Many answers in one Turn empty what has just been full.
    if (dice.Chance(500)) scenario->wake_ns_max = 300 * kMillisecond;
    scenario->producer_queue_max = 1'000;  // so many records have to get into one transaction
    if (one_at_a_time || dice.Chance(500)) scenario->spec.ordering = Ordering::kKey;
  }
  const Mixture mixture = MakeMixture(dice, one_at_a_time || sparse);
  const uint32_t partitions = sparse ? 1 : 1 + dice.Below(4);
  const uint32_t records = sparse ? 1'600 : 5 + dice.Below(one_at_a_time ? 20 : 40);
  const int64_t gap = sparse ? int64_t{1} << 50 : dice.OneOf<int64_t>({1, 3, 20});
  const bool at_once = dice.Chance(300);
  const uint32_t keys = sparse ? dice.OneOf<uint32_t>({10, 50, 200}) : 4;
  uint32_t poison_left = dice.Chance(200) ? 2 : 0;
  for (uint32_t partition = 0; partition < partitions; ++partition) {
    std::vector<InputPlan>& log = scenario->inputs.emplace_back();
    int64_t offset = dice.Between(0, 5);
    for (uint32_t index = 0; index < records; ++index) {
      InputPlan input = MakeInput(dice, mixture, fmt::format("{}/{}", partition, index), keys,
                                  one_at_a_time || sparse);
      input.offset = offset;
      offset += dice.Between(1, gap);
      input.arrival_ns = at_once ? 0 : dice.Between(0, scenario->chaos_ns);
      if (poison_left > 0 && dice.Chance(50)) {
        input.poison = true;
        --poison_left;
      }
      log.push_back(std::move(input));
    }
  }
}

}  // namespace

const char* NameOf(Deed deed) {
  switch (deed) {
    case Deed::kPass: return "pass";
    case Deed::kTask: return "task";
    case Deed::kRetry: return "retry";
    case Deed::kBoth: return "both";
    case Deed::kEach: return "each";
    case Deed::kBeat: return "beat";
    case Deed::kWait: return "wait";
    case Deed::kFail: return "fail";
    case Deed::kSpin: return "spin";
    case Deed::kMalformed: return "malformed";
    case Deed::kEmpty: return "empty";
    case Deed::kTombstone: return "tombstone";
  }
  return "";
}

Scenario MakeScenario(uint64_t seed, std::optional<Guarantee> guarantee) {
  ScenarioDice dice(seed);
  Scenario scenario;
  scenario.seed = seed;
  const Guarantee drawn = dice.Chance(600) ? Guarantee::kExactlyOnce : Guarantee::kAtLeastOnce;
  scenario.spec = MakePipeline(dice, guarantee.value_or(drawn));
  scenario.process_count = 1 + dice.Below(3);
  scenario.workers_per_process = 1 + dice.Below(2);
  scenario.executions_max = dice.OneOf<uint32_t>({2, 10, 1'000});
  scenario.static_members = dice.Chance(500);
  scenario.session_timeout_ns = dice.Between(2, 10) * kSecond;
  scenario.transaction_timeout_ns = dice.Between(2, 10) * kSecond;
  scenario.rebalance_timeout_ns = dice.Between(8, 20) * kSecond;
  scenario.heartbeat_ns = dice.Between(100, 1'000) * kMillisecond;
  scenario.producer_queue_max = dice.OneOf<uint32_t>({1, 4, 1'000});
  scenario.flush_full_per_mille = dice.OneOf<uint32_t>({0, 20, 300});
  scenario.wake_ns_max =
      dice.OneOf<int64_t>({100 * kMicrosecond, 20 * kMillisecond, 300 * kMillisecond});
  scenario.chaos_ns = dice.Between(2, 40) * kSecond;
  scenario.faults = MakeFaults(dice);
  if (dice.Chance(50) && scenario.spec.dead_letters.action != DeadLetterSpec::Action::kStop) {
    // Partitions that go to another worker after the end would not be read by it. A twin may only
    // be there with a static identity: it takes the other's place, where without one both go on.
    scenario.input_ends = true;
    scenario.process_count = scenario.workers_per_process = 1;
    if (!scenario.static_members) scenario.faults.twin = 0;
  }
  MakeInputs(dice, &scenario);
  return scenario;
}

}  // namespace aslx::sim
