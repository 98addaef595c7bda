#include "pipeline/config/config_reference.h"

#include <vector>

#include <fmt/core.h>

#include "pipeline/config/config_schema.h"

namespace aslx {
namespace {

/// Of the section's heading, as Markdown viewers make it.
std::string Anchor(const SectionSchema& section) {
  std::string anchor;
  for (char c : section.title) {
    if (c == ' ') anchor += '-';
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_')
      anchor += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 0x20) : c;
  }
  return anchor;
}

std::string TypeText(const ConfigKey& key) {
  bool open_end = key.maximum == std::numeric_limits<int64_t>::max();
  switch (key.type) {
    case KeyType::kText: return "text";
    case KeyType::kSecret: return "secret text";
    case KeyType::kInteger:
      return open_end ? fmt::format("integer, at least {}", key.minimum)
                      : fmt::format("integer, {} to {}", key.minimum, key.maximum);
    case KeyType::kCount: return fmt::format("`auto`, or {} to {}", key.minimum, key.maximum);
    case KeyType::kFlag: return "`true` or `false`";
    case KeyType::kChoice: {
      std::string text = "`";
      for (char c : key.choices)
        text += c == '|' ? std::string("`, `") : std::string(1, c);
      return text + "`";
    }
    case KeyType::kList: return "list of texts";
    case KeyType::kMap: return "names with texts";
    case KeyType::kSection: return fmt::format("section [{}](#{})", key.name, Anchor(*key.child));
    case KeyType::kSections:
      return fmt::format("list of sections [{}](#{})", key.name, Anchor(*key.child));
  }
  return {};
}

void AppendSection(const SectionSchema& section, std::string* out) {
  out->append(fmt::format("\n## {}\n\n{}\n\n", section.title, section.doc));
  out->append("| key | value | default | meaning |\n| --- | --- | --- | --- |\n");
  for (const ConfigKey& key : section.keys) {
    std::string fallback = key.required               ? "**required**"
                           : key.default_text.empty() ? ""
                                                      : fmt::format("`{}`", key.default_text);
    std::string doc(key.doc);
    for (size_t at = 0; (at = doc.find('|', at)) != std::string::npos; at += 2)
      doc.replace(at, 1, "\\|");
    out->append(fmt::format("| `{}` | {} | {} | {} |\n", key.name, TypeText(key), fallback, doc));
  }
}

bool Contains(const std::vector<const SectionSchema*>& sections, const SectionSchema* wanted) {
  for (const SectionSchema* section : sections)
    if (section == wanted) return true;
  return false;
}

}  // namespace

std::string ConfigReference() {
  // Breadth first: a section stands behind the one that mentions it, each once.
  std::vector<const SectionSchema*> sections = {&ConfigRoot()};
  for (size_t i = 0; i < sections.size(); ++i) {
    for (const ConfigKey& key : sections[i]->keys)
      if (key.child != nullptr && !Contains(sections, key.child)) sections.push_back(key.child);
  }
  std::string text;
  for (const SectionSchema* section : sections)
    AppendSection(*section, &text);
  return text;
}

}  // namespace aslx
