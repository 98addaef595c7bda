// JSON as it is written, value by value.
//
// What it is not: for the path of an event (runtime/value/json_writer.h), or a check: who opens
// closes.
// Who uses it: report_json.cc. Thread: one. Memory: owns the text.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/core.h>

namespace aslx {

class JsonText {
 public:
  JsonText& Open(char bracket) {
    Separate();
    text_ += bracket;
    first_ = true;
    return *this;
  }
  JsonText& Close(char bracket) {
    text_ += bracket;
    first_ = false;
    return *this;
  }
  JsonText& Key(std::string_view name) {
    Text(name);
    text_ += ':';
    first_ = true;
    return *this;
  }
  JsonText& Text(std::string_view value) {
    Separate();
    text_ += '"';
    for (const char c : value) {
      if (c == '"' || c == '\\') text_ += '\\';
      if (static_cast<unsigned char>(c) < 0x20) {
        text_ += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
      } else {
        text_ += c;
      }
    }
    text_ += '"';
    return *this;
  }
  JsonText& Count(uint64_t value) {
    Separate();
    text_ += fmt::format("{}", value);
    return *this;
  }
  /// To six digits, which is more than was measured.
  JsonText& Number(double value) {
    if (!std::isfinite(value)) return Null();
    Separate();
    text_ += value == std::floor(value) && std::abs(value) < 1e15 ? fmt::format("{:.0f}", value)
                                                                  : fmt::format("{:.6g}", value);
    return *this;
  }
  JsonText& Bool(bool value) {
    Separate();
    text_ += value ? "true" : "false";
    return *this;
  }
  JsonText& Null() {
    Separate();
    text_ += "null";
    return *this;
  }
  const std::string& text() const { return text_; }

 private:
  void Separate() {
    if (!first_) text_ += ',';
    first_ = false;
  }

  std::string text_;
  bool first_ = true;
};

}  // namespace aslx
