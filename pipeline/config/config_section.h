// One section of a checked configuration: values by key, with the defaults of the table.
//
// What it is not: a check of the file: a value of the wrong kind, which the check reports, reads as
// its default. Reading a key that the table does not have is a mistake of our own and aborts.
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
  ConfigSection(const ConfigNode* node, const SectionSchema& schema,
                const ConfigNode* parent = nullptr)
      : node_(node), schema_(&schema), parent_(parent) {}

  bool Has(std::string_view key) const { return Find(key) != nullptr; }
  std::string Text(std::string_view key) const;
  int64_t Integer(std::string_view key) const;
  bool Flag(std::string_view key) const;
  std::vector<std::string> List(std::string_view key) const;
  TextPairs Map(std::string_view key) const;
  ConfigSection Section(std::string_view key) const;
  std::vector<ConfigSection> Sections(std::string_view key) const;

  /// A finding where the value stands, else at the section, else at what it is missing from.
  ConfigFinding FindingAt(std::string_view key, std::string_view what) const;
  /// Null when the section is not there.
  const ConfigNode* node() const { return node_; }
  const ConfigNode* Find(std::string_view key) const;

 private:
  const ConfigKey& Declared(std::string_view key) const;

  const ConfigNode* node_;
  const SectionSchema* schema_;
  const ConfigNode* parent_;
};

}  // namespace aslx
