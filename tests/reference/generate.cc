#include "tests/reference/generate.h"

#include "tests/reference/generate_parts.h"

namespace aslx::reference {
namespace {

constexpr int kDepthMax = 2;  // Parallel and Map in each other

// Makes one machine, with the stubs of all its tasks. Transitions only lead forward, so that every
// execution ends.
class MachineMaker {
 public:
  explicit MachineMaker(Dice& dice) : dice_(dice) {}

  Json::Items stubs;

  // A machine, branch or processor: StartAt and States.
  Json Make(Surroundings around, int depth) {
    Chain chain;
    chain.around = std::move(around);
    chain.frame = frames_++;
    const size_t count = 1 + dice_.Below(depth == 0 ? 6 : 3);
    for (size_t i = 0; i < count; ++i)
      chain.names.push_back(NewName());
    chain.base.assign(count, chain.around.base);
    for (size_t i = 0; i < count; ++i) {
      Surroundings here = chain.around;
      here.base = chain.base[i];
      chain.states.emplace_back(chain.names[i], MakeState(chain, i, here, depth));
    }
    for (Json::Member& state : chain.ends)
      chain.states.push_back(std::move(state));
    return Json::Object({{"StartAt", Json::String(chain.names[0])},
                         {"States", Json::Object(std::move(chain.states))}});
  }

 private:
  // A machine in the making: states in a row and the ends that rules and catchers lead to.
  struct Chain {
    std::vector<std::string> names;
    std::vector<bool> base;  // whether all ways to the state keep the members of the input
    Json::Members states;
    Json::Members ends;
    Surroundings around;  // variables: those that certainly have a value by now
    size_t frame = 0;
    size_t variables = 0;
  };

  std::string NewName() {
    static const char* const kWords[] = {"S", "State ", "\xC3\x89tat", "x-", "Q"};
    const size_t number = names_++;
    return kWords[dice_.Below(5)] + std::to_string(number);
  }

  // The name of a state after `i`, or of a new end; `base` says what arrives there.
  std::string Target(Chain& chain, size_t i, bool base) {
    if (i + 1 < chain.names.size() && dice_.Percent(70)) {
      const size_t next = i + 1 + dice_.Below(chain.names.size() - i - 1);
      chain.base[next] = chain.base[next] && base;
      return chain.names[next];
    }
    const std::string name = NewName();
    Json form = Json::Object({{"Type", Json::String("Succeed")}});
    if (dice_.Percent(30)) form = FailState({.base = false});
    if (dice_.Percent(30)) {
      form = Json::Object({{"Type", Json::String("Pass")}, {"End", Json::Bool(true)}});
    }
    chain.ends.emplace_back(name, std::move(form));
    return name;
  }

  Json MakeState(Chain& chain, size_t i, const Surroundings& here, int depth) {
    const bool last = i + 1 == chain.names.size();
    const size_t kind = dice_.Below(100);
    if (last && kind < 8) return FailState(here);
    if (last && kind < 16) return SucceedState(here);
    if (!last && kind < 22) return ChoiceState(chain, i, here);
    Json form = Json::Object({});
    bool base_after = here.base;
    if (kind < 46) {
      form = PassState(chain, here, &base_after);
    } else if (kind < 54) {
      form = WaitState(here);
    } else if (kind < 76 || depth >= kDepthMax) {
      form = TaskState(chain, i, here, &base_after);
    } else if (kind < 88) {
      form = MapState(chain, i, here, depth, &base_after);
    } else {
      form = ParallelState(chain, i, here, depth, &base_after);
    }
    if (dice_.Percent(5)) {
      form = form.With("OutputPath", dice_.Percent(20) ? Json() : Json::String(SafePath(here)));
      base_after = false;
    }
    if (last) return form.With("End", Json::Bool(true));
    chain.base[i + 1] = chain.base[i + 1] && base_after;
    return form.With("Next", Json::String(chain.names[i + 1]));
  }

  // A path that finds something in the document of `here`, unless it is one of few that may not.
  std::string SafePath(const Surroundings& here) {
    if (dice_.Percent(5)) return RandomPath(dice_, here);
    if (!here.base) return "$";
    return dice_.OneOf({"$", "$.o", "$.list", "$.a", "$.objs[*]", "$['s']", "$$.Execution.Input"});
  }

