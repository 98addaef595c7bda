// The names of a dead letter's headers: what OutputWriter writes and `aslx dlq` reads.
//
// What it is not: the making of one (output_writer.h). Thread: constants.
#pragma once

#include <string_view>

namespace aslx::dead_letter {

/// Of all headers that say what happened. A replay takes them off again.
inline constexpr std::string_view kPrefix = "__asl.errors.";

inline constexpr std::string_view kTopic = "__asl.errors.topic";
inline constexpr std::string_view kPartition = "__asl.errors.partition";
inline constexpr std::string_view kOffset = "__asl.errors.offset";
inline constexpr std::string_view kTimestamp = "__asl.errors.timestamp";
inline constexpr std::string_view kState = "__asl.errors.state";
inline constexpr std::string_view kError = "__asl.errors.error";
inline constexpr std::string_view kCause = "__asl.errors.cause";
inline constexpr std::string_view kAttempt = "__asl.errors.attempt";
inline constexpr std::string_view kMachine = "__asl.errors.machine";
inline constexpr std::string_view kExecution = "__asl.errors.execution";

/// On a record that was sent back from the dead letters: how often. It stays on the record, so that
/// one that goes round in circles is recognised.
inline constexpr std::string_view kReplays = "__asl.replays";

}  // namespace aslx::dead_letter
