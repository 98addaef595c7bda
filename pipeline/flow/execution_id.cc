#include "pipeline/flow/execution_id.h"

namespace aslx {
namespace {

// The finaliser of SplitMix64: a bijection, so that what differs stays different.
uint64_t Mix(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

uint64_t Add(uint64_t hash, std::string_view text) {
  for (const char c : text)
    hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001B3u;  // FNV-1a
  return Mix(hash ^ text.size());
}

}  // namespace

ExecutionIdSeed SeedExecutionIds(std::string_view cluster, std::string_view topic,
                                 int32_t partition, uint64_t program_hash) {
  ExecutionIdSeed seed{0xCBF29CE484222325u, 0x9E3779B97F4A7C15u};
  for (uint64_t* half : {&seed.high, &seed.low}) {
    *half = Add(*half, cluster);
    *half = Add(*half, topic);
    *half = Mix(*half + static_cast<uint64_t>(partition));
    *half = Mix(*half + program_hash);
  }
  return seed;
}

ExecutionId ExecutionIdOf(const ExecutionIdSeed& seed, int64_t offset) {
  const auto number = static_cast<uint64_t>(offset);
  return {Mix(seed.high + number), Mix(seed.low ^ (number * 0x9E3779B97F4A7C15u))};
}

}  // namespace aslx
