#include "pipeline/config/config_check.h"

#include <algorithm>
#include <charconv>

#include <fmt/core.h>

namespace aslx {
namespace {

using Kind = ConfigNode::Kind;

/// Texts that must not stand in the file itself: properties of librdkafka and headers of HTTP.
constexpr std::string_view kSecretNames[] = {
    "sasl.password",
    "ssl.key.password",
    "ssl.keystore.password",
    "sasl.oauthbearer.client.secret",
    "ssl.key.pem",
    "authorization",
    "x-api-key",
    "cookie",
};

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

/// Changes of one character that turn one into the other; two texts of a few characters.
size_t EditDistance(std::string_view from, std::string_view to) {
  std::vector<size_t> row(to.size() + 1);
  for (size_t i = 0; i <= to.size(); ++i)
    row[i] = i;
  for (size_t i = 1; i <= from.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t k = 1; k <= to.size(); ++k) {
      size_t changed = diagonal + (from[i - 1] == to[k - 1] ? 0 : 1);
      diagonal = row[k];
      row[k] = std::min({row[k] + 1, row[k - 1] + 1, changed});
    }
  }
  return row[to.size()];
}

/// "; did you mean 'x'?", or the keys that there are.
std::string Suggestion(const SectionSchema& schema, std::string_view name) {
  const ConfigKey* nearest = nullptr;
  size_t nearest_distance = std::max<size_t>(2, name.size() / 3) + 1;
  std::string all;
  for (const ConfigKey& key : schema.keys) {
    size_t distance = EditDistance(name, key.name);
    if (distance < nearest_distance) {
      nearest = &key;
      nearest_distance = distance;
    }
    all += all.empty() ? "" : ", ";
    all += key.name;
  }
  if (nearest != nullptr) return fmt::format("; did you mean '{}'?", nearest->name);
  return fmt::format("; known here: {}", all);
}

class Checker {
 public:
  void Section(const ConfigNode& node, const SectionSchema& schema, std::string_view called) {
    if (node.kind != Kind::kMap) {
      Report(node.line, node.column, fmt::format("{} must be a section of keys", called));
      return;
    }
    for (const ConfigNode& child : node.children) {
      const ConfigKey* key = FindKey(schema, child.key);
      if (key == nullptr) {
        Report(child.key_line, child.key_column,
               fmt::format("unknown key '{}' in {}{}", child.key, called,
                           Suggestion(schema, child.key)));
      } else {
        Value(child, *key);
      }
    }
    for (const ConfigKey& key : schema.keys) {
      const ConfigNode* child = node.Find(key.name);
      if (key.required && (child == nullptr || child->kind == Kind::kNull)) {
        Report(node.line, node.column, fmt::format("{} needs the key '{}'", called, key.name));
      }
    }
  }

  std::vector<ConfigFinding> TakeFindings() { return std::move(findings_); }

 private:
  void Report(int line, int column, std::string_view what) {
    findings_.push_back({line, column, std::string(what)});
  }
  void Wrong(const ConfigNode& node, const ConfigKey& key, std::string_view expected) {
    std::string found = node.kind == Kind::kScalar ? fmt::format("'{}'", node.text)
                        : node.kind == Kind::kList ? "a list"
                                                   : "a section";
    Report(node.line, node.column,
           fmt::format("'{}' is {}, expected {}", key.name, found, expected));
  }