  // InputPath, sometimes; what the state's own fields may then assume.
  Surroundings WithInputPath(Json& form, const Surroundings& here) {
    Surroundings inner = here;
    if (!dice_.Percent(8)) return inner;
    if (dice_.Percent(60)) {
      form = form.With("InputPath", Json::String("$$.Execution.Input"));
      inner.base = true;
      return inner;
    }
    form = form.With("InputPath", dice_.Percent(15) ? Json() : Json::String(SafePath(here)));
    inner.base = false;
    return inner;
  }

  std::string RandomResultPath() {
    if (dice_.Percent(3)) return dice_.OneOf({"$.r[0]", "$.n.x", "$.list[0].x", "$.list[5]"});
    return dice_.OneOf({"$.r", "$.q", "$.o.deep", "$['x y']", "$.o.z", "$.p1.p2.p3", "$.o.x"});
  }

  void AddResultPath(Json& form, const Surroundings& here, bool* base_after) {
    if (here.base && dice_.Percent(80)) {
      form = form.With("ResultPath", dice_.Percent(15) ? Json() : Json::String(RandomResultPath()));
      return;
    }
    if (dice_.Percent(10)) form = form.With("ResultPath", Json::String("$"));
    *base_after = false;
  }

  // Assign, sometimes, of a name that no other frame has.
  void AddAssign(Json& form, Chain& chain, const Surroundings& document) {
    if (!dice_.Percent(20)) return;
    Json::Members members;
    for (size_t i = 1 + dice_.Below(2); i > 0; --i) {
      const bool again = chain.variables > 0 && dice_.Percent(30);
      const size_t number = again ? dice_.Below(chain.variables) : chain.variables++;
      const std::string name = "v" + std::to_string(chain.frame) + "_" + std::to_string(number);
      bool taken = false;
      for (const Json::Member& member : members)
        taken = taken || member.first.rfind(name, 0) == 0;
      if (taken) continue;
      if (dice_.Percent(60)) {
        members.emplace_back(name + ".$", Json::String(RandomPath(dice_, document)));
      } else {
        members.emplace_back(name, RandomValue(dice_, 1));
      }
      pending_.push_back(name);
    }
    form = form.With("Assign", Json::Object(std::move(members)));
  }

  // What was assigned has a value from the next state on, if no way leads around this one.
  void SettleAssign(Chain& chain) {
    for (std::string& name : pending_) {
      bool known = false;
      for (const std::string& other : chain.around.variables)
        known = known || other == name;
      if (!known) chain.around.variables.push_back(std::move(name));
    }
    pending_.clear();
  }

  Json FailState(const Surroundings& here) {
    Json form = Json::Object({{"Type", Json::String("Fail")}});
    if (dice_.Percent(70)) {
      form =
          form.With("Error", Json::String(dice_.OneOf({"E1", "E2", "Custom.Error", "States.X"})));
    } else if (dice_.Percent(50)) {
      form = form.With("ErrorPath", Json::String(here.base ? "$.s" : "$$.State.Name"));
    }
    if (dice_.Percent(50)) {
      form = form.With("Cause", RandomText(dice_));
    } else if (dice_.Percent(40)) {
      form = form.With(
          "CausePath",
          Json::String(dice_.OneOf({"$$.Execution.Name", "States.Format('at {}', $$.State.Name)",
                                    "$$.Execution.Input.s"})));
    }
    return form;
  }

  Json SucceedState(const Surroundings& here) {
    Json form = Json::Object({{"Type", Json::String("Succeed")}});
    WithInputPath(form, here);
    return form;
  }

  Json ChoiceState(Chain& chain, size_t i, const Surroundings& here) {
    Json form = Json::Object({{"Type", Json::String("Choice")}});
    const Surroundings inner = WithInputPath(form, here);
    const bool base_after = here.base && form.Find("InputPath") == nullptr;
    // Without Default, the last rule leads to the next state, which has to be reachable.
    const bool otherwise = dice_.Percent(92);
    Json::Items rules;
    for (size_t k = 1 + dice_.Below(3); k > 0; --k) {
      const bool to_next = k == 1 && !otherwise;
      const std::string next = to_next ? chain.names[i + 1] : Target(chain, i, base_after);
      rules.push_back(RandomRule(dice_, inner, 2).With("Next", Json::String(next)));
    }
    form = form.With("Choices", Json::Array(std::move(rules)));
    chain.base[i + 1] = chain.base[i + 1] && base_after;
    return otherwise ? form.With("Default", Json::String(chain.names[i + 1])) : form;
  }

