#include "compiler/rules/map_rules.h"

#include <string>
#include <vector>

#include "compiler/definition/utf8.h"
#include "compiler/rules/express_rules.h"
#include "compiler/rules/field_rules.h"
#include "compiler/rules/path_rules.h"
#include "compiler/rules/scalar_rules.h"
#include "compiler/rules/template_rules.h"

namespace aslx::compiler {
namespace {

constexpr size_t kLabelCharactersMax = 40;

bool TextIs(const JsonNode* node, std::string_view text) {
  return node != nullptr && node->is_string() && node->text == text;
}

/// The last part of `arn:PARTITION:states:::SERVICE:ACTION`, checked against what a reader or
/// writer can call.
void CheckStorageResource(const RuleContext& rules, const JsonNode& node,
                          const std::vector<std::string_view>& allowed) {
  if (!CheckText(rules, node) || rules.IsUnknown(node)) return;
  for (const std::string_view end : allowed) {
    const std::string whole = ":states:::" + std::string(end);
    if (node.text.substr(0, 4) == "arn:" && node.text.size() > whole.size() &&
        node.text.substr(node.text.size() - whole.size()) == whole) {
      return;
    }
  }
  rules.SchemaError(node, "The field 'Resource' does not match any of the allowed values");
}

/// Parameters in JSONPath mode, Arguments in JSONata mode.
bool CheckParameters(const StateContext& state, const JsonNode& owner, const JsonMember& member) {
  const bool jsonpath = member.key == "Parameters";
  if (!jsonpath && member.key != "Arguments") return false;
  const auto language = jsonpath ? FieldLanguage::kJsonPath : FieldLanguage::kJsonata;
  if (CheckFieldLanguage(state, owner, member.key, language)) CheckTemplate(state, member.value);
  return true;
}

void CheckCsvHeaders(const RuleContext& rules, const JsonNode& node) {
  const JsonNode* type = node.Find("InputType");
  const JsonNode* header = node.Find("CSVHeaderLocation");
  if (TextIs(type, "CSV") && header == nullptr) {
    rules.SchemaError(node, "The field 'CSVHeaderLocation' is required");
  }
  if (type != nullptr && !TextIs(type, "CSV") && !rules.IsUnknown(*type) && header != nullptr) {
    ReportUnsupportedField(rules, node, "CSVHeaderLocation");
  }
  if (TextIs(header, "GIVEN")) CheckRequiredFields(rules, node, {"CSVHeaders"});
}

void CheckReaderConfig(const StateContext& state, const JsonNode& node) {
  const RuleContext& rules = state.rules;
  if (!CheckObject(rules, node)) return;
  CheckExclusiveFields(rules, node, {"MaxItems", "MaxItemsPath"});
  CheckCsvHeaders(rules, node);
  for (const JsonMember& member : node.members) {
    if (member.key == "InputType") {
      CheckOneOf(rules, member.value, {"CSV", "JSON", "JSONL", "MANIFEST", "PARQUET"});
    } else if (member.key == "CSVHeaderLocation") {
      CheckOneOf(rules, member.value, {"FIRST_ROW", "GIVEN"});
    } else if (member.key == "MaxItems") {
      CheckIntegerOrExpression(state, member.value, {0, 100'000'000});
    } else if (member.key == "MaxItemsPath") {
      if (CheckFieldLanguage(state, node, member.key, FieldLanguage::kJsonPath)) {
        CheckReferencePath(rules, member.value, {});
      }
    }
  }
}

}  // namespace

void CheckProcessorConfig(const RuleContext& rules, const JsonNode& node) {
  if (!CheckObject(rules, node)) return;
  const JsonNode* mode = node.Find("Mode");
  const bool distributed = TextIs(mode, "DISTRIBUTED");
  if (distributed) CheckRequiredFields(rules, node, {"ExecutionType"});
  for (const JsonMember& member : node.members) {
    if (member.key == "Mode") {
      CheckOneOf(rules, member.value, {"INLINE", "DISTRIBUTED"});
      // The older Iterator is not held to it: recorded Express machines have one.
      if (node.parent->key == "ItemProcessor") CheckExpressMapMode(rules, member.value);
    } else if (member.key == "ExecutionType") {
      if (TextIs(mode, "INLINE")) {
        ReportUnsupportedField(rules, node, member.key);
      } else {
        CheckOneOf(rules, member.value, {"STANDARD", "EXPRESS"});
      }
    } else {
      ReportUnsupportedField(rules, node, member.key);
    }
  }
}

void CheckItemReader(const StateContext& state, const JsonNode& node) {
  if (!CheckObject(state.rules, node)) return;
  CheckRequiredFields(state.rules, node, {"Resource"});
  for (const JsonMember& member : node.members) {
    if (CheckParameters(state, node, member)) continue;
    if (member.key == "Resource") {
      CheckStorageResource(state.rules, member.value, {"s3:getObject", "s3:listObjectsV2"});
    } else if (member.key == "ReaderConfig") {
      CheckReaderConfig(state, member.value);
    } else if (member.key != "Comment") {
      ReportUnsupportedField(state.rules, node, member.key);
    }
  }
}

void CheckItemBatcher(const StateContext& state, const JsonNode& node) {
  const RuleContext& rules = state.rules;
  if (!CheckObject(rules, node)) return;
  CheckExclusiveFields(rules, node, {"MaxItemsPerBatch", "MaxItemsPerBatchPath"});
  CheckExclusiveFields(rules, node, {"MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"});
  for (const JsonMember& member : node.members) {
    const std::string_view name = member.key;
    if (name == "BatchInput") {
      CheckTemplate(state, member.value);
    } else if (name == "MaxItemsPerBatch") {
      CheckIntegerOrExpression(state, member.value, {1, INT64_MAX});
    } else if (name == "MaxInputBytesPerBatch") {
      CheckIntegerOrExpression(state, member.value, {1, 262'144});
    } else if (name == "MaxItemsPerBatchPath" || name == "MaxInputBytesPerBatchPath") {
      if (CheckFieldLanguage(state, node, name, FieldLanguage::kJsonPath)) {
        CheckReferencePath(rules, member.value, {});
      }
    } else if (name != "Comment") {
      ReportUnsupportedField(rules, node, name);
    }
  }
}

void CheckResultWriter(const StateContext& state, const JsonNode& node) {
  if (!CheckObject(state.rules, node)) return;
  for (const JsonMember& member : node.members) {
    if (CheckParameters(state, node, member)) continue;
    if (member.key == "Resource") {
      CheckStorageResource(state.rules, member.value, {"s3:putObject"});
    } else if (member.key == "WriterConfig") {
      CheckObject(state.rules, member.value);
    } else if (member.key != "Comment") {
      ReportUnsupportedField(state.rules, node, member.key);
    }
  }
}

void CheckLabel(const RuleContext& rules, const JsonNode& node) {
  if (!CheckNotEmptyText(rules, node) || rules.IsUnknown(node)) return;
  if (CountCharacters(node.text) <= kLabelCharactersMax) return;
  rules.Error(codes::kInvalidLabel, node,
              "Invalid Label name: Label '" + std::string(node.text) + "' exceeds the " +
                  std::to_string(kLabelCharactersMax) + "-character limit allowed by the service");
}

bool IsDistributedMap(const JsonNode& map_state) {
  for (const std::string_view name : {"ItemProcessor", "Iterator"}) {
    const JsonNode* processor = map_state.Find(name);
    const JsonNode* config = processor == nullptr ? nullptr : processor->Find("ProcessorConfig");
    if (config != nullptr && TextIs(config->Find("Mode"), "DISTRIBUTED")) return true;
  }
  return false;
}

}  // namespace aslx::compiler