  void Value(const ConfigNode& node, const ConfigKey& key) {
    if (node.kind == Kind::kNull) return;  // an empty value is an absent key
    switch (key.type) {
      case KeyType::kText:
        if (node.kind != Kind::kScalar) Wrong(node, key, "a text");
        return;
      case KeyType::kSecret:
        if (node.kind != Kind::kScalar) {
          Wrong(node, key, "a text");
        } else if (!node.interpolated) {
          ReportSecret(node);
        }
        return;
      case KeyType::kInteger:
      case KeyType::kCount: Number(node, key); return;
      case KeyType::kFlag: {
        bool ignored = false;
        if (node.kind != Kind::kScalar || !ReadFlag(node.text, &ignored))
          Wrong(node, key, "true or false");
        return;
      }
      case KeyType::kChoice: Choice(node, key); return;
      case KeyType::kList: List(node, key); return;
      case KeyType::kMap: Map(node, key); return;
      case KeyType::kSection: Section(node, *key.child, fmt::format("'{}'", key.name)); return;
      case KeyType::kSections:
        if (node.kind != Kind::kList) {
          Wrong(node, key, "a list of sections");
          return;
        }
        for (size_t i = 0; i < node.children.size(); ++i)
          Section(node.children[i], *key.child, fmt::format("'{}[{}]'", key.name, i));
        return;
    }
  }

  void Number(const ConfigNode& node, const ConfigKey& key) {
    if (key.type == KeyType::kCount && node.kind == Kind::kScalar && node.text == "auto") return;
    int64_t number = 0;
    if (node.kind != Kind::kScalar || !ReadInteger(node.text, &number)) {
      Wrong(node, key, key.type == KeyType::kCount ? "auto or an integer" : "an integer");
      return;
    }
    if (number < key.minimum || number > key.maximum) {
      bool open_end = key.maximum == std::numeric_limits<int64_t>::max();
      Wrong(node, key,
            open_end ? fmt::format("at least {}", key.minimum)
                     : fmt::format("{} to {}", key.minimum, key.maximum));
    }
  }

  void Choice(const ConfigNode& node, const ConfigKey& key) {
    std::string_view left = key.choices;
    while (node.kind == Kind::kScalar && !left.empty()) {
      std::string_view choice = left.substr(0, left.find('|'));
      if (choice == node.text) return;
      left.remove_prefix(std::min(left.size(), choice.size() + 1));
    }
    std::string expected(key.choices);
    for (size_t at = 0; (at = expected.find('|', at)) != std::string::npos;)
      expected.replace(at, 1, ", ");
    Wrong(node, key,
          key.choices.find('|') == std::string_view::npos ? expected : "one of " + expected);
  }

  void List(const ConfigNode& node, const ConfigKey& key) {
    if (node.kind == Kind::kScalar) return;
    if (node.kind != Kind::kList) {
      Wrong(node, key, "a text or a list of texts");
      return;
    }
    for (const ConfigNode& item : node.children)
      if (item.kind != Kind::kScalar) Wrong(item, key, "a list of texts");
  }

  void Map(const ConfigNode& node, const ConfigKey& key) {
    if (node.kind != Kind::kMap) {
      Wrong(node, key, "names with texts");
      return;
    }
    for (const ConfigNode& entry : node.children) {
      if (entry.kind != Kind::kScalar) {
        Report(entry.line, entry.column, fmt::format("'{}' must be a text", entry.key));
        continue;
      }
      std::string lower = Lower(entry.key);
      bool secret = std::find(std::begin(kSecretNames), std::end(kSecretNames), lower) !=
                    std::end(kSecretNames);
      if (secret && !entry.interpolated) ReportSecret(entry);
    }
  }

  void ReportSecret(const ConfigNode& node) {
    Report(node.line, node.column,
           fmt::format("'{}' is a secret and may not stand in the file: use the environment "
                       "(${{NAME}}) or a file ('{}_file: PATH')",
                       node.key, node.key));
  }

  std::vector<ConfigFinding> findings_;
};

}  // namespace

std::vector<ConfigFinding> CheckConfig(const ConfigNode& root, const SectionSchema& schema) {
  if (root.kind == Kind::kNull) return {{1, 1, "the file is empty, expected at least 'pipelines'"}};
  Checker checker;
  checker.Section(root, schema, "the file");
  return checker.TakeFindings();
}

bool ReadInteger(std::string_view text, int64_t* value) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *value);
  return error == std::errc{} && end == text.data() + text.size();
}

bool ReadFlag(std::string_view text, bool* value) {
  *value = text == "true";
  return text == "true" || text == "false";
}

}  // namespace aslx