  Json PassState(Chain& chain, const Surroundings& here, bool* base_after) {
    Json form = Json::Object({{"Type", Json::String("Pass")}});
    Surroundings document = WithInputPath(form, here);
    if (form.Find("InputPath") != nullptr) *base_after = false;
    if (dice_.Percent(20)) {
      form = form.With("Result", RandomValue(dice_, 2));
      document.base = false;
      AddResultPath(form, here, base_after);
    } else if (dice_.Percent(70)) {
      form = form.With("Parameters", RandomTemplate(dice_, document, 2));
      document.base = false;
      AddResultPath(form, here, base_after);
    }
    AddAssign(form, chain, document);
    SettleAssign(chain);
    return form;
  }

  Json WaitState(const Surroundings& here) {
    Json form = Json::Object({{"Type", Json::String("Wait")}});
    switch (dice_.Below(here.base ? 4 : 2)) {
      case 0: return form.With("Seconds", Json::Number(dice_.Between(0, 3)));
      case 1:
        return form.With("Timestamp",
                         Json::String(dice_.OneOf({"2024-01-01T00:00:02Z", "2020-01-01T00:00:00Z",
                                                   "2024-01-01T01:00:04.5+01:00"})));
      case 2:
        return form.With("SecondsPath",
                         Json::String(dice_.Percent(85) ? "$.w"
                                                        : dice_.OneOf({"$.n", "$.s", "$.nope",
                                                                       "$.o", "$.o.id", "$.nul"})));
      default:
        return form.With(
            "TimestampPath",
            Json::String(dice_.Percent(85) ? "$.t" : dice_.OneOf({"$.s", "$.n", "$.nope"})));
    }
  }

  Json ErrorNames() {
    Json::Items names;
    for (size_t i = 1 + dice_.Below(2); i > 0; --i) {
      names.push_back(Json::String(
          dice_.OneOf({"E1", "E2", "Custom.Error", "States.TaskFailed", "States.Timeout",
                       "States.X", "States.HeartbeatTimeout", "Lambda.Unknown", "State.ALL"})));
    }
    return Json::Array(std::move(names));
  }

  void AddRetry(Json& form) {
    if (!dice_.Percent(35)) return;
    Json::Items retriers;
    for (size_t i = dice_.Below(3); i > 0; --i) {
      Json retrier = Json::Object({{"ErrorEquals", ErrorNames()}});
      if (dice_.Percent(60)) {
        retrier = retrier.With("IntervalSeconds", Json::Number(dice_.Between(1, 3)));
      }
      if (dice_.Percent(60))
        retrier = retrier.With("MaxAttempts", Json::Number(dice_.Between(0, 2)));
      if (dice_.Percent(40)) {
        retrier = retrier.With("BackoffRate", Json::Number(dice_.OneOf({"1", "1.5", "2.0", "3"})));
      }
      if (dice_.Percent(20)) {
        retrier = retrier.With("MaxDelaySeconds", Json::Number(dice_.Between(4, 5)));
      }
      retriers.push_back(std::move(retrier));
    }
    if (dice_.Percent(50)) {
      retriers.push_back(Json::Object({{"ErrorEquals", Json::Array({Json::String("States.ALL")})},
                                       {"MaxAttempts", Json::Number(dice_.Between(0, 2))}}));
    }
    if (!retriers.empty()) form = form.With("Retry", Json::Array(std::move(retriers)));
  }

  void AddCatch(Json& form, Chain& chain, size_t i, const Surroundings& here) {
    if (!dice_.Percent(50)) return;
    Json::Items catchers;
    const auto add = [&](Json names) {
      Json catcher = Json::Object({{"ErrorEquals", std::move(names)}});
      const bool keeps = here.base && dice_.Percent(70);
      if (keeps) {
        catcher = catcher.With("ResultPath", dice_.Percent(20) ? Json() : Json::String("$.error"));
      }
      catchers.push_back(catcher.With("Next", Json::String(Target(chain, i, keeps))));
    };
    if (dice_.Percent(50)) add(ErrorNames());
    if (catchers.empty() || dice_.Percent(70)) add(Json::Array({Json::String("States.ALL")}));
    form = form.With("Catch", Json::Array(std::move(catchers)));
  }

