// Every limit of the engine, with its unit and its reason, in one place.
//
// What it is not: configuration. A pipeline may lower some of these (configs/README.md), never
// raise them. Thread: constants only.
#pragma once

#include <cstddef>
#include <cstdint>

namespace aslx::limits {

// --- The service's own limits (Amazon States Language and AWS Step Functions quotas) -------------

/// Input and output of an execution, a state or a task, in bytes of UTF-8 JSON text.
inline constexpr size_t kPayloadBytesMax = 262'144;
/// A definition, in bytes of text.
inline constexpr size_t kDefinitionBytesMax = 1'048'576;
/// Duration of an Express execution, in milliseconds (five minutes).
inline constexpr int64_t kExpressDurationMsMax = 300'000;
/// One variable, and all that one Assign sets, in bytes of JSON text.
inline constexpr size_t kVariableBytesMax = 262'144;
/// All variables of an execution, in bytes of JSON text.
inline constexpr size_t kVariablesBytesMax = 10u * 1'048'576;
/// Name of a state or a variable, in characters.
inline constexpr size_t kNameCharactersMax = 80;
/// Error name and cause in an event or a result, in characters.
inline constexpr size_t kErrorCharactersMax = 256;
inline constexpr size_t kCauseCharactersMax = 32'768;
/// Iterations of an inline Map that run at once.
inline constexpr uint32_t kMapConcurrencyMax = 40;
/// Events in the history of a Standard execution.
inline constexpr uint64_t kStandardHistoryEventsMax = 25'000;
/// Input of the Base64 and Hash intrinsic functions, in characters.
inline constexpr size_t kHashInputCharactersMax = 10'000;
/// Elements that States.ArrayRange may produce.
inline constexpr uint32_t kArrayRangeElementsMax = 1'000;
/// Nesting of intrinsic function calls.
inline constexpr uint32_t kIntrinsicNestingMax = 10;

// --- Our own
// --------------------------------------------------------------------------------------

/// Nesting of JSON: 1,000 deep is accepted, 1,001 refused, in events, task results, inputs and
/// definitions alike (the limit of the JSON reader that AWS uses).
inline constexpr uint32_t kJsonDepthMax = 1'000;
/// A pooled arena block: fits the spine, the template instances and the decoded strings of an
/// ordinary event of a few KiB. An execution that needs more gets further blocks.
inline constexpr size_t kArenaBlockBytes = 16 * 1024;
/// What the arena of one execution may hold before it fails with States.DataLimitExceeded: the
/// payload limit times the values that may be live at once in a large Parallel or Map.
inline constexpr size_t kArenaBytesMax = 64u * 1'048'576;
/// At a state boundary an arena of at least this size, and twice what was live the last time, is
/// cleared of what is dead: a loop may run for five minutes in bounded memory.
inline constexpr size_t kCollectionBytesMin = 1'048'576;
/// Blocks that a worker keeps for reuse; above this they go back to the system.
inline constexpr size_t kPooledBlocksMax = 4'096;
/// State entries, backward jumps and calls that an execution may make before it goes to the back of
/// the ready list, so that no definition can hold a core.
inline constexpr uint32_t kFuelPerTurn = 10'000;
/// Executions that one worker holds at once, running, waiting or ready.
inline constexpr uint32_t kExecutionsPerWorkerMax = 1u << 20;
/// Tasks under way of one worker above which it starts no further execution. Bounds the answers
/// that can wait in its queue.
inline constexpr uint32_t kTasksPerWorkerMax = 1u << 18;
/// Registers of a branch.
inline constexpr uint32_t kRegistersMax = 64;
/// Steps of a path that is more than keys and indices, and how deep filters nest inside filters:
/// both are depths of recursion, the second one times the depth of a document.
inline constexpr uint32_t kPathStepsMax = 256;
inline constexpr uint32_t kFilterNestingMax = 8;
/// Depth of `&&`, `||` and `!` in one filter.
inline constexpr uint32_t kFilterDepthMax = 256;
/// Nesting of Parallel and Map: what a definition of kJsonDepthMax can hold.
inline constexpr uint32_t kRegionNestingMax = 256;
/// Branches of one execution that are alive at once (nested Map and Parallel multiply).
inline constexpr uint32_t kBranchesPerExecutionMax = 65'536;
/// Metadata of an offset commit, in bytes of text (Kafka's offset.metadata.max.bytes).
inline constexpr size_t kCommitMetadataBytesMax = 4'096;
/// Largest program file that is loaded, in bytes.
inline constexpr size_t kProgramBytesMax = 64u * 1'048'576;

}  // namespace aslx::limits
