// The only file that knows yaml-cpp.
#include <algorithm>
#include <string>

#include <fmt/core.h>
#include <yaml-cpp/yaml.h>

#include "pipeline/config/config_node.h"

namespace aslx {
namespace {

/// Deeper than any configuration is; keeps the recursion of the conversion short.
constexpr int kDepthMax = 32;

tl::unexpected<Error> At(const std::string& name, const YAML::Mark& mark, std::string_view what) {
  return Fail(ErrorKind::kConfiguration,
              fmt::format("{}:{}:{}: {}", name, mark.line + 1, mark.column + 1, what));
}

Result<ConfigNode> Convert(const std::string& name, const YAML::Node& yaml, int depth) {
  YAML::Mark mark = yaml.Mark();
  if (depth > kDepthMax) return At(name, mark, fmt::format("nested over {} deep", kDepthMax));
  ConfigNode node;
  node.line = std::max(mark.line + 1, 1);  // an empty file has no mark
  node.column = std::max(mark.column + 1, 1);
  if (yaml.IsScalar()) {
    node.kind = ConfigNode::Kind::kScalar;
    node.text = yaml.Scalar();
  } else if (yaml.IsSequence()) {
    node.kind = ConfigNode::Kind::kList;
    for (const YAML::Node& item : yaml) {
      Result<ConfigNode> child = Convert(name, item, depth + 1);
      if (!child) return child;
      node.children.push_back(std::move(*child));
    }
  } else if (yaml.IsMap()) {
    node.kind = ConfigNode::Kind::kMap;
    for (const auto& entry : yaml) {
      YAML::Mark key_mark = entry.first.Mark();
      if (!entry.first.IsScalar()) return At(name, key_mark, "a key must be a text");
      Result<ConfigNode> child = Convert(name, entry.second, depth + 1);
      if (!child) return child;
      child->key = entry.first.Scalar();
      child->key_line = key_mark.line + 1;
      child->key_column = key_mark.column + 1;
      if (node.Find(child->key) != nullptr)
        return At(name, key_mark,
                  fmt::format("key '{}' stands here for the second time", child->key));
      node.children.push_back(std::move(*child));
    }
  }
  return node;
}

}  // namespace

Result<ConfigNode> ReadYaml(const std::string& name, const std::string& text) {
  try {
    return Convert(name, YAML::Load(text), 0);
  } catch (const YAML::Exception& error) {
    return At(name, error.mark, error.msg);
  }
}

}  // namespace aslx