  Json Response() {
    const size_t kind = dice_.Below(10);
    if (kind < 6) return Json::Object({{"output", RandomValue(dice_, 2)}});
    if (kind == 6)
      return Json::Object(
          {{"timeout", Json::Bool(true)}, {"error", Json::String("States.Timeout")}});
    Json response = Json::Object({});
    if (dice_.Percent(90)) {
      response = response.With(
          "error", Json::String(dice_.OneOf({"E1", "E2", "Custom.Error", "Lambda.Unknown"})));
    }
    if (dice_.Percent(70)) response = response.With("cause", RandomText(dice_));
    return response.With("failed_event", Json::String("TaskFailed"));
  }

  // What follows a call, a branch or an iteration: ResultSelector, ResultPath, Assign, Retry,
  // Catch.
  void AddAfterCall(Json& form, Chain& chain, size_t i, const Surroundings& here,
                    bool* base_after) {
    Surroundings result{.base = false, .in_map = here.in_map, .variables = here.variables};
    if (dice_.Percent(20)) form = form.With("ResultSelector", RandomTemplate(dice_, result, 1));
    AddResultPath(form, here, base_after);
    AddRetry(form);
    AddCatch(form, chain, i, here);
    // A catcher leads around the assignment, so nobody may count on it afterwards.
    AddAssign(form, chain, result);
    if (form.Find("Catch") != nullptr) {
      pending_.clear();
    } else {
      SettleAssign(chain);
    }
  }

  Json TaskState(Chain& chain, size_t i, const Surroundings& here, bool* base_after) {
    const bool function = dice_.Percent(30);
    Json form = Json::Object(
        {{"Type", Json::String("Task")},
         {"Resource",
          Json::String(function ? "arn:aws:lambda:us-east-1:123456789012:function:f"
                                : dice_.OneOf({"arn:aws:states:::lambda:invoke",
                                               "arn:aws:states:::sqs:sendMessage",
                                               "arn:aws:states:::aws-sdk:s3:getObject"}))}});
    const Surroundings inner = WithInputPath(form, here);
    if (!function || dice_.Percent(50)) {
      Json parameters = RandomTemplate(dice_, inner, 1);
      if (form.Find("Resource")->text() == "arn:aws:states:::lambda:invoke") {
        parameters = Json::Object({{"FunctionName", Json::String("f")}, {"Payload", parameters}});
      }
      form = form.With("Parameters", std::move(parameters));
    }
    if (dice_.Percent(60)) {
      if (inner.base && dice_.Percent(20)) {
        form = form.With("TimeoutSecondsPath",
                         Json::String(dice_.OneOf({"$.o.id", "$.o.id", "$.o.id", "$.w", "$.s"})));
      } else {
        form = form.With("TimeoutSeconds", Json::Number(dice_.Between(3, 9)));
        if (dice_.Percent(30)) form = form.With("HeartbeatSeconds", Json::Number(2));
      }
    }
    AddAfterCall(form, chain, i, here, base_after);
    Json::Items responses;
    for (size_t k = 1 + dice_.Below(3); k > 0; --k)
      responses.push_back(Response());
    stubs.push_back(Json::Object({{"state", Json::String(chain.names[i])},
                                  {"parameters", Json::String("{{ANY}}")},
                                  {"responses", Json::Array(std::move(responses))},
                                  {"repeat_last", Json::Bool(true)}}));
    return form;
  }

  Json MapState(Chain& chain, size_t i, const Surroundings& here, int depth, bool* base_after) {
    Json form = Json::Object({{"Type", Json::String("Map")}});
    const Surroundings inner = WithInputPath(form, here);
    const bool from_input = inner.base && dice_.Percent(80);
    if (from_input && dice_.Percent(3)) {
      form =
          form.With("ItemsPath", Json::String(dice_.OneOf({"$.s", "$.o", "$.nope", "$.o.nope"})));
      return FinishMap(std::move(form), chain, i, here, inner, depth, base_after);
    }
    form = form.With("ItemsPath",
                     Json::String(from_input ? dice_.OneOf({"$.list", "$.nums", "$.objs", "$.list",
                                                            "$.nums", "$.o.list", "$.objs"})
                                             : dice_.OneOf({"$$.Execution.Input.list",
                                                            "$$.Execution.Input.objs"})));
    return FinishMap(std::move(form), chain, i, here, inner, depth, base_after);
  }

