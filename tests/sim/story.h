// What happened: a digest of all of it, a line a step for people who ask for it, and the first
// promise that was broken.
//
// What it is not: a log; nothing is kept. Who uses it: every part of the simulation.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <type_traits>

#include <fmt/core.h>
#include <xxhash.h>

#include "tests/sim/timeline.h"

namespace aslx::sim {

class Story {
 public:
  /// `to` may be null: nothing is shown then.
  Story(uint64_t seed, const Timeline* timeline, std::FILE* to)
      : seed_(seed), timeline_(timeline), to_(to) {}
  Story(const Story&) = delete;
  Story& operator=(const Story&) = delete;

  /// `who` did what `format` and the rest say.
  template <typename... Parts>
  void Tell(std::string_view who, fmt::format_string<Parts...> format, Parts&&... parts) {
    Mix(static_cast<uint64_t>(timeline_->now_ns()));
    MixText(who);
    const fmt::string_view text = format;
    MixText({text.data(), text.size()});
    (MixPart(parts), ...);
    if (to_ != nullptr) Show(who, fmt::format(format, std::forward<Parts>(parts)...));
  }

  /// A promise is broken: the first one ends the run.
  template <typename... Parts>
  void Break(fmt::format_string<Parts...> format, Parts&&... parts) {
    if (broken()) return;
    finding_ = fmt::format("seed {}, step {}, at {:.6f} s: {}", seed_, timeline_->step(), seconds(),
                           fmt::format(format, std::forward<Parts>(parts)...));
    Mix(0xBAD);
    if (to_ != nullptr) Show("BROKEN", finding_);
  }

  bool broken() const { return !finding_.empty(); }
  const std::string& finding() const { return finding_; }
  uint64_t digest() const { return digest_; }
  uint64_t seed() const { return seed_; }

 private:
  double seconds() const { return static_cast<double>(timeline_->now_ns()) / 1e9; }
  void Show(std::string_view who, const std::string& what) const {
    fmt::print(to_, "{:12.6f} {:<10} {}\n", seconds(), who, what);
  }
  void Mix(uint64_t word) {
    digest_ = (digest_ ^ word) * 0x9E3779B97F4A7C15u;
    digest_ ^= digest_ >> 29;
  }
  void MixText(std::string_view text) { Mix(XXH3_64bits(text.data(), text.size())); }
  template <typename Part>
  void MixPart(const Part& part) {
    if constexpr (std::is_convertible_v<const Part&, std::string_view>) {
      MixText(part);
    } else {
      Mix(static_cast<uint64_t>(part));
    }
  }

  uint64_t seed_;
  const Timeline* timeline_;
  std::FILE* to_;
  uint64_t digest_ = 0;
  std::string finding_;
};

}  // namespace aslx::sim
