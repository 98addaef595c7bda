#include "compiler/definition/json_reader.h"

#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>

#include "compiler/definition/tree_builder.h"
#include "compiler/definition/utf8.h"
#include "runtime/base/limits.h"

namespace aslx::compiler {
namespace {

constexpr std::string_view kValidValues =
    "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
/// How much of the text, in characters, an error's location quotes; AWS's library has the same.
constexpr size_t kQuotedCharactersMax = 500;
constexpr size_t kQuotedTokenMax = 256;

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

bool IsIdentifierCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || IsDigit(c) || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

class JsonReader {
 public:
  JsonReader(std::string_view text, bool allow_placeholders, Placeholders* placeholders,
             TreeBuilder* builder, Diagnostics* diagnostics)
      : text_(text),
        allow_placeholders_(allow_placeholders),
        placeholders_(placeholders),
        builder_(builder),
        diagnostics_(diagnostics) {}

  bool Read() {
    SkipSpace();
    if (at_ == text_.size()) return Error("No content to map due to end-of-input");
    if (!ReadValue()) return false;
    while (builder_->depth() > 0) {
      if (!ReadInsideContainer()) return false;
    }
    SkipSpace();
    if (at_ == text_.size()) return true;
    return UnexpectedCharacter("expected the end of the text after the value");
  }

 private:
  // --- Structure ---------------------------------------------------------------------------------

  bool ReadInsideContainer() {
    const bool object = builder_->in_object();
    SkipSpace();
    if (at_ == text_.size()) return EndInContainer(object);
    const char close = object ? '}' : ']';
    if (text_[at_] == close) {
      ++at_;
      builder_->Close();
      return true;
    }
    if (builder_->child_count() > 0) {
      if (text_[at_] == (object ? ']' : '}')) return WrongCloseMarker(object);
      if (text_[at_] != ',') {
        return UnexpectedCharacter(std::string("was expecting comma to separate ") +
                                   (object ? "Object" : "Array") + " entries");
      }
      ++at_;
      SkipSpace();
      if (at_ == text_.size()) {
        return Error(std::string("Unexpected end-of-input within/between ") +
                     (object ? "Object" : "Array") + " entries");
      }
    }
    if (object && !ReadKey()) return false;
    return ReadValue();
  }

  bool ReadKey() {
    if (text_[at_] == ']') return WrongCloseMarker(true);
    if (text_[at_] != '"') {
      return UnexpectedCharacter("was expecting double-quote to start field name");
    }
    const TextPosition position = Position();
    if (!ReadString(" in field name")) return false;
    builder_->Key(decoded_, position);
    SkipSpace();
    if (at_ == text_.size()) {
      return Error("Unexpected end-of-input within/between Object entries");
    }
    if (text_[at_] != ':') {
      return UnexpectedCharacter("was expecting a colon to separate field name and value");
    }
    ++at_;
    SkipSpace();
    if (at_ == text_.size()) {
      return Error("Unexpected end-of-input within/between Object entries");
    }
    return true;
  }

  bool ReadValue() {
    const TextPosition position = Position();
    const char c = text_[at_];
    if (c == '{' || c == '[') {
      ++at_;
      if (builder_->Open(c == '{' ? JsonType::kObject : JsonType::kArray, position)) return true;
      return Error("Document nesting depth (" + std::to_string(limits::kJsonDepthMax + 1) +
                   ") exceeds the maximum allowed (" + std::to_string(limits::kJsonDepthMax) + ")");
    }
    if (c == '"') {
      if (!ReadString(": was expecting closing quote for a string value")) return false;
      builder_->Scalar(JsonType::kString, decoded_, false, position);
      return true;
    }
    if (c == '-' || IsDigit(c)) return ReadNumber(position);
    if (c == 't') return ReadToken("true", JsonType::kBoolean, true, position);
    if (c == 'f') return ReadToken("false", JsonType::kBoolean, false, position);
    if (c == 'n') return ReadToken("null", JsonType::kNull, false, position);
    if (c == '$' && PlaceholderHere()) return ReadBarePlaceholder(position);
    if (IsIdentifierCharacter(c)) {
      ++at_;
      return UnrecognizedToken(at_ - 1);
    }
    return UnexpectedCharacter("expected a valid value " + std::string(kValidValues));
  }

