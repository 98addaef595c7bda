// A configuration file as a plain tree with places: what is checked and read, without the library.
//
// What it is not: YAML. Anchors, tags and styles are gone; config_yaml.cc alone knows the library.
// Thread: plain data. Memory: each node owns its children.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"

namespace aslx {

struct ConfigNode {
  enum class Kind { kNull, kScalar, kList, kMap };
  Kind kind = Kind::kNull;
  std::string text;  // kScalar
  /// Some part of the text came from the environment.
  bool interpolated = false;
  int line = 0;  // counted from 1
  int column = 0;
  std::string key;  // in a map
  int key_line = 0;
  int key_column = 0;
  std::vector<ConfigNode> children;  // kList, kMap; in the order of the file

  const ConfigNode* Find(std::string_view wanted) const {
    for (const ConfigNode& child : children)
      if (child.key == wanted) return &child;
    return nullptr;
  }
};

/// What is wrong, and where.
struct ConfigFinding {
  int line = 1;
  int column = 1;
  std::string what;
};

/// `name` is what errors call the file.
Result<ConfigNode> ReadYaml(const std::string& name, const std::string& text);

}  // namespace aslx
