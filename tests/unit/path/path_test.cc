// Paths: what they find, and the words for what they miss. Programs are put together by hand, since
// the compiler is another layer.
#include "runtime/path/path.h"

#include <gtest/gtest.h>

#include "runtime/program/builder.h"
#include "runtime/value/json_reader.h"
#include "runtime/value/json_writer.h"
#include "tests/unit/program/sample_program.h"

namespace aslx {
namespace {

/// Makes paths step by step.
class PathMaker {
 public:
  ProgramBuilder b = SmallestProgram();

  PathStep Key(std::string_view key) {
    TextRef ref = b.Text(key);
    return {PathStepKind::kKey, 0, 0, ref.offset, ref.size, 0};
  }
  static PathStep Index(int32_t index) {
    return {PathStepKind::kIndex, 0, 0, static_cast<uint32_t>(index), 0, 0};
  }
  static PathStep Each() { return {PathStepKind::kWildcard, 0, 0, 0, 0, 0}; }
  static PathStep Descend() { return {PathStepKind::kDescend, 0, 0, 0, 0, 0}; }
  static PathStep From(int32_t start) { return Slice(start, 0, slice_flags::kStart, 0); }
  static PathStep To(int32_t end) { return Slice(0, end, slice_flags::kEnd, 0); }
  static PathStep Between(int32_t start, int32_t end) {
    return Slice(start, end, slice_flags::kStart | slice_flags::kEnd, 0);
  }
  static PathStep Slice(int32_t start, int32_t end, int flags, uint32_t step) {
    return {PathStepKind::kSlice,         static_cast<uint8_t>(flags), 0,
            static_cast<uint32_t>(start), static_cast<uint32_t>(end),  step};
  }
  PathStep Keys(std::initializer_list<std::string_view> keys) {
    auto first = static_cast<uint32_t>(b.path_keys.size());
    for (std::string_view key : keys)
      b.path_keys.push_back(b.Text(key));
    return {PathStepKind::kKeys, 0, 0, first, static_cast<uint32_t>(keys.size()), 0};
  }
  PathStep Indices(std::initializer_list<int32_t> indices) {
    auto first = static_cast<uint32_t>(b.path_keys.size());
    for (int32_t index : indices)
      b.path_keys.push_back({static_cast<uint32_t>(index), 0});
    return {PathStepKind::kIndices, 0, 0, first, static_cast<uint32_t>(indices.size()), 0};
  }
  static PathStep Filter(uint32_t filter) { return {PathStepKind::kFilter, 0, 0, filter, 0, 0}; }

  uint32_t Path(std::initializer_list<PathStep> steps, PathRoot root = PathRoot::kRegister) {
    PathRecord path{};
    path.first_step = static_cast<uint32_t>(b.path_steps.size());
    path.step_count = static_cast<uint32_t>(steps.size());
    path.slot = kNoSlot;
    path.root = root;
    path.definite = 1;
    for (const PathStep& step : steps) {
      if (step.kind != PathStepKind::kKey && step.kind != PathStepKind::kIndex) path.definite = 0;
      b.path_steps.push_back(step);
    }
    b.paths.push_back(path);
    return static_cast<uint32_t>(b.paths.size() - 1);
  }
  uint32_t Current(std::initializer_list<PathStep> steps) {
    return Path(steps, PathRoot::kCurrent);
  }

  uint32_t Compare(uint32_t path, FilterComparison comparison, std::string_view json) {
    b.filters.push_back({FilterKind::kCompare, comparison, FilterOperand::kPath,
                         FilterOperand::kConstant, path, b.Constant(json)});
    return static_cast<uint32_t>(b.filters.size() - 1);
  }
  uint32_t Node(FilterKind kind, uint32_t left, uint32_t right = 0) {
    b.filters.push_back(
        {kind, FilterComparison::kEqual, FilterOperand::kPath, FilterOperand::kPath, left, right});
    return static_cast<uint32_t>(b.filters.size() - 1);
  }
};

class PathTest : public ::testing::Test {
 protected:
  /// The value as JSON text, or "! " and the words of the miss.
  std::string Evaluate(uint32_t path, const std::string& document) {
    Result<std::shared_ptr<const Program>> program = Program::Load(make.b.Finish(0));
    if (!program) return program.error().message;
    Value root;
    JsonError error = reader_.Read(document, nullptr, nullptr, &root);
    EXPECT_EQ(error.kind, JsonError::Kind::kNone) << document;
    PathMiss miss;
    const PathRecord& record = (*program)->paths()[path];
    Value value = EvaluatePath(**program, record, root, arena_, &miss);
    if (!value.undefined()) return JsonString(value);
    std::string kind = miss.kind == PathMiss::Kind::kIndexOutOfRange ? "outside: " : "";
    return "! " + kind + std::string(DescribeMiss(**program, record, miss, arena_));
  }