  // --- Scalars -----------------------------------------------------------------------------------

  bool ReadToken(std::string_view token, JsonType type, bool value, TextPosition position) {
    const size_t start = at_;
    for (const char expected : token) {
      if (at_ == text_.size() || text_[at_] != expected) return UnrecognizedToken(start);
      ++at_;
    }
    if (at_ < text_.size() && IsIdentifierCharacter(text_[at_])) return UnrecognizedToken(start);
    builder_->Scalar(type, {}, value, position);
    return true;
  }

  bool ReadNumber(TextPosition position) {
    const size_t start = at_;
    if (text_[at_] == '-') {
      ++at_;
      if (at_ == text_.size() || !IsDigit(text_[at_])) {
        return NumberError("expected digit (0-9) to follow minus sign, for valid numeric value");
      }
    }
    if (text_[at_] == '0') {
      ++at_;
      if (at_ < text_.size() && IsDigit(text_[at_])) {
        return Error("Invalid numeric value: Leading zeroes not allowed");
      }
    }
    while (at_ < text_.size() && IsDigit(text_[at_]))
      ++at_;
    if (at_ < text_.size() && text_[at_] == '.') {
      ++at_;
      if (!SkipDigits()) return NumberError("Decimal point not followed by a digit");
    }
    if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
      ++at_;
      if (at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
      if (!SkipDigits()) return NumberError("Exponent indicator not followed by a digit");
    }
    builder_->Scalar(JsonType::kNumber, text_.substr(start, at_ - start), false, position);
    return true;
  }

  bool SkipDigits() {
    const size_t start = at_;
    while (at_ < text_.size() && IsDigit(text_[at_]))
      ++at_;
    return at_ > start;
  }

  /// From the opening quote; leaves the text in decoded_.
  bool ReadString(std::string_view end_text) {
    ++at_;
    decoded_.clear();
    while (at_ < text_.size()) {
      const size_t run = at_;
      while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\\' &&
             static_cast<unsigned char>(text_[at_]) >= 0x20) {
        ++at_;
      }
      decoded_.append(text_, run, at_ - run);
      if (at_ == text_.size()) break;
      if (text_[at_] == '"') {
        ++at_;
        return true;
      }
      if (text_[at_] != '\\') {
        const std::string what = Describe();
        MarkCulprit(at_);
        ++at_;
        return Error("Illegal unquoted character (" + what +
                     "): has to be escaped using backslash to be included in string value");
      }
      ++at_;
      if (at_ == text_.size()) break;
      if (!ReadEscape()) return false;
    }
    return Error("Unexpected end-of-input" + std::string(end_text));
  }

  bool ReadEscape() {
    const char c = text_[at_];
    switch (c) {
      case '"':
      case '\\':
      case '/': decoded_.push_back(c); break;
      case 'b': decoded_.push_back('\b'); break;
      case 'f': decoded_.push_back('\f'); break;
      case 'n': decoded_.push_back('\n'); break;
      case 'r': decoded_.push_back('\r'); break;
      case 't': decoded_.push_back('\t'); break;
      case 'u': return ReadUnicodeEscape();
      default: {
        const std::string what = Describe();
        MarkCulprit(at_);
        ++at_;
        return Error("Unrecognized character escape " + what);
      }
    }
    ++at_;
    return true;
  }

  bool ReadUnicodeEscape() {
    uint32_t unit = 0;
    if (!ReadHex(&unit)) return false;
    if (unit >= 0xD800 && unit <= 0xDFFF) {
      uint32_t low = 0;
      const bool paired = unit <= 0xDBFF && text_.substr(at_, 2) == "\\u";
      if (!paired) return Error("Unpaired surrogate in character escape sequence");
      ++at_;
      if (!ReadHex(&low)) return false;
      if (low < 0xDC00 || low > 0xDFFF) {
        return Error("Unpaired surrogate in character escape sequence");
      }
      unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    }
    AppendUtf8(unit, &decoded_);
    return true;
  }

