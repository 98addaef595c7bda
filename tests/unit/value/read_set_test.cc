// The read set: what each path's slot holds after reading a text.
#include "runtime/value/read_set.h"

#include <cstring>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/base/random.h"
#include "runtime/value/json_reader.h"
#include "runtime/value/json_writer.h"
#include "tests/unit/value/json_oracle.h"

namespace aslx {
namespace {

// A trie from paths; the slot of a path is its number.
class ReadSetOf {
 public:
  explicit ReadSetOf(const std::vector<std::vector<std::string>>& paths) {
    nodes_.push_back({0, 0, kNoNode, kNoNode, kNoSlot, 0});
    for (const auto& path : paths) {
      uint32_t node = 0;
      for (const std::string& key : path)
        node = Child(node, key);
      nodes_[node].slot = slot_count_++;
    }
    marks_ = KeyMarksOf(set());
  }
  // Without the marks.
  ReadSet set() const {
    return {nodes_.data(), static_cast<uint32_t>(nodes_.size()), slot_count_, text_.data(),
            nullptr};
  }
  ReadSet marked() const {
    ReadSet marked = set();
    marked.key_marks = marks_.data();
    return marked;
  }

 private:
  uint32_t Child(uint32_t parent, const std::string& key) {
    uint32_t* link = &nodes_[parent].first_child;
    while (*link != kNoNode) {
      const ReadSetNode& node = nodes_[*link];
      if (text_.substr(node.key_offset, node.key_size) == key) return *link;
      link = &nodes_[*link].next_sibling;
    }
    const auto index = static_cast<uint32_t>(nodes_.size());
    *link = index;
    nodes_.push_back({static_cast<uint32_t>(text_.size()), static_cast<uint32_t>(key.size()),
                      kNoNode, kNoNode, kNoSlot, 0});
    text_ += key;
    return index;
  }

