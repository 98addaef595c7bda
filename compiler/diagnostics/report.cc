#include "compiler/diagnostics/report.h"

#include <algorithm>

namespace aslx::compiler {
namespace {

/// An excerpt shows at most this many bytes around the place, so that a definition on one line
/// stays readable.
constexpr size_t kExcerptBytesMax = 100;

void AppendJsonString(std::string_view text, std::string* out) {
  static constexpr char kHex[] = "0123456789abcdef";
  out->push_back('"');
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out->push_back('\\');
      out->push_back(c);
    } else if (c == '\n') {
      out->append("\\n");
    } else if (byte < 0x20) {
      out->append("\\u00");
      out->push_back(kHex[byte >> 4]);
      out->push_back(kHex[byte & 15]);
    } else {
      out->push_back(c);
    }
  }
  out->push_back('"');
}

std::string_view NameOf(Severity severity) {
  switch (severity) {
    case Severity::kError: return "error";
    case Severity::kWarning: return "warning";
    case Severity::kNote: return "note";
  }
  return "";
}

std::string_view LineOf(std::string_view text, uint32_t line) {
  size_t start = 0;
  for (uint32_t i = 1; i < line; ++i) {
    const size_t end = text.find('\n', start);
    if (end == std::string_view::npos) return {};
    start = end + 1;
  }
  std::string_view rest = text.substr(start, text.find('\n', start) - start);
  if (!rest.empty() && rest.back() == '\r') rest.remove_suffix(1);
  return rest;
}

/// Never cuts a character in two: a byte 10xxxxxx continues one.
bool ContinuesCharacter(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

/// What a terminal would take for a command is shown as a question mark.
std::string Printable(std::string_view line) {
  std::string out;
  for (const char c : line) {
    const auto byte = static_cast<unsigned char>(c);
    out.push_back((byte < 0x20 && c != '\t') || byte == 0x7F || byte == 0xFF ? '?' : c);
  }
  return out;
}

void AppendExcerpt(std::string_view line, uint32_t column, std::string* out) {
  size_t at = std::min<size_t>(column - 1, line.size());
  size_t begin = 0;
  if (at > kExcerptBytesMax / 2) begin = at - kExcerptBytesMax / 2;
  while (begin > 0 && begin < line.size() && ContinuesCharacter(line[begin]))
    --begin;
  size_t end = std::min(line.size(), begin + kExcerptBytesMax);
  while (end < line.size() && ContinuesCharacter(line[end]))
    ++end;
  const std::string_view lead = begin > 0 ? "..." : "";
  out->append("  ").append(lead).append(Printable(line.substr(begin, end - begin)));
  if (end < line.size()) out->append("...");
  out->append("\n  ").append(lead.size(), ' ');
  for (size_t i = begin; i < at; ++i) {
    if (line[i] == '\t') {
      out->push_back('\t');
    } else if (!ContinuesCharacter(line[i])) {
      out->push_back(' ');
    }
  }
  out->append("^\n");
}

void AppendForPeople(const Diagnostic& diagnostic, std::string_view file_name,
                     std::string_view text, std::string* out) {
  out->append(file_name).append(":");
  if (diagnostic.line > 0) {
    out->append(std::to_string(diagnostic.line)).append(":");
    out->append(std::to_string(diagnostic.column)).append(":");
  }
  out->append(" ").append(NameOf(diagnostic.severity)).append(" ").append(diagnostic.code);
  out->append(": ").append(diagnostic.message);
  if (!diagnostic.location.empty() && diagnostic.location.front() == '/') {
    out->append(" at ").append(diagnostic.location);
  }
  out->push_back('\n');
  if (diagnostic.line > 0) AppendExcerpt(LineOf(text, diagnostic.line), diagnostic.column, out);
  if (!diagnostic.hint.empty()) out->append("  hint: ").append(diagnostic.hint).append("\n");
}

void AppendAsJson(const Diagnostic& diagnostic, std::string* out) {
  // The report knows two severities; a note is a finding of ours that asks for nothing.
  const bool error = diagnostic.severity == Severity::kError;
  out->append("{\"severity\":").append(error ? "\"ERROR\"" : "\"WARNING\"");
  out->append(",\"code\":");
  AppendJsonString(diagnostic.code, out);
  out->append(",\"message\":");
  AppendJsonString(diagnostic.message, out);
  if (!diagnostic.location.empty()) {
    out->append(",\"location\":");
    AppendJsonString(diagnostic.location, out);
  }
  if (diagnostic.origin == Origin::kAslx) out->append(",\"origin\":\"aslx\"");
  if (diagnostic.line > 0) {
    out->append(",\"line\":").append(std::to_string(diagnostic.line));
    out->append(",\"column\":").append(std::to_string(diagnostic.column));
  }
  if (!diagnostic.hint.empty()) {
    out->append(",\"hint\":");
    AppendJsonString(diagnostic.hint, out);
  }
  out->push_back('}');
}

}  // namespace

std::string FormatForPeople(const Diagnostics& diagnostics, std::string_view file_name,
                            std::string_view text) {
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    AppendForPeople(diagnostic, file_name, text, &out);
  }
  return out;
}

std::string FormatAsJson(const Diagnostics& diagnostics, bool accepted) {
  std::string out = accepted ? "{\"result\":\"OK\"" : "{\"result\":\"FAIL\"";
  out.append(",\"diagnostics\":[");
  const char* separator = "";
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    out.append(separator);
    AppendAsJson(diagnostic, &out);
    separator = ",";
  }
  out.append("]}");
  return out;
}

}  // namespace aslx::compiler
