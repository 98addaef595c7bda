// What is wrong with a definition, one finding each, and the list that collects them.
//
// What it is not: a Fault (an ASL error at run time) or an Error (a failure of our own).
// Thread: one at a time. Memory: owns its texts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aslx::compiler {

enum class Severity : uint8_t {
  kError,
  kWarning,
  /// Not a finding: something worth knowing, such as a placeholder that was accepted.
  kNote,
};

/// Whose finding it is: AWS words and codes, or ours. Ours never refuse what AWS accepts.
enum class Origin : uint8_t { kAws, kAslx };

struct Diagnostic {
  Severity severity = Severity::kError;
  Origin origin = Origin::kAws;
  std::string code;
  std::string message;
  /// As AWS prints it ("/States/Pay/Resource"); empty where AWS gives none.
  std::string location;
  /// 1-based; 0 when it has no place in the text. The column counts bytes.
  uint32_t line = 0;
  uint32_t column = 0;
  /// What to do about it, one sentence; may be empty.
  std::string hint;
};

class Diagnostics {
 public:
  void Add(Diagnostic diagnostic) {
    error_count_ += diagnostic.severity == Severity::kError ? 1u : 0u;
    all_.push_back(std::move(diagnostic));
  }

  const std::vector<Diagnostic>& all() const { return all_; }
  size_t error_count() const { return error_count_; }
  bool has_errors() const { return error_count_ > 0; }

 private:
  std::vector<Diagnostic> all_;
  size_t error_count_ = 0;
};

/// The codes of AWS.
namespace codes {
inline constexpr std::string_view kInvalidJson = "INVALID_JSON_DESCRIPTION";
inline constexpr std::string_view kSchema = "SCHEMA_VALIDATION_FAILED";
inline constexpr std::string_view kMissingTarget = "MISSING_TRANSITION_TARGET";
inline constexpr std::string_view kMissingEnd = "MISSING_END_STATE";
inline constexpr std::string_view kReservedVariable = "RESERVED_VARIABLE_NAME";
inline constexpr std::string_view kInvalidVariable = "INVALID_VARIABLE_NAME";
inline constexpr std::string_view kInvalidStateName = "INVALID_STATE_NAME";
inline constexpr std::string_view kDuplicateStateName = "DUPLICATE_STATE_NAME";
inline constexpr std::string_view kInvalidLabel = "INVALID_LABEL_NAME";
inline constexpr std::string_view kDuplicateLabel = "DUPLICATE_LABEL_NAME";
inline constexpr std::string_view kMissingDescription = "MISSING_DESCRIPTION";

// Ours.
inline constexpr std::string_view kPlaceholder = "PLACEHOLDER";
inline constexpr std::string_view kPlaceholderLeft = "PLACEHOLDER_LEFT_OVER";
inline constexpr std::string_view kJsonata = "JSONATA_NOT_SUPPORTED";
inline constexpr std::string_view kDistributedMap = "DISTRIBUTED_MAP_NOT_SUPPORTED";
inline constexpr std::string_view kDefinitionSize = "DEFINITION_TOO_LARGE";
}  // namespace codes

}  // namespace aslx::compiler
