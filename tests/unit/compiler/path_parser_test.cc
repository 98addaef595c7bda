// Shows which texts are paths and what they mean.
#include "compiler/parser/path_parser.h"

#include <string>

#include <gtest/gtest.h>

namespace aslx::compiler {
namespace {

std::string Show(const ast::Path& path);
std::string Show(const ast::FilterExpression& expression);

std::string ShowOperand(const ast::FilterOperand& operand) {
  if (const auto* path = std::get_if<ast::Path>(&operand)) return Show(*path);
  if (const auto* pattern = std::get_if<ast::FilterPattern>(&operand)) {
    return "/" + pattern->pattern + "/" + (pattern->ignore_case ? "i" : "");
  }
  const auto& literal = std::get<ast::FilterLiteral>(operand);
  switch (literal.kind) {
    case ast::FilterLiteral::Kind::kString: return "'" + literal.text + "'";
    case ast::FilterLiteral::Kind::kWord: return "word " + literal.text;
    default: return literal.text;
  }
}

std::string Show(const ast::FilterExpression& expression) {
  if (const auto* all = std::get_if<ast::FilterAnd>(&expression.node)) {
    std::string out = "and(";
    for (const auto& operand : all->operands)
      out += Show(operand) + ";";
    return out + ")";
  }
  if (const auto* any = std::get_if<ast::FilterOr>(&expression.node)) {
    std::string out = "or(";
    for (const auto& operand : any->operands)
      out += Show(operand) + ";";
    return out + ")";
  }
  if (const auto* no = std::get_if<ast::FilterNot>(&expression.node)) {
    return "not(" + Show(*no->operand) + ")";
  }
  if (const auto* exists = std::get_if<ast::FilterExists>(&expression.node)) {
    return "exists " + Show(exists->path);
  }
  const auto& comparison = std::get<ast::FilterComparison>(expression.node);
  return ShowOperand(comparison.left) + " op" + std::to_string(static_cast<int>(comparison.op)) +
         " " + ShowOperand(comparison.right);
}

struct ShowStep {
  std::string operator()(const ast::ChildStep& s) const { return " ." + s.name; }
  std::string operator()(const ast::NamesStep& s) const {
    std::string out = " names";
    for (const auto& name : s.names)
      out += ":" + name;
    return out;
  }
  std::string operator()(const ast::IndexStep& s) const {
    return " [" + std::to_string(s.index) + "]";
  }
  std::string operator()(const ast::IndicesStep& s) const {
    std::string out = " indices";
    for (const int64_t index : s.indices)
      out += ":" + std::to_string(index);
    return out;
  }
  std::string operator()(const ast::SliceStep& s) const {
    return " slice " + (s.from ? std::to_string(*s.from) : "") + ":" +
           (s.to ? std::to_string(*s.to) : "");
  }
  std::string operator()(const ast::WildcardStep&) const { return " *"; }
  std::string operator()(const ast::DescentStep&) const { return " .."; }
  std::string operator()(const ast::FilterStep& s) const { return " ?" + Show(*s.expression); }
  std::string operator()(const ast::FunctionStep& s) const { return " " + s.name + "()"; }
};

std::string Show(const ast::Path& path) {
  static const char* const kRoots[] = {"$", "$$", "$", "@"};
  std::string out = kRoots[static_cast<size_t>(path.root)] + path.variable;
  for (const ast::PathStep& step : path.steps)
    out += std::visit(ShowStep{}, step);
  return out;
}

TEST(PathParser, ReadsSteps) {
  const struct {
    std::string_view text;
    std::string meaning;
  } cases[] = {
      {"$", "$"},
      {"$$", "$$"},
      {"$x", "$x"},
      {"$.a.b", "$ .a .b"},
      {"$$.Execution.Id", "$$ .Execution .Id"},
      {"$orders.items[0].id", "$orders .items [0] .id"},
      {"$[0]", "$ [0]"},
      {"$.a[-2]", "$ .a [-2]"},
      {"$.a[0,2]", "$ .a indices:0:2"},
      {"$.a[1:3]", "$ .a slice 1:3"},
      {"$.a[:2]", "$ .a slice :2"},
      {"$.a[-3:]", "$ .a slice -3:"},
      {"$.a[*]", "$ .a *"},
      {"$.*", "$ *"},
      {"$..a", "$ .. .a"},
      {"$..[0]", "$ .. [0]"},
      {"$..*", "$ .. *"},
      {"$['a b']", "$ .a b"},
      {"$[\"a\"]['b']", "$ .a .b"},
      {"$['it\\'s']", "$ .it's"},
      {"$['a','b']", "$ names:a:b"},
      {"$.[0].State", "$ [0] .State"},
      {"$.[*].['bucket', 'key']", "$ * names:bucket:key"},
      {"$.delivery-partner", "$ .delivery-partner"},
      {"$.a.length()", "$ .a length()"},
      {"$[?(@.price < 10)].title", "$ ?@ .price op4 10 .title"},
      {"$[?(@.keep)]", "$ ?exists @ .keep"},
      {"$[?(!@.keep)]", "$ ?not(exists @ .keep)"},
      {"$[?(@.a == 'x' && @.b<5 || @.c)]", "$ ?or(and(@ .a op0 'x';@ .b op4 5;);exists @ .c;)"},
      {"$[?(@.a && (@.b || @.c))]", "$ ?and(exists @ .a;or(exists @ .b;exists @ .c;);)"},
      {"$.l[?(@.id == $.wanted[0])].v", "$ .l ?@ .id op0 $ .wanted [0] .v"},
      {"$[?(@.n in ['a', 'it\"s'])]", "$ ?@ .n op9 [\"a\", \"it\\\"s\"]"},
      {"$[?(@.n =~ /a.*\\/b/i)]", "$ ?@ .n op8 /a.*\\/b/i"},
      {"$[?(@.code==es)].text", "$ ?@ .code op0 word es .text"},
      {"$[?(@['a b'] != null)]", "$ ?@ .a b op1 null"},
  };
  for (const auto& c : cases) {
    const auto path = ParsePath(c.text);
    ASSERT_TRUE(path.has_value()) << c.text << ": " << path.error().reason;
    EXPECT_EQ(Show(*path), c.meaning) << c.text;
    EXPECT_EQ(path->text, c.text);
  }
}

TEST(PathParser, RefusesWithAPlace) {
  const struct {
    std::string_view text;
    size_t offset;
  } cases[] = {
      {"", 0},
      {"a.b", 0},
      {"$a b", 2},
      {"$.", 2},
      {"$.a.", 4},
      {"$...a", 3},
      {"$.a[", 4},
      {"$.a[]", 4},
      {"$.a['b]", 4},
      {"$.a[1", 4},
      {"$.a[x]", 4},
      {"$.a b", 3},
      {"$.a[:]", 5},
      {"$.a[1:2:3]", 7},
      {"$[?]", 2},
      {"$[?(@.a ==)]", 10},
      {"$[?(]", 2},
      {"@.a", 0},
      {"$.a[99999999999]", 4},
      {"$.a.nope()", 8},
      {"$.a[0]b", 6},
  };
  for (const auto& c : cases) {
    const auto path = ParsePath(c.text);
    ASSERT_FALSE(path.has_value()) << c.text;
    EXPECT_EQ(path.error().offset, c.offset) << c.text << ": " << path.error().reason;
  }
}

TEST(PathParser, RefusesEndlessNesting) {
  std::string filters = "$";
  for (int i = 0; i < 100; ++i)
    filters += "[?(@";
  for (int i = 0; i < 100; ++i)
    filters += ")]";
  EXPECT_FALSE(ParsePath(filters).has_value());
  EXPECT_FALSE(
      ParsePath("$[?(" + std::string(10'000, '(') + "@.a" + std::string(10'000, ')') + ")]")
          .has_value());
  EXPECT_FALSE(ParsePath("$[?(" + std::string(10'000, '!') + "@.a)]").has_value());
}

TEST(PathParser, KnowsDefiniteAndReferencePaths) {
  const struct {
    std::string_view text;
    bool definite;
    bool reference;
  } cases[] = {
      {"$", true, true},           {"$.a[0]['b']", true, true},   {"$$.a", true, true},
      {"$v.a", true, true},        {"$.a[*]", false, false},      {"$..a", false, false},
      {"$.a[0,1]", false, false},  {"$['a','b']", false, false},  {"$.a[0:1]", false, false},
      {"$[?(@.a)]", false, false}, {"$.a.length()", true, false},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(ParsePath(c.text)->is_definite(), c.definite) << c.text;
    EXPECT_EQ(ParsePath(c.text)->is_reference(), c.reference) << c.text;
  }
}

}  // namespace
}  // namespace aslx::compiler
