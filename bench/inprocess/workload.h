// A workload as it lies on disk: a definition, and its events of one size.
//
// What it is not: where workloads come from: bench/workloads, whose write.py makes the folder.
// Who uses it: every program here. Thread: immutable. Memory: owns its texts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aslx::bench {

/// Events stand one behind the other, each with the padding that simdjson wants: nobody has to copy
/// one before reading it.
class Workload {
 public:
  /// "iot-300B" is iot.asl.json with the lines of iot-300B.ndjson. Aborts where there is no such
  /// file: a bench without its input measures nothing.
  static Workload Load(const std::string& folder, const std::string& name);
  /// The names of all that lie there, in order.
  static std::vector<std::string> NamesIn(const std::string& folder);

  const std::string& name() const { return name_; }
  /// What is executed: the name without its size.
  std::string_view machine() const { return std::string_view(name_).substr(0, name_.rfind('-')); }
  const std::string& definition() const { return definition_; }
  const std::vector<std::string_view>& events() const { return events_; }

 private:
  std::string name_;
  std::string definition_;
  std::vector<char> text_;
  std::vector<std::string_view> events_;
};

/// The folder that the build made.
std::string DefaultFolder();

}  // namespace aslx::bench
