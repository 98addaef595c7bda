// Shows which texts are intrinsic calls and what they hold.
#include "compiler/parser/intrinsic_parser.h"

#include <string>

#include <gtest/gtest.h>

namespace aslx::compiler {
namespace {

std::string Show(const ast::IntrinsicCall& call) {
  std::string out = FactsOf(call.function).name;
  for (const ast::IntrinsicArgument& argument : call.arguments) {
    out += " | ";
    if (const auto* path = std::get_if<ast::Path>(&argument)) out += "path " + path->text;
    if (const auto* literal = std::get_if<ast::IntrinsicLiteral>(&argument)) {
      out += (literal->kind == ast::IntrinsicLiteral::Kind::kString ? "text " : "") + literal->text;
    }
    if (const auto* nested = std::get_if<std::unique_ptr<ast::IntrinsicCall>>(&argument)) {
      out += "(" + Show(**nested) + ")";
    }
  }
  return out;
}

TEST(IntrinsicParser, ReadsCalls) {
  const struct {
    std::string_view text;
    std::string meaning;
  } cases[] = {
      {"States.UUID()", "States.UUID"},
      {"States.Array( 'a' ,1,  -2.5, true,null , $.x )",
       "States.Array | text a | 1 | -2.5 | true | null | path $.x"},
      {"States.Format('it\\'s \\{\\} \\\\ {}', $.a)",
       "States.Format | text it's {} \\ {} | path $.a"},
      {"States.Format('{}', States.ArrayGetItem(States.StringSplit($$.Execution.Id, ':'), 6))",
       "States.Format | text {} | (States.ArrayGetItem | (States.StringSplit | path "
       "$$.Execution.Id "
       "| text :) | 6)"},
      {"States.ArrayGetItem($.a[?(@.k == 'x,y)')].v, 0)",
       "States.ArrayGetItem | path $.a[?(@.k == 'x,y)')].v | 0"},
      {"States.ArrayLength($['a,b'])", "States.ArrayLength | path $['a,b']"},
      {"States.MathAdd($v, -1)", "States.MathAdd | path $v | -1"},
      {"States.StringToJson('{\"a\": 1}')", "States.StringToJson | text {\"a\": 1}"},
  };
  for (const auto& c : cases) {
    const auto call = ParseIntrinsic(c.text);
    ASSERT_TRUE(call.has_value()) << c.text << ": " << call.error().reason;
    EXPECT_EQ(Show(*call), c.meaning);
    EXPECT_EQ(call->text, c.text);
  }
}

TEST(IntrinsicParser, KeepsTheTextOfANestedCallVerbatim) {
  const auto call = ParseIntrinsic("States.Array(States.MathAdd( 1 ,2 ))");
  ASSERT_TRUE(call.has_value());
  EXPECT_EQ(std::get<std::unique_ptr<ast::IntrinsicCall>>(call->arguments[0])->text,
            "States.MathAdd( 1 ,2 )");
}

TEST(IntrinsicParser, Refuses) {
  const std::string_view cases[] = {
      " States.UUID()",       "States.UUID() ",
      "States.UUID",          "States.UUID(",
      "States.UUID(1)",       "States.Nope()",
      "States.format('a')",   "States.Format()",
      "States.Format('a)",    "States.Format('say \\\"hi\\\"')",
      "States.Format('\\n')", "States.Format(\"a\")",
      "States.Array(1 2)",    "States.Array(1,)",
      "States.Array(,)",      "States.Array(01)",
      "States.Array(word)",   "States.Array($.a[)",
      "States.MathAdd(1)",
  };
  for (const std::string_view text : cases)
    EXPECT_FALSE(ParseIntrinsic(text).has_value()) << text;
}

TEST(IntrinsicParser, NestsTenDeep) {
  const auto nested = [](int depth) {
    std::string text;
    for (int i = 0; i < depth; ++i)
      text += "States.Array(";
    return text + "1" + std::string(static_cast<size_t>(depth), ')');
  };
  EXPECT_TRUE(ParseIntrinsic(nested(10)).has_value());
  EXPECT_FALSE(ParseIntrinsic(nested(11)).has_value());
  EXPECT_FALSE(ParseIntrinsic(nested(100'000)).has_value());
}

}  // namespace
}  // namespace aslx::compiler
