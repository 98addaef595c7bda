// Any bytes as an event: accepted when they are one JSON text, and then every part opens and the
// whole writes back byte by byte. A second JSON library says what is valid.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "runtime/base/arena.h"
#include "runtime/base/check.h"
#include "runtime/value/json_reader.h"
#include "runtime/value/json_writer.h"

namespace {

/// Parts opened for one input; more would only repeat.
constexpr size_t kPartsMax = 2'000;

/// Opens containers level by level and decodes every string.
void OpenEverything(const aslx::Value& root, aslx::Arena& arena) {
  std::vector<aslx::Value> left{root};
  for (size_t parts = 0; !left.empty() && parts < kPartsMax; ++parts) {
    aslx::Value value = aslx::Open(left.back(), arena);
    left.pop_back();
    ASLX_CHECK(!value.undefined());
    if (value.type == aslx::Type::kString) aslx::Decode(value, arena);
    if (value.type == aslx::Type::kArray) {
      ASLX_CHECK(aslx::CountOf(value, arena) == value.size);
      left.insert(left.end(), value.items, value.items + value.size);
    }
    if (value.type != aslx::Type::kObject) continue;
    for (uint32_t i = 0; i < value.size; ++i) {
      aslx::Value found = aslx::FindMember(value, value.members[i].key_view(), arena);
      ASLX_CHECK(!found.undefined());
      left.push_back(value.members[i].value);
    }
  }
}

/// Not where the second library is stricter or laxer by design: surrogates without a partner,
/// numbers beyond a double, a byte order mark, NUL bytes (which end its input).
bool Comparable(std::string_view text) {
  return text.find("\\u") == text.npos && text.find('\0') == text.npos &&
         text.find_first_of("eE") == text.npos && text.size() < 300 &&
         !text.starts_with("\xEF\xBB\xBF");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // An allocation of just this size, so that a read too far is seen.
  std::unique_ptr<char[]> copy(new char[size]);
  if (size > 0) std::memcpy(copy.get(), data, size);
  std::string_view text(copy.get(), size);

  aslx::JsonReader reader;
  aslx::BlockPool pool;
  aslx::Arena arena(&pool);
  aslx::Value root;
  aslx::JsonError error = reader.Read(text, nullptr, nullptr, &root);
  bool accepted = error.kind == aslx::JsonError::Kind::kNone;
  if (Comparable(text) && error.kind != aslx::JsonError::Kind::kTooDeep)
    ASLX_CHECK(accepted == nlohmann::json::accept(text));
  if (!accepted) {
    ASLX_CHECK(error.offset <= size);
    return 0;
  }
  std::string written = aslx::JsonString(root);
  ASLX_CHECK(text.find(written) != text.npos);
  OpenEverything(root, arena);
  return 0;
}
