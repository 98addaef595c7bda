#include "tests/reference/history.h"

#include "tests/reference/timestamp.h"

namespace aslx::reference {

int64_t History::Add(std::string_view type, int64_t previous, int64_t milliseconds,
                     std::string_view kind, Json::Members details) {
  const int64_t id = last_id() + 1;
  Json::Members event = {{"timestamp", Json::String(WriteTimestamp(milliseconds))},
                         {"type", Json::String(std::string(type))},
                         {"id", Json::Number(id)},
                         {"previousEventId", Json::Number(previous)}};
  if (!kind.empty()) {
    event.emplace_back(std::string(kind) + "EventDetails", Json::Object(std::move(details)));
  }
  events_.push_back(Json::Object(std::move(event)));
  return id;
}

}  // namespace aslx::reference
