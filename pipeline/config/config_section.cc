#include "pipeline/config/config_section.h"

#include <fmt/core.h>

#include "pipeline/config/config_check.h"
#include "runtime/base/check.h"

namespace aslx {

const ConfigKey& ConfigSection::Declared(std::string_view key) const {
  const ConfigKey* declared = FindKey(*schema_, key);
  ASLX_CHECK(declared != nullptr);
  return *declared;
}

const ConfigNode* ConfigSection::Find(std::string_view key) const {
  Declared(key);
  const ConfigNode* found = node_ != nullptr ? node_->Find(key) : nullptr;
  return found != nullptr && found->kind != ConfigNode::Kind::kNull ? found : nullptr;
}

std::string ConfigSection::Place(std::string_view key) const {
  const ConfigNode* at = Find(key);
  if (at == nullptr) at = node_;
  return at != nullptr ? fmt::format("{}:{}", at->line, at->column) : "1:1";
}

std::string ConfigSection::Text(std::string_view key) const {
  const ConfigNode* found = Find(key);
  return found != nullptr ? found->text : std::string(Declared(key).default_text);
}

int64_t ConfigSection::Integer(std::string_view key) const {
  int64_t number = 0;
  ASLX_CHECK(ReadInteger(Text(key), &number));
  return number;
}

bool ConfigSection::Flag(std::string_view key) const {
  bool flag = false;
  ASLX_CHECK(ReadFlag(Text(key), &flag));
  return flag;
}

std::vector<std::string> ConfigSection::List(std::string_view key) const {
  std::vector<std::string> texts;
  const ConfigNode* found = Find(key);
  if (found == nullptr) return texts;
  if (found->kind == ConfigNode::Kind::kScalar) return {found->text};
  for (const ConfigNode& item : found->children)
    texts.push_back(item.text);
  return texts;
}

TextPairs ConfigSection::Map(std::string_view key) const {
  TextPairs pairs;
  const ConfigNode* found = Find(key);
  if (found == nullptr) return pairs;
  for (const ConfigNode& entry : found->children)
    pairs.emplace_back(entry.key, entry.text);
  return pairs;
}

ConfigSection ConfigSection::Section(std::string_view key) const {
  return {Find(key), *Declared(key).child};
}

std::vector<ConfigSection> ConfigSection::Sections(std::string_view key) const {
  std::vector<ConfigSection> sections;
  const ConfigNode* found = Find(key);
  if (found == nullptr) return sections;
  for (const ConfigNode& item : found->children)
    sections.emplace_back(&item, *Declared(key).child);
  return sections;
}

}  // namespace aslx
