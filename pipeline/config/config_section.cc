#include "pipeline/config/config_section.h"

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

ConfigFinding ConfigSection::FindingAt(std::string_view key, std::string_view what) const {
  const ConfigNode* at = Find(key);
  if (at == nullptr) at = node_;
  if (at == nullptr) at = parent_;
  if (at == nullptr) return {1, 1, std::string(what)};
  return {at->line, at->column, std::string(what)};
}

std::string ConfigSection::Text(std::string_view key) const {
  const ConfigNode* found = Find(key);
  return found != nullptr ? found->text : std::string(Declared(key).default_text);
}

int64_t ConfigSection::Integer(std::string_view key) const {
  int64_t number = 0;
  if (!ReadInteger(Text(key), &number)) ReadInteger(Declared(key).default_text, &number);
  return number;
}

bool ConfigSection::Flag(std::string_view key) const {
  bool flag = false;
  if (!ReadFlag(Text(key), &flag)) ReadFlag(Declared(key).default_text, &flag);
  return flag;
}

std::vector<std::string> ConfigSection::List(std::string_view key) const {
  std::vector<std::string> texts;
  const ConfigNode* found = Find(key);
  if (found == nullptr) return texts;
  if (found->kind == ConfigNode::Kind::kScalar) return {found->text};
  if (found->kind != ConfigNode::Kind::kList) return texts;
  for (const ConfigNode& item : found->children)
    texts.push_back(item.text);
  return texts;
}

TextPairs ConfigSection::Map(std::string_view key) const {
  TextPairs pairs;
  const ConfigNode* found = Find(key);
  if (found == nullptr || found->kind != ConfigNode::Kind::kMap) return pairs;
  for (const ConfigNode& entry : found->children)
    pairs.emplace_back(entry.key, entry.text);
  return pairs;
}

ConfigSection ConfigSection::Section(std::string_view key) const {
  return {Find(key), *Declared(key).child, node_ != nullptr ? node_ : parent_};
}

std::vector<ConfigSection> ConfigSection::Sections(std::string_view key) const {
  std::vector<ConfigSection> sections;
  const ConfigNode* found = Find(key);
  if (found == nullptr || found->kind != ConfigNode::Kind::kList) return sections;
  for (const ConfigNode& item : found->children)
    sections.emplace_back(&item, *Declared(key).child);
  return sections;
}

}  // namespace aslx
