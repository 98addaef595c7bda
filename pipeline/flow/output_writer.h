// Makes the records of one outcome: results as their route says, failures as dead letters.
//
// What it is: the translation of values, keys and headers into records of the outbox. What it is
// not: the decision what is written where (router.h), or when (flow.h). Who uses it: Flow. Thread:
// the worker's. Memory: writes into the outbox; passed-through keys, headers and payloads stay the
// input's, which lives until its last output is acknowledged.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "pipeline/flow/outbox.h"
#include "pipeline/flow/router.h"

namespace aslx {

/// Why an input has no result. Texts live as long as the call.
struct Failure {
  std::string_view error;
  std::string_view cause;
  std::string_view state;  // empty: no state was entered
  uint32_t attempt = 1;
};

/// Where a record came from, and the execution that is its own.
struct Origin {
  std::string_view topic;
  int32_t partition = 0;
  ExecutionId execution;  // whether it ran or not
};

class OutputWriter {
 public:
  /// All outlive it. `machine` is the machine's name, for dead letters.
  OutputWriter(Delivery* delivery, Outbox* outbox, std::string_view machine)
      : delivery_(delivery), outbox_(outbox), machine_(machine) {}
  OutputWriter(const OutputWriter&) = delete;
  OutputWriter& operator=(const OutputWriter&) = delete;

  /// Seals the records of its output, several where the route splits. False: the output is not as
  /// the route needs it; `why` says how, and what was sealed has to be discarded.
  bool WriteResult(const Route& route, Execution& execution, const InputRecord& input,
                   std::string* why);

  /// The original key, payload and headers, and the headers `__asl.errors.*` behind them.
  void WriteDeadLetter(TopicId topic, const InputRecord& input, const Origin& origin,
                       const Failure& failure);

  /// Its headers, pinned or copied; valid until the next call.
  std::span<const Header> HeadersOf(const InputRecord& input);

 private:
  bool WriteRecord(const RecordPlan& plan, const Value& value, const InputRecord& input,
                   Execution& execution, std::string* why);
  std::span<const Header> PassHeaders(const InputRecord& input, OutputRecord* record);
  bool FindTopic(const RecordPlan& plan, const Value& value, Arena& arena, TopicId* topic,
                 std::string* why);
  bool FindKey(const RecordPlan& plan, const Value& value, const InputRecord& input, Arena& arena,
               OutputRecord* record, std::string* why);
  bool CollectHeaders(const RecordPlan& plan, const Value& value, const InputRecord& input,
                      Arena& arena, OutputRecord* record, std::string* why);

  // Topics that outputs may name: the same few again and again. More is a mistake in the data.
  static constexpr size_t kNamedTopicsMax = 10'000;

  struct TextHash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  Delivery* delivery_;
  Outbox* outbox_;
  std::string_view machine_;
  std::unordered_map<std::string, TopicId, TextHash, std::equal_to<>> topics_;
  std::vector<Header> input_headers_;
  /// Of the record being made; the first `passed` are the input's and stay where they are.
  std::vector<Header> headers_;
  std::vector<bool> header_is_ours_;
};

}  // namespace aslx
