// One section of a checked configuration: values by key, with the defaults of the table.
//
// What it is not: a check of the file; reading a key that the table does not have is a mistake of
// our own and aborts.
// Who uses it: config_fill.cc. Thread: one. Memory: refers to the tree and the table.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/config/config_node.h"
#include "pipeline/config/config_schema.h"
#include "pipeline/config/run_config.h"

namespace aslx {

class ConfigSection {
 public:
  /// `node` may be null: everything has its default.
  ConfigSection(const ConfigNode* node, const SectionSchema& schema)
      : node_(node), schema_(&schema) {}

  bool Has(std::string_view key) const { return Find(key) != nullptr; }
  std::string Text(std::string_view key) const;
  int64_t Integer(std::string_view key) const;
  bool Flag(std::string_view key) const;
  std::vector<std::string> List(std::string_view key) const;
  TextPairs Map(std::string_view key) const;
  ConfigSection Section(std::string_view key) const;
  std::vector<ConfigSection> Sections(std::string_view key) const;

  /// Where a value stands, else the section: "line:column".
  std::string Place(std::string_view key) const;
  const ConfigNode* Find(std::string_view key) const;

 private:
  const ConfigKey& Declared(std::string_view key) const;

  const ConfigNode* node_;
  const SectionSchema* schema_;
};

}  // namespace aslx
