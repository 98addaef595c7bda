#include "runtime/program/utf8.h"

#include <cstdint>

namespace aslx {

size_t Utf8SequenceSize(std::string_view text, size_t* wrong) {
  auto lead = static_cast<uint8_t>(text[0]);
  *wrong = 1;
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  size_t size = lead < 0xE0 ? 2 : (lead < 0xF0 ? 3 : 4);
  for (size_t i = 1; i < size; ++i) {
    uint8_t low = 0x80;
    uint8_t high = 0xBF;
    if (i == 1 && lead == 0xE0) low = 0xA0;
    if (i == 1 && lead == 0xED) high = 0x9F;
    if (i == 1 && lead == 0xF0) low = 0x90;
    if (i == 1 && lead == 0xF4) high = 0x8F;
    *wrong = i;
    if (i >= text.size()) return 0;
    auto byte = static_cast<uint8_t>(text[i]);
    if (byte < low || byte > high) return 0;
  }
  return size;
}

bool IsUtf8(std::string_view text) {
  while (!text.empty()) {
    size_t wrong = 0;
    size_t size = Utf8SequenceSize(text, &wrong);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

}  // namespace aslx
