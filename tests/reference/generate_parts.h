#pragma once

// What it is: the parts that random machines are made of: values, paths, calls, templates, rules.
// What it is not: states and their order (generate.cc). Used by: the generator.
// Thread: one. Memory: results are the caller's.

#include <string>
#include <vector>

#include "tests/reference/dice.h"
#include "tests/reference/json.h"

namespace aslx::reference {

// What a state may assume and refer to.
struct Surroundings {
  bool base = true;                         // the document has the members that RandomInput gives
  bool in_map = false;                      // $$.Map.Item is there
  std::vector<std::string> variables = {};  // that have a value, without the dollar sign
};

// --- generate_values.cc ---
Json RandomNumber(Dice& dice);
Json RandomText(Dice& dice);
Json RandomValue(Dice& dice, int depth);
// An object with the members the paths below know: a, n, s, t, w, list, nums, objs, o, flag, nul.
Json RandomInput(Dice& dice);

// --- generate_expressions.cc ---
// A path for a template or a path field; now and then one that leads nowhere.
std::string RandomPath(Dice& dice, const Surroundings& around);
// A path to a value of a kind: "number", "text", "array", "object", "any".
std::string PathTo(Dice& dice, const Surroundings& around, const std::string& kind);
std::string RandomCall(Dice& dice, const Surroundings& around, int depth);
// A payload template: an object, keys of its dynamic fields ending in `.$`.
Json RandomTemplate(Dice& dice, const Surroundings& around, int depth);
// A Choice rule without Next.
Json RandomRule(Dice& dice, const Surroundings& around, int depth);

}  // namespace aslx::reference