  struct Case {
    uint32_t path;
    const char* document;
    const char* expected;
  };
  void Run(std::initializer_list<Case> cases) {
    for (const Case& c : cases)
      EXPECT_EQ(Evaluate(c.path, c.document), c.expected) << "path " << c.path << c.document;
  }

  PathMaker make;
  BlockPool pool_;
  Arena arena_{&pool_};
  JsonReader reader_;
};

TEST_F(PathTest, Definite_FindsOneValueOrSaysWhyNot) {
  uint32_t root = make.Path({});
  uint32_t a = make.Path({make.Key("a")});
  uint32_t a_b = make.Path({make.Key("a"), make.Key("b")});
  uint32_t a_1 = make.Path({make.Key("a"), PathMaker::Index(1)});
  uint32_t a_last = make.Path({make.Key("a"), PathMaker::Index(-1)});
  uint32_t a_5_b = make.Path({make.Key("a"), PathMaker::Index(5), make.Key("b")});
  uint32_t a_5_0 = make.Path({make.Key("a"), PathMaker::Index(5), PathMaker::Index(0)});
  uint32_t union_ab = make.Path({make.Keys({"a", "b", "no"})});
  Run({
      {root, "[1, 2]", "[1, 2]"},
      {a, R"({"a": [1, 2]})", "[1, 2]"},
      {a, R"({"\u0061": null})", "null"},
      {a, R"({"a":1,"a":2})", "2"},
      {a, R"({"b":1})", "! No results for path: $['a']"},
      {a, "[1]",
       "! Expected to find an object with property ['a'] in path $ but found "
       "'com.fasterxml.jackson.databind.node.ArrayNode'. This is not a json object according to "
       "the JsonProvider: 'com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider'."},
      {a_b, R"({"a":{"b":true}})", "true"},
      {a_b, R"({"a":{}})", "! No results for path: $['a']['b']"},
      {a_b, R"({"c":{}})", "! Missing property in path $['a']"},
      {a_1, R"({"a":[7, 8.0]})", "8.0"},
      {a_last, R"({"a":[7, 8]})", "8"},
      {a_1, R"({"a":[7]})", "! outside: No results for path: $['a'][1]"},
      {a_last, R"({"a":[]})", "! outside: No results for path: $['a'][-1]"},
      {a_1, R"({"a":1})", "! Filter: [1] can only be applied to arrays. Current context is: 1"},
      {a_5_0, R"({"a":[]})", "! The path $['a'][5] is null"},
      {a_5_b, R"({"a":[]})",
       "! Expected to find an object with property ['b'] in path $['a'][5] but found 'null'. This "
       "is not a json object according to the JsonProvider: "
       "'com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider'."},
      // A union at the end makes one object of what there is.
      {union_ab, R"({"b":1,"a":[2],"c":3})", R"({"a":[2],"b":1})"},
  });
}

TEST_F(PathTest, Indefinite_FindsAllInOrder) {
  uint32_t each = make.Path({make.Key("a"), PathMaker::Each()});
  uint32_t each_b = make.Path({make.Key("a"), PathMaker::Each(), make.Key("b")});
  uint32_t each_1 = make.Path({PathMaker::Each(), PathMaker::Index(1)});
  uint32_t some = make.Path({make.Indices({2, 0, -1, 9})});
  uint32_t keys_b = make.Path({make.Keys({"x", "y"}), make.Key("b")});
  Run({
      {each, R"({"a":[1, {"b":2}]})", R"([1,{"b":2}])"},
      {each, R"({"a":{"x":1,"y":[2]}})", "[1,[2]]"},
      {each, R"({"a":3})", "[]"},
      {each, R"({})", "[]"},
      {each, "7", "[]"},
      {each_b, R"({"a":[{"b":1},{"c":2},3,{"b":4}]})", "[1,4]"},
      // The library's missing item is a null among matches.
      {each_1, "[[1,2],[3],4]", "[2,null]"},
      {some, "[10,20,30]", "[30,10,30,null]"},
      {keys_b, R"({"y":{"b":1},"x":{"b":2},"z":{"b":3}})", "[2,1]"},
  });
}

TEST_F(PathTest, Slices_CountFromTheEndOnlyWithOneBound) {
  const char* ten = "[0,1,2,3,4,5,6,7,8,9]";
  Run({
      {make.Path({PathMaker::From(7)}), ten, "[7,8,9]"},
      {make.Path({PathMaker::From(-2)}), ten, "[8,9]"},
      {make.Path({PathMaker::From(-99)}), "[1,2]", "[1,2]"},
      {make.Path({PathMaker::From(10)}), ten, "[]"},
      {make.Path({PathMaker::To(2)}), ten, "[0,1]"},
      {make.Path({PathMaker::To(-8)}), ten, "[0,1]"},
      {make.Path({PathMaker::To(99)}), "[1]", "[1]"},
      {make.Path({PathMaker::Between(2, 4)}), ten, "[2,3]"},
      {make.Path({PathMaker::Between(4, 2)}), ten, "[]"},
      {make.Path({PathMaker::Between(1, -1)}), ten, "[]"},
      {make.Path({PathMaker::Between(-2, 1)}), "[1,2,3]", "[2,3,1]"},
      {make.Path({PathMaker::Between(-3, -1)}), "[1,2,3]", "[1,2]"},
      {make.Path({PathMaker::Between(-4, 1)}), "[1,2]", "[null,null,1,2,1]"},
      {make.Path({PathMaker::Slice(1, 8, 7, 3)}), ten, "[1,4,7]"},
      {make.Path({PathMaker::From(0)}), R"({"a":1})", "[]"},
  });
}

TEST_F(PathTest, Descent_VisitsEachContainerBeforeWhatIsInIt) {
  uint32_t all_a = make.Path({PathMaker::Descend(), make.Key("a")});
  uint32_t d_a = make.Path({make.Key("d"), PathMaker::Descend(), make.Key("a")});
  uint32_t d_a_each =
      make.Path({make.Key("d"), PathMaker::Descend(), make.Key("a"), PathMaker::Each()});
  uint32_t all_0 = make.Path({PathMaker::Descend(), PathMaker::Index(0)});
  uint32_t all_each = make.Path({PathMaker::Descend(), PathMaker::Each()});
  uint32_t all_0_x = make.Path({PathMaker::Descend(), PathMaker::Index(0), make.Key("x")});
  Run({
      {all_a, R"({"a":{"a":1},"b":[{"a":2}]})", R"([{"a":1},1,2])"},
      {d_a, R"({"d":{"a":[1,2]}})", "[[1,2]]"},
      {d_a_each, R"({"d":{"a":[1,2]}})", "[1,2]"},
      {all_0, "[[1,2],[3]]", "[[1,2],1,3]"},
      {all_each, R"({"a":[1]})", "[[1],1]"},
      // Behind a descent the library goes on with every item of an array.
      {all_0_x, R"([{"x":1},{"x":2}])", "[1,2]"},
  });
}

TEST_F(PathTest, Filters) {
  using C = FilterComparison;
  uint32_t a = make.Current({make.Key("a")});
  uint32_t self = make.Current({});
  uint32_t top = make.Path({make.Key("top")}, PathRoot::kDocument);
  auto filtered = [this](uint32_t filter) {
    return make.Path({make.Key("l"), PathMaker::Filter(filter)});
  };
  uint32_t exists = make.Node(FilterKind::kExists, a);
  uint32_t is_true = make.Compare(a, C::kEqual, "true");
  uint32_t above = make.Compare(a, C::kGreater, "1.5");
  uint32_t text = make.Compare(a, C::kLessEqual, "\"b\"");
  uint32_t number = make.Compare(a, C::kEqual, "12");
  uint32_t other = make.Compare(a, C::kNotEqual, "1");
  uint32_t in = make.Compare(a, C::kIn, "[1,\"x\"]");
  uint32_t not_in = make.Compare(a, C::kNotIn, "[1,\"x\"]");
  uint32_t self_above = make.Compare(self, C::kGreaterEqual, "2");
  uint32_t both = make.Node(FilterKind::kAnd, exists, above);
  uint32_t either = make.Node(FilterKind::kOr, is_true, above);
  uint32_t without = make.Node(FilterKind::kNot, exists);
  make.b.filters.push_back(
      {FilterKind::kCompare, C::kEqual, FilterOperand::kPath, FilterOperand::kPath, a, top});
  auto same_as_top = static_cast<uint32_t>(make.b.filters.size() - 1);
  Run({
      {filtered(exists), R"({"l":[{"a":false},{"b":1},{"a":null},3]})",
       R"([{"a":false},{"a":null}])"},
      {filtered(is_true), R"({"l":[{"a":false},{"a":true},{"a":"true"}]})", R"([{"a":true}])"},
      {filtered(above), R"({"l":[{"a":2},{"a":1},{"a":"9"},{}]})", R"([{"a":2}])"},
      {filtered(text), R"({"l":[{"a":"a"},{"a":"c"},{"a":"b"},{"a":1}]})",
       R"([{"a":"a"},{"a":"b"}])"},
      {filtered(number), R"({"l":[{"a":"12"},{"a":12.0},{"a":"012"},{"a":"x"}]})",
       R"([{"a":"12"},{"a":12.0}])"},
      {filtered(other), R"({"l":[{"a":1},{"a":2},{}]})", R"([{"a":2},{}])"},
      {filtered(in), R"({"l":[{"a":1},{"a":"x"},{"a":2}]})", R"([{"a":1},{"a":"x"}])"},
      {filtered(not_in), R"({"l":[{"a":1},{"a":2}]})", R"([{"a":2}])"},
      {filtered(self_above), R"({"l":[1,2,3]})", "[2,3]"},
      {filtered(both), R"({"l":[{"a":1},{"a":2}]})", R"([{"a":2}])"},
      {filtered(either), R"({"l":[{"a":true},{"a":2},{"a":1}]})", R"([{"a":true},{"a":2}])"},
      {filtered(without), R"({"l":[{"a":1},{"b":2}]})", R"([{"b":2}])"},
      {filtered(same_as_top), R"({"top":2,"l":[{"a":1},{"a":2}]})", R"([{"a":2}])"},
      // An object is tested itself.
      {filtered(exists), R"({"l":{"a":1}})", R"([{"a":1}])"},
      {filtered(exists), R"({"l":7})", "[]"},
  });
}

TEST_F(PathTest, DeepDocuments_AreWalked) {
  std::string deep;
  for (int i = 0; i < 1000; ++i)
    deep += "[";
  deep += std::string(1000, ']');
  uint32_t all = make.Path({PathMaker::Descend(), PathMaker::Index(0)});
  std::string found = Evaluate(all, deep);
  EXPECT_TRUE(found.starts_with("[[[[")) << found.substr(0, 100);
}

TEST_F(PathTest, Matches_StopAtTheArenasLimit) {
  std::string wide = "[";
  for (int i = 0; i < 2000; ++i)
    wide += "[1,2,3,4,5,6,7,8],";
  wide += "0]";
  // Each descent squares what the one before it has found.
  uint32_t all = make.Path({PathMaker::Descend(), PathMaker::Each(), PathMaker::Descend(),
                            PathMaker::Each(), PathMaker::Descend(), PathMaker::Each()});
  Result<std::shared_ptr<const Program>> program = Program::Load(make.b.Finish(0));
  ASSERT_TRUE(program.has_value());
  Value root;
  ASSERT_EQ(reader_.Read(wide, nullptr, nullptr, &root).kind, JsonError::Kind::kNone);
  Arena small(&pool_, 64 * 1024);
  PathMiss miss;
  EvaluatePath(**program, (*program)->paths()[all], root, small, &miss);
  EXPECT_TRUE(small.over_limit());
  EXPECT_LT(small.reserved_bytes(), 1024u * 1024);
}

}  // namespace
}  // namespace aslx
