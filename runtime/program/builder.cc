#include "runtime/program/builder.h"

#include <algorithm>
#include <cstring>

#include <xxhash.h>

#include "runtime/base/check.h"
#include "runtime/program/format_version.h"

namespace aslx {
namespace {

constexpr size_t kSectionAlignment = 16;

size_t Aligned(size_t size) {
  return (size + kSectionAlignment - 1) / kSectionAlignment * kSectionAlignment;
}

/// How deep a valid JSON text nests.
uint16_t HeightOf(std::string_view json_text) {
  uint32_t depth = 0;
  uint32_t depth_max = 0;
  bool in_string = false;
  for (size_t i = 0; i < json_text.size(); ++i) {
    char c = json_text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
      continue;
    }
    if (c == '"') in_string = true;
    if (c == '[' || c == '{') depth_max = std::max(depth_max, ++depth);
    if (c == ']' || c == '}') --depth;
  }
  return static_cast<uint16_t>(depth_max);
}

Type TypeOf(char first) {
  switch (first) {
    case 'n': return Type::kNull;
    case 't':
    case 'f': return Type::kBool;
    case '"': return Type::kString;
    case '[': return Type::kArray;
    case '{': return Type::kObject;
    default: return Type::kNumber;
  }
}

}  // namespace

TextRef ProgramBuilder::Text(std::string_view contents) {
  if (contents.empty()) return {};
  auto [at, is_new] = interned_text_.try_emplace(std::string(contents));
  if (is_new) at->second = AppendText(contents);
  return at->second;
}

TextRef ProgramBuilder::AppendText(std::string_view contents) {
  ASLX_CHECK(text.size() + contents.size() < UINT32_MAX);
  TextRef ref{static_cast<uint32_t>(text.size()), static_cast<uint32_t>(contents.size())};
  text.insert(text.end(), contents.begin(), contents.end());
  return ref;
}

uint32_t ProgramBuilder::Constant(std::string_view json_text) {
  ASLX_CHECK(!json_text.empty());
  auto [at, is_new] = interned_constants_.try_emplace(std::string(json_text),
                                                      static_cast<uint32_t>(constants.size()));
  if (!is_new) return at->second;
  ConstantRecord record{};
  Type type = TypeOf(json_text.front());
  record.type = static_cast<uint8_t>(type);
  record.height = HeightOf(json_text);
  record.text = Text(json_text);
  if (type != Type::kNull && type != Type::kBool) record.flags = value_flags::kRaw;
  if (type == Type::kString) {
    // A raw string stands between its quotes.
    record.text.offset += 1;
    record.text.size -= 2;
    if (json_text.find('\\') != std::string_view::npos) record.flags |= value_flags::kEscaped;
  }
  constants.push_back(record);
  return at->second;
}

std::vector<std::byte> ProgramBuilder::Finish(uint64_t source_hash) {
  SectionEntry table[kSectionCount];
  size_t end = Aligned(sizeof(FileHeader) + sizeof(table));
  uint32_t index = 0;
#define SECTION(kind, type, accessor)                                                     \
  table[index++] = {SectionKind::k##kind, static_cast<uint32_t>((accessor).size()), end}; \
  end = Aligned(end + (accessor).size() * sizeof(type));
  ASLX_SECTIONS(SECTION)
#undef SECTION

  std::vector<std::byte> bytes(end);
  FileHeader header{};
  std::memcpy(header.magic, kProgramMagic, sizeof(kProgramMagic));
  header.format_version = kFormatVersion;
  header.section_count = kSectionCount;
  header.file_bytes = bytes.size();
  header.source_hash = source_hash;
  std::memcpy(bytes.data() + sizeof(header), table, sizeof(table));
  index = 0;
#define SECTION(kind, type, accessor)                                  \
  if (!(accessor).empty())                                             \
    std::memcpy(bytes.data() + table[index].offset, (accessor).data(), \
                (accessor).size() * sizeof(type));                     \
  ++index;
  ASLX_SECTIONS(SECTION)
#undef SECTION
  header.checksum = XXH3_64bits(bytes.data() + sizeof(header), bytes.size() - sizeof(header));
  std::memcpy(bytes.data(), &header, sizeof(header));
  return bytes;
}

}  // namespace aslx
