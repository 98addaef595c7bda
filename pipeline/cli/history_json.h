// Events as the JSON of GetExecutionHistory.
//
// What it is not: stored anywhere; the caller keeps the text.
// Source: the service's API model of HistoryEvent. Thread: one.
#pragma once

#include <string>
#include <string_view>

#include "runtime/program/program.h"
#include "runtime/vm/event_sink.h"

namespace aslx {

/// What events show beside what happened.
struct HistoryOptions {
  std::string_view role_arn;
  std::string_view state_machine_id;
  std::string_view region;
};

class HistoryJson final : public EventSink {
 public:
  HistoryJson(const Program& program, const HistoryOptions& options)
      : program_(program), options_(options) {}

  void OnEvent(const Event& event) override;
  /// The array of all events so far.
  std::string Finish() const { return "[" + events_ + "]"; }

 private:
  const Program& program_;
  HistoryOptions options_;
  std::string events_;
};

}  // namespace aslx