  /// From the `u` to after the four digits.
  bool ReadHex(uint32_t* unit) {
    ++at_;
    for (int i = 0; i < 4; ++i) {
      if (at_ == text_.size()) {
        return Error("Unexpected end-of-input in character escape sequence");
      }
      const char c = text_[at_];
      const bool letter = (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
      if (!IsDigit(c) && !letter) {
        return UnexpectedCharacter("expected a hex-digit for character escape sequence");
      }
      const int digit = IsDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10;
      *unit = *unit * 16 + static_cast<uint32_t>(digit);
      ++at_;
    }
    return true;
  }

  // --- Placeholders without quotes ---------------------------------------------------------------

  bool PlaceholderHere() const {
    const PlaceholderSpan span = FindPlaceholder(text_, at_);
    return span.begin == at_ && (allow_placeholders_ || placeholders_->Find(span.name) != nullptr);
  }

  bool ReadBarePlaceholder(TextPosition position) {
    const PlaceholderSpan span = FindPlaceholder(text_, at_);
    const std::string_view whole = text_.substr(span.begin, span.end - span.begin);
    at_ = span.end;
    const std::string* value = placeholders_->Find(span.name);
    if (value != nullptr && (*value == "true" || *value == "false" || *value == "null")) {
      const JsonType type = *value == "null" ? JsonType::kNull : JsonType::kBoolean;
      builder_->Scalar(type, {}, *value == "true", position);
      return true;
    }
    builder_->Scalar(JsonType::kString, whole, false, position);
    return true;
  }

  // --- Errors, in the words of AWS's JSON library ------------------------------------------------

  bool EndInContainer(bool object) {
    const TextPosition start = builder_->opened_at();
    return Error(std::string("Unexpected end-of-input: expected close marker for ") +
                 (object ? "Object" : "Array") + " (start marker at " + SourceAt(start) + ")");
  }

  bool WrongCloseMarker(bool object) {
    const char found = text_[at_];
    const TextPosition start = builder_->opened_at();
    MarkCulprit(at_);
    ++at_;
    return Error(std::string("Unexpected close marker '") + found + "': expected '" +
                 (object ? '}' : ']') + "' (for " + (object ? "Object" : "Array") +
                 " starting at " + SourceAt(start) + ")");
  }

  bool UnrecognizedToken(size_t start) {
    MarkCulprit(start);
    while (at_ < text_.size() && IsIdentifierCharacter(text_[at_]) &&
           at_ - start < kQuotedTokenMax) {
      ++at_;
    }
    return Error("Unrecognized token '" + std::string(text_.substr(start, at_ - start)) +
                 "': was expecting " + std::string(kValidValues));
  }

  bool NumberError(const std::string& why) {
    if (at_ == text_.size()) return Error("Unexpected end-of-input in numeric value: " + why);
    const std::string what = Describe();
    MarkCulprit(at_);
    SkipCharacter();
    return Error("Unexpected character (" + what + ") in numeric value: " + why);
  }

  bool UnexpectedCharacter(const std::string& comment) {
    const std::string what = Describe();
    MarkCulprit(at_);
    SkipCharacter();
    return Error("Unexpected character (" + what + "): " + comment);
  }

  /// The character at at_ as `'x' (code 120)`.
  std::string Describe() const {
    const Utf8Character character = DecodeUtf8(text_, at_);
    const std::string code = std::to_string(character.code_point);
    if (character.code_point < 0x20 ||
        (character.code_point >= 0x7F && character.code_point < 0xA0)) {
      return "(CTRL-CHAR, code " + code + ")";
    }
    std::string text = "'" + std::string(text_.substr(at_, character.size)) + "' (code " + code;
    if (character.code_point > 255) {
      char hex[16];
      std::snprintf(hex, sizeof(hex), " / 0x%x", character.code_point);
      text += hex;
    }
    return text + ")";
  }

  void SkipCharacter() { at_ += DecodeUtf8(text_, at_).size; }

  /// The location in AWS's words is where its library has read to; the caret stands under what was
  /// wrong.
  void MarkCulprit(size_t at) { culprit_ = at; }

  bool Error(std::string message) {
    const TextPosition position = Position();
    Diagnostic diagnostic;
    diagnostic.code = codes::kInvalidJson;
    diagnostic.message = std::move(message);
    diagnostic.location = SourceAt(position);
    diagnostic.line = position.line;
    diagnostic.column = position.column;
    if (culprit_) diagnostic.column = static_cast<uint32_t>(*culprit_ - line_start_ + 1);
    diagnostics_->Add(std::move(diagnostic));
    return false;
  }

  /// `[Source: (String)"…"; line: 1, column: 4]`: AWS's library counts the columns in UTF-16 units.
  std::string SourceAt(TextPosition position) const {
    const Utf16Prefix prefix = TakeUtf16(text_, kQuotedCharactersMax);
    std::string out = "[Source: (String)\"";
    out.append(text_, 0, prefix.size_bytes);
    out.push_back('"');
    if (prefix.size_bytes < text_.size()) {
      out.append("[truncated ");
      out.append(std::to_string(CountUtf16(text_.substr(prefix.size_bytes))));
      out.append(" chars]");
    }
    size_t line_start = 0;
    for (uint32_t line = 1; line < position.line; ++line) {
      line_start = text_.find('\n', line_start) + 1;
    }
    const size_t column = CountUtf16(text_.substr(line_start, position.column - 1)) + 1;
    out.append("; line: ").append(std::to_string(position.line));
    out.append(", column: ").append(std::to_string(column)).append("]");
    return out;
  }

  // --- Position ----------------------------------------------------------------------------------

  void SkipSpace() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\n') {
        ++line_;
        line_start_ = at_ + 1;
      } else if (c != ' ' && c != '\t' && c != '\r') {
        return;
      }
      ++at_;
    }
  }

  TextPosition Position() const { return {line_, static_cast<uint32_t>(at_ - line_start_ + 1)}; }

  std::string_view text_;
  bool allow_placeholders_;
  Placeholders* placeholders_;
  TreeBuilder* builder_;
  Diagnostics* diagnostics_;
  size_t at_ = 0;
  uint32_t line_ = 1;
  size_t line_start_ = 0;
  std::optional<size_t> culprit_;
  std::string decoded_;
};

