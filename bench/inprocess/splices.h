// The workloads by hand: which fields each reads, and how its result is put together from their
// text. The reading is someone else's: On-Demand (ondemand_way.cc) or our reader (hand_way.cc).
//
// `order` is not here: nearly all of it is calls.
// Thread: any. Memory: writes into the caller's buffer.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "bench/inprocess/way.h"
#include "runtime/base/check.h"
#include "runtime/value/number.h"

namespace aslx::bench {

/// A field of the event, or of an object in it. Fields stand in the order of the event, those of
/// one object beside each other.
struct Field {
  std::string_view object;  // empty: the event itself
  std::string_view key;
};

/// Their JSON text: strings with their quotes.
using Fields = const std::string_view*;

class Splicer {
 public:
  explicit Splicer(char* out) : begin_(out), out_(out) {}
  Splicer& operator<<(std::string_view text) {
    std::memcpy(out_, text.data(), text.size());
    out_ += text.size();
    return *this;
  }
  size_t size() const { return static_cast<size_t>(out_ - begin_); }

 private:
  char* begin_;
  char* out_;
};

/// As the engine compares with a constant: by the digits, and by the value where they do not tell.
inline bool Above(std::string_view number, const ShortInteger& threshold) {
  return threshold.Order(Value::Text(Type::kNumber, value_flags::kRaw, number)) > 0;
}
inline std::string_view Unquoted(std::string_view text) {
  return text.substr(1, text.size() - 2);
}

struct IotByHand {
  static constexpr std::string_view kMachine = "iot";
  static constexpr Field kFields[] = {
      {"", "deviceId"}, {"", "timestamp"}, {"", "temperature"}, {"location", "site"}};
  size_t Splice(Fields field, std::string_view, char* out) {
    Splicer to(out);
    to << R"({"device":)" << field[0] << R"(,"at":)" << field[1] << R"(,"site":)" << field[3];
    to << (Above(field[2], hot_) ? R"(,"alarm":"high"})" : R"(,"alarm":"none"})");
    return to.size();
  }
  ShortInteger hot_{70};
};

struct EnrichByHand {
  static constexpr std::string_view kMachine = "enrich";
  static constexpr Field kFields[] = {
      {"", "deviceId"}, {"location", "site"}, {"location", "line"}, {"", "sequence"}};
  size_t Splice(Fields field, std::string_view event, char* out) {
    int64_t sequence = 0;
    std::from_chars(field[3].data(), field[3].data() + field[3].size(), sequence);
    char digits[24];
    const char* end = std::to_chars(digits, digits + sizeof digits, sequence + 1).ptr;
    Splicer to(out);
    to << event.substr(0, event.size() - 1) << R"(,"enriched":{"label":")" << Unquoted(field[0])
       << " at " << Unquoted(field[1]) << R"(","next":)"
       << std::string_view(digits, static_cast<size_t>(end - digits)) << R"(,"place":[)" << field[1]
       << "," << field[2] << R"(],"version":2}})";
    return to.size();
  }
};

struct RouterByHand {
  static constexpr std::string_view kMachine = "router";
  static constexpr Field kFields[] = {{"", "deviceId"}, {"location", "line"}};
  RouterByHand() {
    for (size_t i = 0; i < lines_.size(); ++i) {
      const std::string number = std::to_string(1'000 + i);
      lines_[i] = '"' + number.substr(1) + '"';
      hall_of_.emplace(lines_[i], number.substr(3));
    }
  }
  size_t Splice(Fields field, std::string_view, char* out) {
    Splicer to(out);
    to << R"({"device":)" << field[0] << R"(,"hall":)" << hall_of_.find(field[1])->second << "}";
    return to.size();
  }
  std::array<std::string, 100> lines_;
  std::unordered_map<std::string_view, std::string> hall_of_;
};

struct PipelineByHand {
  static constexpr std::string_view kMachine = "pipeline";
  static constexpr Field kFields[] = {{"", "deviceId"},    {"", "type"},     {"", "timestamp"},
                                      {"", "temperature"}, {"", "pressure"}, {"", "battery"},
                                      {"", "online"}};
  size_t Splice(Fields field, std::string_view, char* out) {
    ASLX_CHECK(field[6] == "true" && Above(field[5], empty_) && !Above(field[4], too_high_) &&
               field[1] == R"("environment")");
    Splicer to(out);
    to << R"({"device":)" << field[0] << R"(,"at":)" << field[2] << R"(,"class":"climate")";
    to << (Above(field[3], hot_) ? R"(,"alarm":"high"})" : R"(,"alarm":"none"})");
    return to.size();
  }
  ShortInteger empty_{0};
  ShortInteger too_high_{2'000};
  ShortInteger hot_{70};
};

struct MapByHand {
  static constexpr std::string_view kMachine = "map";
  static constexpr Field kFields[] = {{"", "samples"}};
  size_t Splice(Fields field, std::string_view, char* out) {
    Splicer to(out);
    // The samples are numbers, so that every comma separates two.
    std::string_view left = field[0].substr(1, field[0].size() - 2);
    for (const char* separator = "["; !left.empty(); separator = ",") {
      const size_t size = std::min(left.find(','), left.size());
      to << separator << R"({"value":)" << left.substr(0, size) << R"(,"unit":"C"})";
      left.remove_prefix(std::min(size + 1, left.size()));
    }
    to << "]";
    return to.size();
  }
};

struct ParallelByHand {
  static constexpr std::string_view kMachine = "parallel";
  static constexpr Field kFields[] = {
      {"", "deviceId"}, {"", "timestamp"}, {"", "temperature"}, {"location", "site"}};
  size_t Splice(Fields field, std::string_view, char* out) {
    Splicer to(out);
    to << R"([{"device":)" << field[0] << R"(,"temperature":)" << field[2] << R"(},{"at":)"
       << field[1] << R"(,"site":)" << field[3] << "}]";
    return to.size();
  }
};

template <template <typename> typename Made, typename... ByHand>
std::unique_ptr<Way> MakeOneOf(const Workload& workload) {
  std::unique_ptr<Way> made;
  ((workload.machine() == ByHand::kMachine ? void(made = std::make_unique<Made<ByHand>>())
                                           : void()),
   ...);
  return made;
}

/// A `Made` of the workload's splice; null when nobody wrote it by hand.
template <template <typename> typename Made>
std::unique_ptr<Way> MakeByHand(const Workload& workload) {
  return MakeOneOf<Made, IotByHand, EnrichByHand, RouterByHand, PipelineByHand, MapByHand,
                   ParallelByHand>(workload);
}

}  // namespace aslx::bench
