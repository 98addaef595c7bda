// What a Resource text says: an integration, a function, an activity, and how it is called.
//
// Thread: any. Memory: views of the text.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace aslx::compiler {

enum class ResourceKind : uint8_t {
  kIntegration,  // arn:…:states:…:service:action
  kActivity,     // arn:…:states:…:activity:name
  kOther,        // any other ARN, such as that of a function
};

enum class CallPattern : uint8_t { kRequestResponse, kSync, kSync2, kWaitForTaskToken };

struct ResourceName {
  ResourceKind kind = ResourceKind::kOther;
  std::string_view service;
  /// Without the pattern. For aws-sdk "service:action".
  std::string_view action;
  CallPattern pattern = CallPattern::kRequestResponse;
};

/// Nothing when the text is no ARN.
std::optional<ResourceName> ParseResource(std::string_view text);

/// The pattern at the end of a resource, whatever the rest of it is.
CallPattern PatternOf(std::string_view resource);

}  // namespace aslx::compiler