bool CheckUtf8(std::string_view text, Diagnostics* diagnostics) {
  const size_t at = FindInvalidUtf8(text);
  if (at == std::string_view::npos) return true;
  Diagnostic diagnostic;
  char message[64];
  std::snprintf(message, sizeof(message), "Invalid UTF-8 byte 0x%x",
                static_cast<unsigned>(static_cast<unsigned char>(text[at])));
  diagnostic.code = codes::kInvalidJson;
  diagnostic.message = message;
  diagnostic.line = 1;
  size_t line_start = 0;
  for (size_t i = 0; i < at; ++i) {
    if (text[i] != '\n') continue;
    ++diagnostic.line;
    line_start = i + 1;
  }
  diagnostic.column = static_cast<uint32_t>(at - line_start + 1);
  diagnostics->Add(std::move(diagnostic));
  return false;
}

}  // namespace

bool ReadJson(std::string_view text, bool allow_placeholders, Placeholders* placeholders,
              JsonDocument* document, Diagnostics* diagnostics) {
  if (!CheckUtf8(text, diagnostics)) return false;
  TreeBuilder builder(document, placeholders);
  JsonReader reader(text, allow_placeholders, placeholders, &builder, diagnostics);
  if (!reader.Read()) return false;
  builder.Finish();
  return true;
}

}  // namespace aslx::compiler