  Json FinishMap(Json form, Chain& chain, size_t i, const Surroundings& here,
                 const Surroundings& inner, int depth, bool* base_after) {
    if (dice_.Percent(60)) {
      form = form.With("MaxConcurrency", Json::Number(dice_.Between(0, 3)));
    } else if (inner.base && dice_.Percent(20)) {
      form = form.With("MaxConcurrencyPath", Json::String(dice_.OneOf({"$.w", "$.o.id", "$.s"})));
    }
    if (dice_.Percent(8)) {
      form = form.With("ToleratedFailureCount", Json::Number(dice_.Between(0, 2)));
    } else if (dice_.Percent(8)) {
      form =
          form.With("ToleratedFailurePercentage", Json::Number(dice_.OneOf({"0", "50", "99.5"})));
    }
    Surroundings item{.base = false, .in_map = true, .variables = here.variables};
    if (dice_.Percent(50)) {
      Surroundings selector = inner;
      selector.in_map = true;
      Json form_of_item = RandomTemplate(dice_, selector, 1);
      if (dice_.Percent(50)) {
        // The members of the input again, so that the iterations have something to look at.
        form_of_item = RandomInput(dice_).With("item.$", Json::String("$$.Map.Item.Value"));
        item.base = true;
      }
      form = form.With(dice_.Percent(85) ? "ItemSelector" : "Parameters", std::move(form_of_item));
    }
    form = form.With(dice_.Percent(85) ? "ItemProcessor" : "Iterator", Make(item, depth + 1));
    AddAfterCall(form, chain, i, here, base_after);
    return form;
  }

  Json ParallelState(Chain& chain, size_t i, const Surroundings& here, int depth,
                     bool* base_after) {
    Json form = Json::Object({{"Type", Json::String("Parallel")}});
    Surroundings inner = WithInputPath(form, here);
    if (dice_.Percent(15)) {
      form = form.With("Parameters", RandomTemplate(dice_, inner, 1));
      inner.base = false;
    }
    Json::Items branches;
    for (size_t k = 1 + dice_.Below(3); k > 0; --k)
      branches.push_back(Make(inner, depth + 1));
    form = form.With("Branches", Json::Array(std::move(branches)));
    AddAfterCall(form, chain, i, here, base_after);
    return form;
  }

  Dice& dice_;
  size_t names_ = 0;
  size_t frames_ = 0;
  std::vector<std::string> pending_;
};

}  // namespace

Specimen Generate(uint64_t seed) {
  Dice dice(seed * 0x2545F4914F6CDD1DU + 1);
  Specimen specimen;
  const bool base = !dice.Percent(4);
  specimen.input = base ? RandomInput(dice) : RandomValue(dice, 2);
  // A few carry a text that fits once into a payload, and twice or so does not.
  if (base && dice.Below(2000) == 0) {
    const size_t size = 131'000 + dice.Below(90);
    specimen.input = specimen.input.With("s", Json::String(std::string(size, 'x')));
  }
  MachineMaker maker(dice);
  specimen.definition = maker.Make({.base = base, .in_map = false, .variables = {}}, 0);
  if (dice.Percent(8)) {
    specimen.definition =
        specimen.definition.With("TimeoutSeconds", Json::Number(dice.Between(2, 12)));
  }
  specimen.mock = Json::Object({{"stubs", Json::Array(std::move(maker.stubs))}});
  specimen.context = Json::Object(
      {{"state_machine_name", Json::String("m")},
       {"state_machine_id", Json::String("arn:aws:states:us-east-1:123456789012:stateMachine:m")},
       {"execution_name", Json::String("e")},
       {"execution_id", Json::String("arn:aws:states:us-east-1:123456789012:execution:m:e")},
       {"role_arn", Json::String("arn:aws:iam::123456789012:role/r")},
       {"now", Json::String("2024-01-01T00:00:00Z")}});
  return specimen;
}

}  // namespace aslx::reference
