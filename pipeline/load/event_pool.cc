#include "pipeline/load/event_pool.h"

#include <algorithm>

#include <fmt/core.h>

namespace aslx {

EventPool EventPool::Generate(const EventTemplate& event, uint64_t seed, uint64_t count) {
  EventPool pool;
  Random random(seed);
  for (uint64_t sequence = 0; sequence < count; ++sequence) {
    const size_t begin = pool.text_.size();
    event.Write(sequence, &random, &pool.text_);
    pool.events_.push_back({begin, pool.text_.size() - begin});
    if (pool.text_.size() >= kBytesMax) break;
  }
  return pool;
}

Result<EventPool> EventPool::FromLines(std::string_view what, std::string_view text) {
  if (text.size() > kBytesMax) {
    return Fail(ErrorKind::kUsage,
                fmt::format("{}: {} bytes; at most {} are kept in memory and sent round and round",
                            what, text.size(), kBytesMax));
  }
  EventPool pool;
  pool.text_ = text;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    size_t size = end - begin;
    if (size > 0 && text[begin + size - 1] == '\r') --size;
    if (size > 0) pool.events_.push_back({begin, size});
    begin = end + 1;
  }
  if (pool.events_.empty())
    return Fail(ErrorKind::kUsage,
                fmt::format("{}: no event; expected one JSON text a line", what));
  return pool;
}

void EventPool::AddKeys(const EventTemplate& key, uint64_t seed) {
  Random random(seed);
  for (uint64_t sequence = 0; sequence < size(); ++sequence) {
    const size_t begin = text_.size();
    key.Write(sequence, &random, &text_);
    keys_.push_back({begin, text_.size() - begin});
  }
}

double EventPool::mean_bytes() const {
  size_t bytes = 0;
  for (const Place& place : events_)
    bytes += place.size;
  return static_cast<double>(bytes) / static_cast<double>(events_.size());
}

}  // namespace aslx
