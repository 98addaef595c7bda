// Every key of a pipeline configuration, declared once: what is checked at start, what has which
// default and what configs/README.md says all come from this table.
//
// What it is not: the reading of YAML (config_yaml.cc) or the structs that are filled
// (run_config.h). Who uses it: the check, the filling, the reference. A new key is one line here
// and one in config_fill.cc. Thread: constants. Memory: static.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

namespace aslx {

enum class KeyType : uint8_t {
  kText,
  kSecret,    // a text that may not stand in the file: from the environment, or by `NAME_file`
  kInteger,   // between `minimum` and `maximum`
  kCount,     // `auto` or an integer
  kFlag,      // true or false
  kChoice,    // one of `choices`
  kList,      // of texts; one text alone is a list of one
  kMap,       // of texts to texts, whatever their names
  kSection,   // of the schema `child`
  kSections,  // a list of those
};

struct SectionSchema;

struct ConfigKey {
  std::string_view name;
  KeyType type;
  bool required;
  /// As it would stand in the file; empty: none.
  std::string_view default_text;
  std::string_view doc;
  std::string_view choices = {};  // kChoice: separated by |
  int64_t minimum = 0;
  int64_t maximum = std::numeric_limits<int64_t>::max();
  const SectionSchema* child = nullptr;
};

struct SectionSchema {
  std::string_view title;
  std::string_view doc;
  std::span<const ConfigKey> keys;
};

/// The top of a file; all other sections hang below it.
const SectionSchema& ConfigRoot();

/// Null when the section has no such key.
const ConfigKey* FindKey(const SectionSchema& section, std::string_view name);

}  // namespace aslx
