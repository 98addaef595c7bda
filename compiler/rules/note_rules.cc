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

/// True when the state itself, not a machine within it, holds an expression.
bool HoldsExpression(const JsonNode& state) {
  std::vector<const JsonNode*> open = {&state};
  while (!open.empty()) {
    const JsonNode& node = *open.back();
    open.pop_back();
    if (node.is_string() && IsJsonataExpression(node.text)) return true;
    for (const JsonNode& item : node.items)
      open.push_back(&item);
    for (const JsonMember& member : node.members) {
      const bool nested_machine =
          &node == &state &&
          (member.key == "Branches" || member.key == "ItemProcessor" || member.key == "Iterator");
      if (!nested_machine && member.key != "Comment") open.push_back(&member.value);
    }
  }
  return false;
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

std::vector<const JsonMember*> FindJsonataStates(const JsonNode& root) {
  std::vector<const JsonMember*> found;
  const ast::QueryLanguage inherited = LanguageOf(root, ast::QueryLanguage::kJsonPath);
  ForEachMachine(root, [&](const MachineNode& machine) {
    for (const JsonMember& member : machine.states.members) {
      const bool jsonata = LanguageOf(member.value, inherited) == ast::QueryLanguage::kJsonata;
      if (jsonata && HoldsExpression(member.value)) found.push_back(&member);
    }
  });
  return found;
}

}  // namespace aslx::compiler
