// Texts, constants and the records that stand alone.
#include <cmath>

#include "runtime/base/limits.h"
#include "runtime/program/utf8.h"
#include "runtime/program/verification.h"

namespace aslx {
namespace {

/// The service's upper limit of seconds and attempts in definitions.
constexpr uint32_t kNumberMax = 99'999'999;

template <typename Enum>
bool Within(Enum value, Enum last) {
  return static_cast<uint32_t>(value) <= static_cast<uint32_t>(last);
}

bool RequireSeconds(Verification& v, uint32_t seconds, const char* section, size_t index,
                    const char* field) {
  return v.Require(seconds == kNoIndex || seconds <= kNumberMax, section, index,
                   "{} is {}, expected none or at most {}", field, seconds, kNumberMax);
}

void VerifyMachine(Verification& v) {
  const Program& program = v.program;
  if (!v.Require(program.machines().size() == 1, "machines", 0, "{} records, expected 1",
                 program.machines().size()))
    return;
  const MachineRecord& machine = program.machine();
  v.RequireText(machine.comment, "machines", 0, "comment");
  v.Require(Within(machine.type, MachineType::kStandard), "machines", 0, "type {}, expected 0 or 1",
            static_cast<int>(machine.type));
  v.Require(machine.root_region == 0, "machines", 0, "root_region {}, expected 0",
            machine.root_region);
  v.Require(machine.slot_count < kNoSlot, "machines", 0, "slot_count {}, expected less than {}",
            machine.slot_count, kNoSlot);
  RequireSeconds(v, machine.timeout_seconds, "machines", 0, "timeout_seconds");
}

/// The JSON text of a constant is read anew and must give what the record says.
void VerifyConstant(Verification& v, size_t index) {
  const ConstantRecord& record = v.program.constants()[index];
  auto type = static_cast<Type>(record.type);
  if (!v.Require(record.type >= static_cast<uint8_t>(Type::kNull) &&
                     record.type <= static_cast<uint8_t>(Type::kObject),
                 "constants", index, "type {}, expected 1 to 6", record.type) ||
      !v.RequireText(record.text, "constants", index, "text") ||
      !v.SpendBytes(record.text.size, "constants", index))
    return;
  std::string_view text = v.program.TextOf(record.text);
  bool is_quoted = type == Type::kString;
  if (is_quoted) {
    std::span<const char> all = v.program.text();
    size_t end = size_t{record.text.offset} + record.text.size;
    if (!v.Require(
            record.text.offset > 0 && end < all.size() && text.data()[-1] == '"' && all[end] == '"',
            "constants", index, "a string that does not stand between quotes"))
      return;
    text = {text.data() - 1, text.size() + 2};
  }
  Value root;
  JsonError error = v.reader.Read(text, nullptr, nullptr, &root);
  if (!v.Require(error.kind == JsonError::Kind::kNone, "constants", index,
                 "not a JSON text: {} at byte {}", error.message, error.offset))
    return;
  v.Require(root.type == type && root.flags == record.flags && root.height == record.height,
            "constants", index,
            "type {}, flags {}, height {}, expected those of its text: {}, {}, {}", record.type,
            record.flags, record.height, static_cast<int>(root.type), root.flags, root.height);
  // Nothing around it: blanks would make it another text.
  bool is_word = type == Type::kNull || type == Type::kBool;
  v.Require(is_word ? text.size() <= 5 && text.find_first_of(" \t\r\n") == std::string_view::npos
                    : root.size == record.text.size,
            "constants", index, "blanks around the value");
}

void VerifyRetriers(Verification& v) {
  std::span<const RetrierRecord> retriers = v.program.retriers();
  for (size_t i = 0; i < retriers.size(); ++i) {
    const RetrierRecord& record = retriers[i];
    v.RequireRange(record.first_error, record.error_count, v.program.error_names().size(),
                   "retriers", i, "errors");
    v.Require(record.interval_seconds <= kNumberMax && record.max_attempts <= kNumberMax,
              "retriers", i, "{} seconds and {} attempts, expected at most {}",
              record.interval_seconds, record.max_attempts, kNumberMax);
    v.Require(std::isfinite(record.backoff_rate) && record.backoff_rate >= 1, "retriers", i,
              "backoff_rate {}, expected a finite one from 1", record.backoff_rate);
    RequireSeconds(v, record.max_delay_seconds, "retriers", i, "max_delay_seconds");
    v.Require(Within(record.jitter, Jitter::kFull), "retriers", i, "jitter {}, expected 0 or 1",
              static_cast<int>(record.jitter));
  }
}

void VerifyCatchers(Verification& v) {
  std::span<const CatcherRecord> catchers = v.program.catchers();
  for (size_t i = 0; i < catchers.size(); ++i)
    v.RequireRange(catchers[i].first_error, catchers[i].error_count, v.program.error_names().size(),
                   "catchers", i, "errors");
}

void VerifyTasks(Verification& v) {
  std::span<const TaskRecord> tasks = v.program.tasks();
  for (size_t i = 0; i < tasks.size(); ++i) {
    const TaskRecord& record = tasks[i];
    v.Require(Within(record.kind, TaskKind::kActivity), "tasks", i, "kind {}, expected 0 to 2",
              static_cast<int>(record.kind));
    RequireSeconds(v, record.timeout_seconds, "tasks", i, "timeout_seconds");
    RequireSeconds(v, record.heartbeat_seconds, "tasks", i, "heartbeat_seconds");
    v.RequireText(record.arn, "tasks", i, "arn");
    v.RequireText(record.resource_type, "tasks", i, "resource_type");
    v.RequireText(record.resource, "tasks", i, "resource");
    v.RequireText(record.timeout_path, "tasks", i, "timeout_path");
    v.RequireText(record.heartbeat_path, "tasks", i, "heartbeat_path");
  }
}

void VerifyMaps(Verification& v) {
  std::span<const MapRecord> maps = v.program.maps();
  for (size_t i = 0; i < maps.size(); ++i) {
    const MapRecord& record = maps[i];
    v.RequireText(record.max_concurrency_path, "maps", i, "max_concurrency_path");
    v.RequireText(record.tolerated_count_path, "maps", i, "tolerated_count_path");
    v.RequireText(record.tolerated_percentage_path, "maps", i, "tolerated_percentage_path");
    v.RequireText(record.items_path, "maps", i, "items_path");
    v.Require(record.has_tolerated_percentage == 0 ||
                  (record.tolerated_percentage >= 0 && record.tolerated_percentage <= 100),
              "maps", i, "tolerated_percentage {}, expected 0 to 100", record.tolerated_percentage);
  }
}

void VerifyGrafts(Verification& v) {
  const Program& program = v.program;
  for (size_t i = 0; i < program.grafts().size(); ++i) {
    const GraftRecord& record = program.grafts()[i];
    v.RequireRange(record.first_step, record.step_count, program.graft_steps().size(), "grafts", i,
                   "steps");
    v.Require(record.step_count < limits::kJsonDepthMax, "grafts", i,
              "{} steps, expected less than {}", record.step_count, limits::kJsonDepthMax);
    v.RequireText(record.text, "grafts", i, "text");
  }
  for (size_t i = 0; i < program.graft_steps().size(); ++i)
    v.RequireText(program.graft_steps()[i].key, "graft_steps", i, "key");
}

void VerifyNames(Verification& v) {
  const Program& program = v.program;
  for (size_t i = 0; i < program.error_names().size(); ++i)
    v.RequireText(program.error_names()[i], "error_names", i, "name");
  for (size_t i = 0; i < program.variables().size(); ++i)
    v.RequireText(program.variables()[i].name, "variables", i, "name");
  for (size_t i = 0; i < program.assigns().size(); ++i)
    v.RequireRange(program.assigns()[i].first_variable, program.assigns()[i].variable_count,
                   program.variables().size(), "assigns", i, "variables");
  for (size_t i = 0; i < program.waits().size(); ++i) {
    v.RequireText(program.waits()[i].path, "waits", i, "path");
    v.Require(Within(program.waits()[i].kind, WaitKind::kTimestampPath), "waits", i,
              "kind {}, expected 0 to 3", static_cast<int>(program.waits()[i].kind));
  }
  for (size_t i = 0; i < program.calls().size(); ++i) {
    const CallRecord& record = program.calls()[i];
    v.RequireText(record.expression, "calls", i, "expression");
    if (!v.Require(static_cast<uint32_t>(record.function) < kFunctionCount, "calls", i,
                   "function {}, expected one below {}", static_cast<uint32_t>(record.function),
                   kFunctionCount))
      return;
    const FunctionFacts& facts = FactsOf(record.function);
    v.Require(record.argument_count >= facts.arguments_min &&
                  record.argument_count <= facts.arguments_max,
              "calls", i, "{} arguments, expected as many as {} takes", record.argument_count,
              facts.name);
  }
}

void VerifyLines(Verification& v) {
  std::span<const LineRecord> lines = v.program.lines();
  for (size_t i = 0; i < lines.size(); ++i) {
    v.RequireIndex(lines[i].pc, v.program.code().size(), "lines", i, "pc");
    v.Require(i == 0 || lines[i - 1].pc <= lines[i].pc, "lines", i, "pc {} behind pc {}",
              lines[i].pc, i == 0 ? 0 : lines[i - 1].pc);
    v.RequireText(lines[i].pointer, "lines", i, "pointer");
  }
}

}  // namespace

void VerifyRecords(Verification& v) {
  std::span<const char> text = v.program.text();
  if (!v.Require(IsUtf8({text.data(), text.size()}), "text", 0, "bytes that are not UTF-8")) return;
  VerifyMachine(v);
  for (size_t i = 0; i < v.program.constants().size() && v.ok(); ++i)
    VerifyConstant(v, i);
  VerifyRetriers(v);
  VerifyCatchers(v);
  VerifyTasks(v);
  VerifyMaps(v);
  VerifyGrafts(v);
  VerifyNames(v);
  VerifyLines(v);
}

}  // namespace aslx
