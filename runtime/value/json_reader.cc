// Validation: a first stage finds the structural characters (and checks UTF-8 and the contents of
// strings), JsonPass does the rest.
//
// The first stage is ours where the processor has AVX-512, else simdjson's. The only file that
// includes simdjson. Its first stage is internal but stable; the version check
// below makes an upgrade look here.
#include "runtime/value/json_reader.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include <simdjson.h>

#include "runtime/base/check.h"
#include "runtime/base/limits.h"
#include "runtime/value/json_index.h"
#include "runtime/value/json_pass.h"
#include "runtime/value/read_set_cursor.h"

static_assert(simdjson::SIMDJSON_VERSION_MAJOR == 3,
              "check that stage1() still reads only text[0, size)");

namespace aslx {
namespace {

using Kind = JsonError::Kind;
JsonError Fail(Kind kind, size_t offset, const char* message) {
  return {kind, offset, message};
}

// Finds what stage 1 only says is somewhere. It takes a backslash anywhere as an escape, so this
// does too.
JsonError LocateInStrings(std::string_view text) {
  bool in_string = false;
  size_t open = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string && static_cast<unsigned char>(c) < 0x20)
      return Fail(Kind::kSyntax, i, "a control character in a string has to be escaped");
    if (c == '\\') {
      const bool control = i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0x20;
      if (!control) ++i;
    } else if (c == '"') {
      in_string = !in_string;
      open = i;
    }
  }
  return Fail(Kind::kSyntax, in_string ? open : 0, "a string has no closing quote");
}

