// Proves that a program from a file is safe to run, so that the interpreter need not check.
//
// What it is not: a check that the program does what a definition says; a program that was changed
// with care runs to a different result, but it runs within its bounds.
// Who uses it: Program::Load. Thread: any. Memory: its own, given back at the end.
//
// What is proven (each file says how):
//   texts        verify_records.cc: in range, UTF-8, cut at characters; enums in range; counts and
//                indexes within their sections; seconds and rates within the service's limits
//   constants    verify_records.cc: valid JSON of the stated type, flags and height
//   templates    verify_templates.cc: trees; parts write exactly what members say; holes in range;
//                heights not too small
//   paths        verify_paths.cc: steps, filters (children first, bounded depth), definite means
//                keys and indexes only; the read set is a tree whose slots fit the paths that use
//                them
//   structure    verify_structure.cc: regions form a tree, states hold their code, switch tables
//                are hash tables with an empty slot, operands are in range
//   flow         verify_flow.cc, for every way through the code: it stays in its region and leaves
//                only by an end; states are entered at their beginning; a register that is read
//                holds a value; one that must not be Undefined is not; `fill` goes to a fresh
//                instance, hole after hole, and nothing reads it before its last hole is filled;
//                `call` and `assign` find as many arguments and members as they take; variables
//                exist in the frame that is named; every loop spends fuel or suspends
//
// What stays with the interpreter, at run time: the types of values that come from data, the
// nesting limit, memory and payload limits, the number of branches, and that a fault inside the
// handler of a catcher is not caught again.
#pragma once

#include "runtime/program/program.h"

namespace aslx {

/// Nothing, or the first thing found wrong: where, what was expected, what was found.
Result<void> Verify(const Program& program);

}  // namespace aslx
