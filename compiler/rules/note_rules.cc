#include "compiler/rules/note_rules.h"

#include <string>
#include <utility>

#include "compiler/definition/placeholders.h"
#include "compiler/rules/scalar_rules.h"
#include "compiler/rules/state_rules.h"
#include "compiler/rules/walk.h"

namespace aslx::compiler {
namespace {

void AddNote(const std::string& what, const JsonNode& node, Diagnostics* diagnostics) {
  Diagnostic note;
  note.severity = Severity::kNote;
  note.origin = Origin::kAslx;
  note.code = codes::kPlaceholder;
  note.message = what + " is to be filled in at deployment";
  note.location = LocationOf(node);
  note.line = node.line;
  note.column = node.column;
  diagnostics->Add(std::move(note));
}

void NoteText(std::string_view text, const JsonNode& node, Diagnostics* diagnostics) {
  for (PlaceholderSpan span = FindPlaceholder(text); span.begin != std::string_view::npos;
       span = FindPlaceholder(text, span.end)) {
    AddNote("'${" + std::string(span.name) + "}'", node, diagnostics);
  }
}

/// A rule of Choices that a template leaves empty.
bool IsEmptyRule(const JsonNode& node) {
  return node.is_object() && node.members.empty() && node.parent != nullptr &&
         node.parent->is_array() && node.parent->key == "Choices";
}

}  // namespace

void NotePlaceholders(const JsonNode& root, Diagnostics* diagnostics) {
  std::vector<const JsonNode*> open = {&root};
  while (!open.empty()) {
    const JsonNode& node = *open.back();
    open.pop_back();
    if (!node.key.empty()) NoteText(node.key, node, diagnostics);
    if (node.is_string()) NoteText(node.text, node, diagnostics);
    if (IsEmptyRule(node)) AddNote("an empty rule", node, diagnostics);
    for (size_t i = node.members.size(); i-- > 0;)
      open.push_back(&node.members[i].value);
    for (size_t i = node.items.size(); i-- > 0;)
      open.push_back(&node.items[i]);
  }
}

}  // namespace aslx::compiler
