// What computes a value, independent of the query language: constants, paths, calls, containers.
//
// What it is not: instructions; compiler/lower selects those after compiler/passes has folded the
// tree. Written by compiler/lower/template_expression.cc.
// Thread: one. Memory: owns its nodes; paths and texts point into the AST, which outlives it.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/ast/path.h"
#include "runtime/program/format.h"

namespace aslx::compiler::ir {

struct Expression;
struct ObjectMember;

struct Constant {
  std::string json;
};
/// A path at one place of the definition, before it is known in which register its root is.
struct PathRead {
  const ast::Path* path = nullptr;
  MissMode miss = MissMode::kStatePath;
  /// kField: the field's name with its `.$`.
  std::string_view field;
  /// kArgument: the outermost call as written.
  std::string_view expression;
};
struct Call {
  FunctionId function = FunctionId{};
  std::vector<Expression> arguments;
  /// The outermost call as written: causes quote it.
  std::string_view text;
};
struct Object {
  std::vector<ObjectMember> members;
};
struct Array {
  std::vector<Expression> items;
};

struct Expression {
  std::variant<Constant, PathRead, Call, Object, Array> node;

  const Constant* constant() const { return std::get_if<Constant>(&node); }
};

struct ObjectMember {
  std::string_view name;
  Expression value;
};

}  // namespace aslx::compiler::ir
