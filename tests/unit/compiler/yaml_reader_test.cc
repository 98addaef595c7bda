// Shows how YAML becomes the tree that JSON would have been.
#include "compiler/definition/yaml_reader.h"

#include <string>

#include <gtest/gtest.h>

namespace aslx::compiler {
namespace {

std::string ToJson(std::string_view yaml) {
  static const Substitutions kNone;
  Placeholders placeholders(kNone);
  JsonDocument document;
  Diagnostics diagnostics;
  if (!ReadYaml(yaml, &placeholders, &document, &diagnostics)) {
    const Diagnostic& first = diagnostics.all().front();
    return std::to_string(first.line) + ":" + std::to_string(first.column) + " " + first.message;
  }
  return ToJsonText(document.root);
}

TEST(YamlReader, ReadsScalarsByTheCoreSchema) {
  const struct {
    std::string_view yaml;
    std::string json;
  } cases[] = {
      {"a: 10", R"({"a":10})"},
      {"a: '10'", R"({"a":"10"})"},
      {"a: \"true\"", R"({"a":"true"})"},
      {"a: !!str 10", R"({"a":"10"})"},
      {"a: true", R"({"a":true})"},
      {"a: yes", R"({"a":"yes"})"},
      {"a:", R"({"a":null})"},
      {"a: ~", R"({"a":null})"},
      {"a: ''", R"({"a":""})"},
      {"a: -1.5e3", R"({"a":-1.5e3})"},
      {"a: +7", R"({"a":7})"},
      {"a: 007", R"({"a":7})"},
      {"a: 5.", R"({"a":5})"},
      {"a: 1.0.0", R"({"a":"1.0.0"})"},
      {"a: 2024-01-01T00:00:00Z", R"({"a":"2024-01-01T00:00:00Z"})"},
      {"a: $.x[0]", R"({"a":"$.x[0]"})"},
      {"a: |\n  x\n  y\n", R"({"a":"x\ny\n"})"},
      {"- 1\n- [2, {b: 3}]", R"([1,[2,{"b":3}]])"},
      {"a: &x {b: 1}\nc: *x", R"({"a":{"b":1},"c":{"b":1}})"},
  };
  for (const auto& c : cases)
    EXPECT_EQ(ToJson(c.yaml), c.json) << c.yaml;
}

TEST(YamlReader, RefusesWithAPlace) {
  EXPECT_EQ(ToJson("a: 1\nb: ]").substr(0, 4), "2:4 ");
  EXPECT_EQ(ToJson("? [1]\n: 2"), "1:3 Invalid YAML: a name must be a scalar");
  EXPECT_EQ(ToJson("a: 1\n---\nb: 2"), "1:1 Invalid YAML: one document expected, found several");
  EXPECT_EQ(ToJson(""), "1:1 Invalid YAML: one document expected, found none");
  EXPECT_EQ(ToJson("a: \"\xFF\""), "1:4 Invalid YAML: bytes that are not UTF-8");
  EXPECT_EQ(ToJson(","), "1:1 Invalid YAML: one document expected, found several");
}

TEST(YamlReader, RefusesDeepNestingWithoutFollowingIt) {
  EXPECT_NE(ToJson(std::string(100'000, '[')).find("nested deeper"), std::string::npos);
  std::string dashes;
  for (int i = 0; i < 100'000; ++i)
    dashes += "- ";
  EXPECT_NE(ToJson(dashes + "1").find("nested deeper"), std::string::npos);
}

TEST(YamlReader, RefusesAliasesThatMultiply) {
  std::string yaml = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n";
  for (int i = 1; i < 8; ++i) {
    const std::string previous = "*a" + std::to_string(i - 1);
    yaml += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + previous;
    for (int j = 0; j < 9; ++j)
      yaml += ", " + previous;
    yaml += "]\n";
  }
  EXPECT_NE(ToJson(yaml).find("aliases make the definition too large"), std::string::npos);
}

}  // namespace
}  // namespace aslx::compiler
