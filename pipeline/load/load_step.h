// What a load is asked to be: steps of a rate or of as much as goes, each with a warm-up; and how
// the texts of the command line say it.
//
// What it is not: when each event is due (step_schedule.h).
// Who uses it: `aslx bench` makes the steps, the loads follow them. Thread: plain data.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"

namespace aslx {

struct LoadStep {
  /// Open loop: so many events a second, whatever comes of them. 0: closed loop, the next event
  /// follows when fewer than in_flight_max are without an outcome.
  double rate_per_s = 0;
  uint64_t in_flight_max = 10'000;
  int64_t warmup_ns = 0;
  int64_t measure_ns = 0;
  /// Not 0: so many events are measured, however long that takes.
  uint64_t count = 0;

  bool open_loop() const { return rate_per_s > 0; }
};

/// What a step may ask of memory: eight bytes for each in flight.
inline constexpr uint64_t kInFlightMax = 16'777'216;
inline constexpr double kRateMax = 1e8;

/// `1000,10000,2.5e5`: events a second, each a step. The error names what is wrong.
Result<std::vector<double>> ParseRates(std::string_view option, std::string_view text);
/// `1,2,4`: whole numbers from 1 to `most`.
Result<std::vector<uint64_t>> ParseCounts(std::string_view option, std::string_view text,
                                          uint64_t most);
/// `500ms`, `10s`, `2m`, in nanoseconds.
Result<int64_t> ParseDuration(std::string_view option, std::string_view text);

}  // namespace aslx
