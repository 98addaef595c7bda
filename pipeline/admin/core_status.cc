#include "pipeline/admin/core_status.h"

#include <utility>

#include <fmt/core.h>

#include "runtime/base/log.h"

namespace aslx {

CoreStatus::CoreStatus(const std::string& pipeline, uint32_t worker_index)
    : pipeline_(pipeline),
      worker_index_(worker_index),
      warnings_(fmt::format("pipeline '{}', worker {}: ", pipeline, worker_index),
                [](const std::string& line) { Log(LogLevel::kWarning, line); }) {}

void CoreStatus::OnWarning(std::string_view what, std::string_view reason) {
  warnings_.Warn(what, reason, turned_ns());
}

void CoreStatus::OnHeld(std::string_view topic, int32_t partition, int64_t offset,
                        std::string_view reason) {
  std::string text = fmt::format("{}[{}] offset {}: {}", topic, partition, offset, reason);
  warnings_.Warn("a record can be neither processed nor dead-lettered and holds the commit point",
                 text, turned_ns());
  std::lock_guard lock(mutex_);
  held_ = std::move(text);
}

void CoreStatus::OnFinished(const Error* failure) {
  {
    std::lock_guard lock(mutex_);
    if (failure != nullptr) failure_ = *failure;
  }
  finished_.store(true, std::memory_order_release);
}

void CoreStatus::OnTurn(int64_t now_ns) {
  turned_ns_.store(now_ns, std::memory_order_relaxed);
  warnings_.Tick(now_ns);
}

void CoreStatus::ShowSource(bool assigned, std::vector<PartitionPosition> positions) {
  assigned_.store(assigned, std::memory_order_relaxed);
  std::lock_guard lock(mutex_);
  positions_ = std::move(positions);
}

std::optional<Error> CoreStatus::failure() const {
  if (!finished()) return std::nullopt;
  std::lock_guard lock(mutex_);
  return failure_;
}

std::string CoreStatus::held() const {
  std::lock_guard lock(mutex_);
  return held_;
}

std::vector<PartitionPosition> CoreStatus::positions() const {
  std::lock_guard lock(mutex_);
  return positions_;
}

}  // namespace aslx
