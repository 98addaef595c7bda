// The error names that the States Language reserves, spelt once.
//
// Thread: any. Memory: constants only. Source: States Language, appendix "Predefined Error Codes".
#pragma once

#include <string_view>

namespace aslx::error_names {

inline constexpr std::string_view kAll = "States.ALL";
inline constexpr std::string_view kTimeout = "States.Timeout";
inline constexpr std::string_view kHeartbeatTimeout = "States.HeartbeatTimeout";
inline constexpr std::string_view kTaskFailed = "States.TaskFailed";
inline constexpr std::string_view kRuntime = "States.Runtime";
inline constexpr std::string_view kDataLimitExceeded = "States.DataLimitExceeded";
inline constexpr std::string_view kResultPathMatchFailure = "States.ResultPathMatchFailure";
inline constexpr std::string_view kExceedToleratedFailureThreshold =
    "States.ExceedToleratedFailureThreshold";

}  // namespace aslx::error_names
