// Reading the arguments of a function, and failing with a sentence that says what was wrong.
//
// What it is not: a check of their number; the verifier has done that.
// Who uses it: the families. Thread: any. Memory: texts are in the context's arena.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

#include "runtime/functions/function.h"

namespace aslx::functions {

/// Sets the error to the joined parts and returns Undefined.
Value FailWith(FunctionContext& context, std::initializer_list<std::string_view> parts);
/// "expected NAME to be WANTED, found a string".
Value FailType(FunctionContext& context, std::string_view name, std::string_view wanted,
               const Value& found);

/// False with the error set when `argument` is not of the type.
bool ReadString(const Value& argument, std::string_view name, FunctionContext& context,
                std::string_view* text);
bool ReadArray(const Value& argument, std::string_view name, FunctionContext& context,
               std::span<const Value>* items);
/// A number that is not whole is rounded half up, as the service does: -1.5 is -1, 2.5 is 3.
bool ReadInteger(const Value& argument, std::string_view name, FunctionContext& context,
                 int64_t* number);

/// False with the error set when `value` nests deeper than JSON may: it cannot be walked.
bool CheckHeight(const Value& value, FunctionContext& context);

/// An array of `items`, which lie in the arena; fails where it would nest too deep.
Value MakeArray(std::span<const Value> items, FunctionContext& context);

/// "a string", "an array", …: how messages name the type of a value.
std::string_view TypeName(const Value& value);

/// Decimal text of a number, in the arena.
std::string_view Decimal(int64_t number, FunctionContext& context);

/// Length as the service counts characters: UTF-16 code units.
size_t CharacterCount(std::string_view text);

}  // namespace aslx::functions
