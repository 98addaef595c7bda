// Which calls may be under way: so many in all, and so many to a host. The others wait, those to
// one host in their order.
//
// What it is for: libcurl would hold the waiting ones, too, and goes through all of them for each
// call that ends. What it is not: a time-out; a call that waits has not begun.
// Thread: one. Memory: of a call that waits, its key; a place is good until Next or GiveUp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/check.h"

namespace aslx {

template <typename Key>
class CallGate {
 public:
  using HostId = uint32_t;
  using Place = typename std::list<Key>::iterator;

  CallGate(size_t calls_max, size_t calls_per_host_max)
      : calls_max_(calls_max), calls_per_host_max_(calls_per_host_max) {}

  /// By its name, whatever that is. There are no more hosts than endpoints are configured: a few.
  HostId HostOf(std::string_view name) {
    for (HostId id = 0; id < hosts_.size(); ++id)
      if (hosts_[id].name == name) return id;
    hosts_.push_back({.name = std::string(name), .calls = 0, .waiting = {}});
    return static_cast<HostId>(hosts_.size() - 1);
  }

  /// Nothing: it may begin, and Leaves at its end. Its place: it waits, and Next will say when.
  std::optional<Place> Enter(HostId id, const Key& key) {
    Host& host = hosts_[id];
    // Whoever waits already comes first.
    if (host.waiting.empty() && HasRoom(host)) {
      Count(host);
      return std::nullopt;
    }
    ++waiting_count_;
    return host.waiting.insert(host.waiting.end(), key);
  }
  /// It waits no longer.
  void GiveUp(HostId host, Place place) {
    hosts_[host].waiting.erase(place);
    --waiting_count_;
  }
  void Leave(HostId host) {
    ASLX_CHECK(hosts_[host].calls > 0);
    --hosts_[host].calls;
    --calls_;
  }
  /// One that may begin now, hosts in turns; false when there is none. Its place is no more.
  bool Next(HostId* id, Key* key) {
    for (size_t looked = 0; waiting_count_ > 0 && looked < hosts_.size(); ++looked) {
      next_host_ = (next_host_ + 1) % static_cast<HostId>(hosts_.size());
      Host& host = hosts_[next_host_];
      if (host.waiting.empty() || !HasRoom(host)) continue;
      *id = next_host_;
      *key = host.waiting.front();
      host.waiting.pop_front();
      --waiting_count_;
      Count(host);
      return true;
    }
    return false;
  }

 private:
  struct Host {
    std::string name;
    size_t calls = 0;
    std::list<Key> waiting;
  };

  bool HasRoom(const Host& host) const {
    return calls_ < calls_max_ && host.calls < calls_per_host_max_;
  }
  void Count(Host& host) {
    ++host.calls;
    ++calls_;
  }

  const size_t calls_max_;
  const size_t calls_per_host_max_;
  std::vector<Host> hosts_;
  size_t calls_ = 0;
  size_t waiting_count_ = 0;
  HostId next_host_ = 0;
};

}  // namespace aslx
