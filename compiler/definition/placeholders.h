// `${Name}` placeholders that SAM, CloudFormation, CDK and Terraform fill in at deployment.
//
// What it is not: part of the States Language. Without the options `--allow-placeholders`,
// `--substitute` and `--substitutions` such a text is ordinary text, as on AWS.
// Thread: one at a time. Memory: Apply returns views of its argument or of this object, valid until
// the next call.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace aslx::compiler {

using Substitutions = std::map<std::string, std::string, std::less<>>;

/// The first `${Name}` in `text` at or after `from`: its begin, end and name; `begin` is npos when
/// there is none. Names are letters, digits and `_.:-`.
struct PlaceholderSpan {
  size_t begin = std::string_view::npos;
  size_t end = std::string_view::npos;
  std::string_view name;
};
PlaceholderSpan FindPlaceholder(std::string_view text, size_t from = 0);

inline bool HasPlaceholder(std::string_view text) {
  return FindPlaceholder(text).begin != std::string_view::npos;
}
/// True when `text` is one placeholder and nothing else.
bool IsPlaceholder(std::string_view text);

/// Fills in what is known and remembers what is left.
class Placeholders {
 public:
  explicit Placeholders(const Substitutions& substitutions) : substitutions_(substitutions) {}

  struct Text {
    std::string_view text;
    /// The whole text was one placeholder, and it was filled in.
    bool whole = false;
  };
  Text Apply(std::string_view text);

  /// The value for `name`, or null.
  const std::string* Find(std::string_view name) const;

  /// Names without a value, each once, in the order they were met.
  const std::vector<std::string>& left_over() const { return left_over_; }

 private:
  const Substitutions& substitutions_;
  std::string filled_;
  std::vector<std::string> left_over_;
};

}  // namespace aslx::compiler