  std::vector<ReadSetNode> nodes_;
  std::string text_;
  std::vector<uint64_t> marks_;
  uint16_t slot_count_ = 0;
};

std::string SlotsOf(const ReadSet& set, std::string_view text) {
  std::vector<Value> slots(set.slot_count);
  JsonReader reader;
  Value root;
  const JsonError error = reader.Read(text, &set, slots.data(), &root);
  if (error.kind != JsonError::Kind::kNone) return error.message;
  std::string out;
  for (const Value& slot : slots)
    out += (slot.undefined() ? "-" : JsonString(slot)) + ' ';
  return out;
}

TEST(ReadSetTest, Read_FillsTheSlotOfEachPath) {
  const ReadSetOf paths(
      {{"a"}, {"b", "c"}, {"b"}, {"d", "e", "f"}, {"a rather long key, over 16"}});
  const struct {
    const char* shows;
    const char* text;
    const char* slots;
  } kCases[] = {
      {"nothing there", "{}", "- - - - - "},
      {"scalars and containers", R"({"a":1,"b":{"c":[2]},"d":{"e":{"f":"x"}}})",
       R"(1 [2] {"c":[2]} "x" - )"},
      {"white space", " { \"a\" : 1.50 , \"b\" : { \"c\" : null } } ",
       "1.50 null { \"c\" : null } - - "},
      {"long keys", R"({"a rather long key, over 16":true,"a rather long key, over 17":1})",
       "- - - - true "},
      {"same size, another key", R"({"x":1,"y":{"c":2},"bb":3})", "- - - - - "},
      {"keys with escapes", R"({"\u0061":1,"b":{"\u0063":"\n"}})",
       R"(1 "\n" {"\u0063":"\n"} - - )"},
      {"a path through an array", R"({"b":[{"c":1}],"d":[1,2]})", R"(- - [{"c":1}] - - )"},
      {"a path through a scalar", R"({"b":5,"d":{"e":"f"}})", "- - 5 - - "},
      {"the same key deeper", R"({"x":{"a":1},"b":{"b":{"c":1}}})", R"(- - {"b":{"c":1}} - - )"},
      {"not an object", "[1]", "- - - - - "},
      {"a scalar", "7", "- - - - - "},
      {"the last of repeated keys", R"({"a":1,"a":2})", "2 - - - - "},
      {"a repeated key clears what was below", R"({"b":{"c":1},"b":{"x":2}})",
       R"(- - {"x":2} - - )"},
      {"a repeated key that ends as a scalar", R"({"d":{"e":{"f":1}},"d":0})", "- - - - - "},
      {"repeated below", R"({"d":{"e":{"f":1},"e":{}}})", "- - - - - "},
      {"repeated with an escape", R"({"b":{"c":1},"\u0062":3})", "- - 3 - - "},
      {"repeated thrice", R"({"b":{"c":1},"b":2,"b":{"c":3}})", R"(- 3 {"c":3} - - )"},
  };
  for (const auto& c : kCases)
    EXPECT_EQ(SlotsOf(paths.marked(), c.text), c.slots) << c.shows;
}

TEST(ReadSetTest, Read_FillsTheRootsOwnSlot) {
  const ReadSetOf paths({{}, {"a"}});
  EXPECT_EQ(SlotsOf(paths.marked(), R"( {"a":1} )"), R"({"a":1} 1 )");
  EXPECT_EQ(SlotsOf(paths.marked(), " 5 "), "5 - ");
  EXPECT_EQ(SlotsOf(paths.marked(), "[]"), "[] - ");
}

TEST(ReadSetTest, Read_ClearsSlotsFromTheTextBefore) {
  const ReadSetOf paths({{"a"}});
  const ReadSet set = paths.set();
  Value slots[1];
  JsonReader reader;
  Value root;
  ASSERT_EQ(reader.Read(R"({"a":1})", &set, slots, &root).kind, JsonError::Kind::kNone);
  ASSERT_EQ(reader.Read(R"({"b":1})", &set, slots, &root).kind, JsonError::Kind::kNone);
  EXPECT_TRUE(slots[0].undefined());
}

TEST(ReadSetTest, Read_AgreesWithTheOracleOnRandomTexts) {
  constexpr uint64_t kSeed = 99;
  Random random(kSeed);
  const std::vector<std::vector<std::string>> kPaths = {
      {"a"},    {"key"}, {""},   {"a", "a"}, {"key", "key"},  {"key", "a", "key"},
      {"", ""}, {"A"},   {"\n"}, {"aa"},     {"a", "", "key"}};
  const ReadSetOf paths(kPaths);
  const ReadSet set = paths.marked();
  BlockPool pool;
  Arena arena(&pool);
  JsonReader reader;
  for (int i = 0; i < 5'000; ++i) {
    const std::string text = "{\"a\":" + testing::RandomJson(random) +
                             ",\"key\":" + testing::RandomJson(random) +
                             ",\"\":" + testing::RandomJson(random) + "}";
    SCOPED_TRACE("seed " + std::to_string(kSeed) + ": " + text);
    std::vector<Value> slots(set.slot_count);
    Value root;
    ASSERT_EQ(reader.Read(text, &set, slots.data(), &root).kind, JsonError::Kind::kNone);
    const nlohmann::json document = testing::OracleParse(text);
    for (size_t p = 0; p < kPaths.size(); ++p) {
      const nlohmann::json* at = &document;
      for (const std::string& key : kPaths[p]) {
        const bool has = at != nullptr && at->is_object() && at->contains(key);
        at = has ? &(*at)[key] : nullptr;
      }
      ASSERT_EQ(slots[p].undefined(), at == nullptr) << "path " << p;
      if (at != nullptr) {
        ASSERT_EQ(testing::ToOracle(slots[p], arena), *at) << "path " << p;
      }
    }
    arena.Reset();
  }
}

}  // namespace
}  // namespace aslx
