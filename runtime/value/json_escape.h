// Escape sequences inside JSON strings: checking, decoding and comparing.
//
// What it is not: finding where a string ends (json_scan.h, json_reader.cc).
// Who uses it: this folder. Thread: any.
#pragma once

#include <cstddef>
#include <string_view>

namespace aslx::json {

/// The first backslash in `contents` (between quotes, unvalidated) that starts no escape sequence
/// of RFC 8259, or null.
const char* FindBadEscape(std::string_view contents);

/// Decodes validated contents into `out`, which has room for contents.size() bytes; returns the end
/// of what was written. A surrogate escape without its other half becomes '?'.
char* DecodeInto(std::string_view contents, char* out);

/// Decodes what stands at the start of `*contents`: an escape sequence (or the pair of a
/// surrogate), or one byte. Writes at most 4 bytes and returns how many.
size_t DecodeNext(std::string_view* contents, char* out);

/// The decoded bytes of validated contents, one at a time and without memory.
class DecodedBytes {
 public:
  explicit DecodedBytes(std::string_view contents, bool escaped)
      : contents_(contents), escaped_(escaped) {}

  /// False at the end.
  bool Next(char* byte) {
    if (taken_ == size_) {
      if (contents_.empty()) return false;
      taken_ = 0;
      size_ = 1;
      if (escaped_) {
        size_ = DecodeNext(&contents_, decoded_);
      } else {
        decoded_[0] = contents_.front();
        contents_.remove_prefix(1);
      }
    }
    *byte = decoded_[taken_++];
    return true;
  }

 private:
  std::string_view contents_;
  bool escaped_;
  char decoded_[4] = {};
  size_t taken_ = 0;
  size_t size_ = 0;
};

}  // namespace aslx::json
