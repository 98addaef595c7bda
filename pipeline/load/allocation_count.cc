#include "pipeline/load/allocation_count.h"

#include <cstddef>
#include <string>

extern "C" {
// jemalloc's, where the executable is linked with it; null where it is not.
int mallctl(const char* name, void* old_value, size_t* old_size, void* new_value, size_t new_size)
    __attribute__((weak));
}

namespace aslx {
namespace {

template <typename Value>
bool Ask(const std::string& name, Value* value) {
  size_t size = sizeof *value;
  return mallctl(name.c_str(), value, &size, nullptr, 0) == 0;
}

}  // namespace

std::optional<AllocationCount> ReadAllocations() {
  if (mallctl == nullptr) return std::nullopt;
  bool counts = false;
  if (!Ask("config.stats", &counts) || !counts) return std::nullopt;
  uint64_t epoch = 1;
  size_t size = sizeof epoch;
  if (mallctl("epoch", &epoch, &size, &epoch, size) != 0) return std::nullopt;
  // Of all arenas together (MALLCTL_ARENAS_ALL), by size class, so that bytes can be told.
  constexpr const char* kAll = "stats.arenas.4096.";
  AllocationCount all;
  unsigned bins = 0;
  unsigned extents = 0;
  if (!Ask("arenas.nbins", &bins) || !Ask("arenas.nlextents", &extents)) return std::nullopt;
  const auto add = [&all](const std::string& requests, const std::string& bytes) {
    uint64_t count = 0;
    size_t one = 0;
    if (!Ask(requests, &count) || !Ask(bytes, &one)) return false;
    all.count += count;
    all.bytes += count * one;
    return true;
  };
  for (unsigned i = 0; i < bins; ++i) {
    const std::string at = std::to_string(i);
    if (!add(kAll + ("bins." + at + ".nrequests"), "arenas.bin." + at + ".size"))
      return std::nullopt;
  }
  for (unsigned i = 0; i < extents; ++i) {
    const std::string at = std::to_string(i);
    if (!add(kAll + ("lextents." + at + ".nrequests"), "arenas.lextent." + at + ".size"))
      return std::nullopt;
  }
  return all;
}

}  // namespace aslx