size_t Utf8SequenceSize(std::string_view text) {
  const auto byte = [&](size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const auto continues = [&](size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return continues(1) ? 2 : 0;
  if (lead >= 0xE0 && lead < 0xF0) {
    const bool overlong = lead == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = lead == 0xED && byte(1) >= 0xA0;
    return continues(1) && continues(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (lead >= 0xF0 && lead < 0xF5) {
    const bool overlong = lead == 0xF0 && byte(1) < 0x90;
    const bool beyond = lead == 0xF4 && byte(1) >= 0x90;
    return continues(1) && continues(2) && continues(3) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

JsonError LocateBadUtf8(std::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    const size_t size = Utf8SequenceSize(text.substr(at));
    if (size == 0) break;
    at += size;
  }
  return Fail(Kind::kNotUtf8, at, "the text is not valid UTF-8");
}

JsonError EmptyText(std::string_view text) {
  return Fail(Kind::kEmpty, text.size(), "the text is empty");
}

JsonError Locate(simdjson::error_code code, std::string_view text) {
  switch (code) {
    case simdjson::EMPTY: return EmptyText(text);
    case simdjson::UTF8_ERROR: return LocateBadUtf8(text);
    case simdjson::UNCLOSED_STRING:
    case simdjson::UNESCAPED_CHARS: return LocateInStrings(text);
    default: break;
  }
  ASLX_CHECK(!"stage 1 failed in an unknown way");
  return {};
}

// simdjson's sizes are 32 bits wide.
constexpr size_t kTextBytesMax = size_t{1} << 31;
// Fits a whole event within the service's payload limit, at 4 bytes an index: 64 KiB.
constexpr size_t kFirstCapacity = 16 * 1024;

// Our own first stage; null where this processor cannot run it.
using FirstStage = JsonIndex (*)(const char*, size_t, uint32_t*);
FirstStage OwnFirstStage() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512vl") != 0 &&
      __builtin_cpu_supports("avx512vbmi") != 0 && __builtin_cpu_supports("avx512vbmi2") != 0 &&
      __builtin_cpu_supports("bmi2") != 0 && __builtin_cpu_supports("pclmul") != 0)
    return &IndexWithAvx512;
#endif
  return nullptr;
}

}  // namespace

struct JsonReader::State {
  void Grow(size_t text_bytes_max);
  /// Finds the structural characters of a text that fits.
  JsonError FindStructurals(std::string_view text);
  JsonError FindOurselves(std::string_view text);

  // What was found.
  const uint32_t* structurals = nullptr;
  uint32_t count = 0;
  bool has_backslash = true;   // or may have
  bool plain_numbers = false;  // or may not be

  const FirstStage own = OwnFirstStage();
  std::unique_ptr<uint32_t[]> places;                                     // of our own
  std::unique_ptr<simdjson::internal::dom_parser_implementation> stage1;  // or simdjson's
  size_t capacity = 0;
  std::vector<JsonPass::Frame> frames{JsonPass::kFrameCount};
  ReadSetCursor cursor;
  std::string ended;  // a copy that ends in NUL, for texts that do not end in a bracket
};

void JsonReader::State::Grow(size_t text_bytes_max) {
  capacity = text_bytes_max;
  if (own != nullptr) {
    places.reset(new uint32_t[capacity + kJsonIndexSlack]);  // not cleared
    return;
  }
  const simdjson::error_code error =
      stage1 != nullptr ? stage1->set_capacity(capacity)
                        : simdjson::get_active_implementation()->create_dom_parser_implementation(
                              capacity, 1, stage1);
  ASLX_CHECK(error == simdjson::SUCCESS);
}

JsonError JsonReader::State::FindStructurals(std::string_view text) {
  if (own != nullptr) return FindOurselves(text);
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  const simdjson::error_code code =
      stage1->stage1(bytes, text.size(), simdjson::stage1_mode::regular);
  structurals = stage1->structural_indexes.get();
  count = stage1->n_structural_indexes;
  return code == simdjson::SUCCESS ? JsonError{} : Locate(code, text);
}

// Looks at what was found in simdjson's order, so that both refuse a text for the same reason.
JsonError JsonReader::State::FindOurselves(std::string_view text) {
  const JsonIndex index = own(text.data(), text.size(), places.get());
  if (index.has_bad_string) return LocateInStrings(text);
  if (index.count == 0) return EmptyText(text);
  if (!index.is_ascii && !simdjson::validate_utf8(text.data(), text.size()))
    return LocateBadUtf8(text);
  structurals = places.get();
  count = index.count;
  has_backslash = index.has_backslash;
  plain_numbers = index.plain_numbers;
  // Three more can be read, as simdjson leaves them.
  places[count] = places[count + 1] = static_cast<uint32_t>(text.size());
  places[count + 2] = 0;
  return {};
}

JsonReader::JsonReader() : state_(std::make_unique<State>()) {
  state_->Grow(kFirstCapacity);
}

JsonReader::~JsonReader() = default;

void JsonReader::Reserve(size_t text_bytes_max) {
  if (text_bytes_max <= state_->capacity) return;
  ASLX_CHECK(text_bytes_max < kTextBytesMax);
  state_->Grow(std::max(text_bytes_max, state_->capacity * 2));
}

JsonError JsonReader::Read(std::string_view text, const ReadSet* read_set, Value* slots,
                           Value* root) {
  if (read_set != nullptr) ClearValues(slots, read_set->slot_count);
  if (text.empty()) return EmptyText(text);
  Reserve(text.size());
  State& state = *state_;
  if (JsonError error = state.FindStructurals(text); error.kind != Kind::kNone) return error;

  const uint32_t* structurals = state.structurals;
  const uint32_t count = state.count;
  const char first = text[structurals[0]];
  const char last = text[structurals[count - 1]];
  const char* readable = text.data();
  if ((first != '{' || last != '}') && (first != '[' || last != ']')) {
    state.ended.assign(text);
    readable = state.ended.c_str();
  }
  JsonPass pass({readable, text.size()}, text.data(), {structurals, structurals + count},
                state.frames.data(), state.has_backslash, state.plain_numbers);
  const bool follows = read_set != nullptr && read_set->node_count > 0;
  if (follows) state.cursor.Start(*read_set);
  const bool valid = pass.Run(follows ? &state.cursor : nullptr, slots, root);
  return valid ? JsonError{} : pass.error();
}

}  // namespace aslx
