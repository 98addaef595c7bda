// The program file (.aslc): header, section table, sections of plain records, offsets only.
//
// What it is: the contract between compiler and runtime, byte for byte. Little-endian, every
// section aligned to 16 bytes. FORMAT.md explains it by example. What it is not: trusted. The
// verifier (verifier.h) proves what the interpreter assumes. Thread: any. Memory: plain data.
#pragma once

#include <cstdint>

#include "runtime/program/opcodes.h"
#include "runtime/value/read_set.h"
#include "runtime/value/template.h"

namespace aslx {

/// "\x89ASLC\r\n\x1a": damaged by anything that treats the file as text.
inline constexpr uint8_t kProgramMagic[8] = {0x89, 'A', 'S', 'L', 'C', '\r', '\n', 0x1a};

struct FileHeader {
  uint8_t magic[8];
  uint32_t format_version;
  uint32_t section_count;
  uint64_t file_bytes;
  /// XXH3-64 of everything behind the header.
  uint64_t checksum;
  /// XXH3-64 of the definition's text.
  uint64_t source_hash;
  uint64_t reserved;
};
static_assert(sizeof(FileHeader) == 48);

/// In the order in which sections stand in the file; each occurs exactly once.
/// SECTION(kind, record type, accessor)
#define ASLX_SECTIONS(SECTION)                               \
  SECTION(Machine, MachineRecord, machines)                  \
  SECTION(Text, char, text)                                  \
  SECTION(Code, Instruction, code)                           \
  SECTION(Constants, ConstantRecord, constants)              \
  SECTION(Regions, RegionRecord, regions)                    \
  SECTION(States, StateRecord, states)                       \
  SECTION(Retriers, RetrierRecord, retriers)                 \
  SECTION(Catchers, CatcherRecord, catchers)                 \
  SECTION(ErrorNames, TextRef, error_names)                  \
  SECTION(Paths, PathRecord, paths)                          \
  SECTION(PathSteps, PathStep, path_steps)                   \
  SECTION(PathKeys, PathKey, path_keys)                      \
  SECTION(Filters, FilterNode, filters)                      \
  SECTION(PathUses, PathUse, path_uses)                      \
  SECTION(Templates, TemplateRecord, templates)              \
  SECTION(TemplateNodes, TemplateNode, template_nodes)       \
  SECTION(TemplateMembers, TemplateMember, template_members) \
  SECTION(TemplateParts, TemplatePart, template_parts)       \
  SECTION(Calls, CallRecord, calls)                          \
  SECTION(Grafts, GraftRecord, grafts)                       \
  SECTION(GraftSteps, GraftStepRecord, graft_steps)          \
  SECTION(Assigns, AssignRecord, assigns)                    \
  SECTION(Variables, VariableRecord, variables)              \
  SECTION(Switches, SwitchRecord, switches)                  \
  SECTION(SwitchCases, SwitchCase, switch_cases)             \
  SECTION(Waits, WaitRecord, waits)                          \
  SECTION(Tasks, TaskRecord, tasks)                          \
  SECTION(Parallels, ParallelRecord, parallels)              \
  SECTION(Maps, MapRecord, maps)                             \
  SECTION(ReadSetNodes, ReadSetNode, read_set_nodes)         \
  SECTION(Lines, LineRecord, lines)

enum class SectionKind : uint32_t {
#define SECTION(kind, type, accessor) k##kind,
  ASLX_SECTIONS(SECTION)
#undef SECTION
};
inline constexpr uint32_t kSectionCount = 0
#define SECTION(kind, type, accessor) +1
    ASLX_SECTIONS(SECTION)
#undef SECTION
    ;

struct SectionEntry {
  SectionKind kind;
  uint32_t record_count;
  uint64_t offset;  // from the start of the file
};
static_assert(sizeof(SectionEntry) == 16);

/// Bytes in the text section.
struct TextRef {
  uint32_t offset = 0;
  uint32_t size = 0;
};

struct Instruction {
  Opcode op;
  uint8_t a;
  uint16_t b;
  uint32_t c;
};
static_assert(sizeof(Instruction) == 8);

/// An index that means: none.
inline constexpr uint32_t kNoIndex = UINT32_MAX;
inline constexpr uint8_t kNoRegister = UINT8_MAX;

/// Calling convention: what a branch finds in its registers when it begins.
inline constexpr uint8_t kRegisterInput =
    0;  // root: execution input; Parallel: input; Map: the item
inline constexpr uint8_t kRegisterOuter =
    1;  // Map: the Map state's effective input, for ItemSelector

enum class MachineType : uint8_t { kExpress, kStandard };

struct MachineRecord {
  TextRef comment;
  uint32_t timeout_seconds;  // kNoIndex: no TimeoutSeconds
  uint32_t root_region;      // always 0
  uint32_t slot_count;       // of the read set
  MachineType type;
  uint8_t reserved[3];
};

/// A JSON literal: type, flags and payload as Value has them (text payloads in the text section).
struct ConstantRecord {
  uint8_t type;
  uint8_t flags;
  uint16_t height;
  TextRef text;
  uint32_t reserved;
};
static_assert(sizeof(ConstantRecord) == 16);

enum class RegionKind : uint8_t { kRoot, kParallelBranch, kMapIteration };

/// The root machine, a branch of a Parallel or the processor of a Map: code that ends with `end`,
/// with registers and a frame of variables of its own.
struct RegionRecord {
  uint32_t entry_pc;
  uint32_t parent_region;  // kNoIndex for the root
  uint32_t state;          // the Parallel or Map state that holds it, kNoIndex for the root
  uint32_t first_variable;
  uint16_t variable_count;
  uint8_t register_count;
  RegionKind kind;
};

enum class StateType : uint8_t { kPass, kTask, kChoice, kWait, kSucceed, kFail, kParallel, kMap };

struct StateRecord {
  TextRef name;
  StateType type;
  uint8_t reserved[3];
  uint32_t region;
  uint32_t pc_begin;  // its enter_state
  uint32_t pc_end;    // behind its last instruction; handlers of its catchers lie inside, too
  uint32_t retry_pc;  // where a retry continues
  uint32_t first_retrier;
  uint32_t retrier_count;
  uint32_t first_catcher;
  uint32_t catcher_count;
};

enum class Jitter : uint8_t { kNone, kFull };

struct RetrierRecord {
  uint32_t first_error;  // in error_names
  uint32_t error_count;
  uint32_t interval_seconds;
  uint32_t max_attempts;
  double backoff_rate;
  uint32_t max_delay_seconds;  // kNoIndex: no cap
  Jitter jitter;
  uint8_t reserved[3];
};
static_assert(sizeof(RetrierRecord) == 32);

struct CatcherRecord {
  uint32_t first_error;
  uint32_t error_count;
  uint32_t handler_pc;
  uint8_t error_register;  // receives {"Error":…,"Cause":…}
  uint8_t reserved[3];
};

enum class PathRoot : uint8_t {
  kRegister,
  kContext,
  kVariable,
  kCurrent /* `@` in a filter */,
  kDocument /* `$` in a filter */
};

struct PathRecord {
  uint32_t first_step;
  uint32_t step_count;
  /// The path as the author wrote it.
  TextRef text;
  uint16_t slot;  // in the read set; kNoSlot
  /// 1: at most one value (only keys and single indices). 0: an array of all matches.
  uint8_t definite;
  PathRoot root;
};

enum class PathStepKind : uint8_t {
  kKey,    // TextRef{operand, extra}
  kIndex,  // operand: int32_t, negative from the end
  kSlice,  // operand: start, extra: end, step: int32_t each; flags say which are given
  kWildcard,
  kDescend,  // `..`: the next step applies to every value at and below
  kKeys,     // union: path_keys[operand .. operand + extra)
  kIndices,  // union, the same; PathKey.offset holds an int32_t
  kFilter,   // filters[operand]
};
namespace slice_flags {
inline constexpr uint8_t kStart = 1;
inline constexpr uint8_t kEnd = 2;
inline constexpr uint8_t kStep = 4;
}  // namespace slice_flags

struct PathStep {
  PathStepKind kind;
  uint8_t flags;
  uint16_t reserved;
  uint32_t operand;
  uint32_t extra;
  uint32_t step;
};
static_assert(sizeof(PathStep) == 16);

using PathKey = TextRef;

enum class FilterKind : uint8_t {
  kAnd,      // left, right: filters
  kOr,       // left, right: filters
  kNot,      // left: filter
  kExists,   // left: path
  kCompare,  // left, right: operands
};
enum class FilterComparison : uint8_t {
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kIn,
  kNotIn
};
enum class FilterOperand : uint8_t { kPath, kConstant };

/// A node of a filter expression; children stand before their parent.
struct FilterNode {
  FilterKind kind;
  FilterComparison comparison;
  FilterOperand left_operand;
  FilterOperand right_operand;
  uint32_t left;
  uint32_t right;
};
static_assert(sizeof(FilterNode) == 12);

/// What a path without a match means where it stands (the texts are the VM's).
enum class MissMode : uint8_t {
  kStatePath,  // InputPath, OutputPath, ItemsPath, TimeoutSecondsPath, …: "Invalid path …"
  kField,  // a template's field, ErrorPath, CausePath: "The JSONPath … specified for the field …"
  kArgument,   // an argument of a function: "The function … had the following error: …"
  kChoice,     // a Choice Rule's Variable or …Path
  kUndefined,  // no fault: Undefined (IsPresent, SecondsPath, TimestampPath)
};

/// A path at one place of the definition.
struct PathUse {
  uint32_t path;
  MissMode miss;
  uint8_t reg;             // root kRegister: the source
  uint8_t variable_depth;  // root kVariable: frames up from the branch's own
  uint8_t reserved;
  uint32_t variable;   // root kVariable: slot in that frame
  TextRef field;       // kField: the field's name, with its `.$`
  TextRef expression;  // kArgument: the outermost call as written
};

/// The root node is `node`; its instance has `hole_count` holes.
struct TemplateRecord {
  uint32_t node;
  uint32_t hole_count;
};

struct CallRecord {
  FunctionId function;
  uint16_t reserved;
  uint32_t argument_count;
  /// The outermost call as the author wrote it; causes quote it.
  TextRef expression;
};

struct GraftRecord {
  uint32_t first_step;
  uint32_t step_count;
  TextRef text;
};

struct GraftStepRecord {
  TextRef key;
  int32_t index;
  uint32_t is_index;
};

/// The members of the assigned object go, in order, to these variables of the branch's own frame.
struct AssignRecord {
  uint32_t first_variable;  // in `variables`: slot order is free, so each names its slot
  uint32_t variable_count;
};

/// A variable of a region's frame (RegionRecord.first_variable …), or a target of an Assign.
struct VariableRecord {
  TextRef name;
  uint32_t slot;
};

struct SwitchRecord {
  uint32_t first_case;
  uint32_t case_count;
  /// Cases stand in a hash table of this many slots (a power of two); empty ones have pc kNoIndex.
  uint32_t reserved;
};

/// Linear probing from SwitchHash(text) & (case_count - 1).
struct SwitchCase {
  TextRef text;
  uint32_t hash;
  uint32_t pc;
};

enum class WaitKind : uint8_t { kSeconds, kSecondsPath, kTimestamp, kTimestampPath };

struct WaitRecord {
  WaitKind kind;
  uint8_t reserved[3];
  /// kSecondsPath, kTimestampPath: the path as written; causes quote it.
  TextRef path;
};

enum class TaskKind : uint8_t { kLambdaArn, kService, kActivity };

struct TaskRecord {
  TaskKind kind;
  uint8_t timeout_register;      // TimeoutSecondsPath's value; kNoRegister
  uint8_t heartbeat_register;    // HeartbeatSecondsPath's value; kNoRegister
  uint8_t credentials_register;  // kNoRegister
  uint32_t timeout_seconds;      // kNoIndex
  uint32_t heartbeat_seconds;    // kNoIndex
  TextRef arn;                   // as written
  /// kService: `lambda` and `invoke`; `aws-sdk:s3` and `getObject`. Events name them so.
  TextRef resource_type;
  TextRef resource;
  TextRef timeout_path;
  TextRef heartbeat_path;
};

struct ParallelRecord {
  uint32_t first_region;
  uint32_t region_count;
};

struct MapRecord {
  uint32_t region;
  uint32_t max_concurrency;          // 0: no limit of its own
  uint32_t tolerated_count;          // kNoIndex
  uint8_t max_concurrency_register;  // …Path value; kNoRegister
  uint8_t tolerated_count_register;
  uint8_t tolerated_percentage_register;
  uint8_t has_tolerated_percentage;
  double tolerated_percentage;
  TextRef max_concurrency_path;
  TextRef tolerated_count_path;
  TextRef tolerated_percentage_path;
  TextRef items_path;  // as written, for causes; empty: the whole input
  /// ProcessorConfig.Mode DISTRIBUTED: run in process like an inline Map, with the history that the
  /// service shows of a Map Run (its iterations are executions of their own there).
  uint32_t distributed;
  uint32_t reserved;
};

/// Where code comes from, in order of pc: for the disassembler and for messages.
struct LineRecord {
  uint32_t pc;
  uint32_t line;
  uint32_t column;
  TextRef pointer;  // JSON pointer into the definition
};

/// FNV-1a, 32 bits; of a SwitchCase's text.
constexpr uint32_t SwitchHash(const char* text, uint32_t size) {
  uint32_t hash = 2166136261u;
  for (uint32_t i = 0; i < size; ++i)
    hash = (hash ^ static_cast<uint8_t>(text[i])) * 16777619u;
  return hash;
}

}  // namespace aslx
