#include "bench/inprocess/workload.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "runtime/base/check.h"

namespace aslx::bench {
namespace {

// SIMDJSON_PADDING of simdjson 3.0.1, and a multiple of it.
constexpr size_t kPadding = 64;

std::string Contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  ASLX_CHECK(file.good());
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

Workload Workload::Load(const std::string& folder, const std::string& name) {
  Workload workload;
  workload.name_ = name;
  const std::string path = folder + "/";
  workload.definition_ = Contents(path + std::string(workload.machine()) + ".asl.json");
  const std::string lines = Contents(path + name + ".ndjson");
  const auto count = static_cast<size_t>(std::count(lines.begin(), lines.end(), '\n'));
  ASLX_CHECK(count > 0);
  workload.text_.resize(lines.size() + count * kPadding);
  char* to = workload.text_.data();
  for (size_t from = 0; from < lines.size();) {
    const size_t size = lines.find('\n', from) - from;
    workload.events_.emplace_back(to, lines.copy(to, size, from));
    to += size + kPadding;
    from += size + 1;
  }
  return workload;
}

std::vector<std::string> Workload::NamesIn(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".ndjson") names.push_back(entry.path().stem().string());
  std::sort(names.begin(), names.end());
  return names;
}

std::string DefaultFolder() {
  return ASLX_BENCH_WORKLOADS;
}

}  // namespace aslx::bench
