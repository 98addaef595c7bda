#include "pipeline/journal/poison_file.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <new>

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pipeline/journal/poison_layout.h"
#include "runtime/base/check.h"
#include "runtime/base/log.h"
#include "runtime/base/read_file.h"

namespace aslx {

/// The file while it is open: locked, mapped, and all of its blocks taken, so that a full disk
/// cannot turn a store to it into a signal.
struct PoisonMapping {
  ~PoisonMapping() {
    if (at != nullptr) munmap(at, layout.bytes());
    if (file >= 0) close(file);
  }
  PoisonHeader& header() { return *reinterpret_cast<PoisonHeader*>(at); }
  PoisonLine& line(uint32_t index) {
    return reinterpret_cast<PoisonLine*>(at + layout.lines_at())[index];
  }
  PoisonPlace& place(uint32_t index) {
    return reinterpret_cast<PoisonPlace*>(at + layout.suspects_at())[index];
  }

  int file = -1;
  PoisonLayout layout;
  char* at = nullptr;
};

namespace {

constexpr mode_t kFileMode = 0640;
// A file that is replaced between opening and locking it is opened again; its new owner has it
// locked, so more than a few rounds mean that something else is wrong.
constexpr int kLockRoundsMax = 10;

/// A name as part of a path: whatever could end it or hide it is written %XX.
std::string AsFileName(std::string_view name) {
  std::string text;
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || (c == '.' && !text.empty());
    if (plain) {
      text += c;
    } else {
      text += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return text;
}

tl::unexpected<Error> CannotKeep(const std::string& path, std::string_view why) {
  return Fail(ErrorKind::kConfiguration,
              fmt::format("the poison journal {} cannot be kept: {} (see state_dir)", path, why));
}

/// Opens and locks it; what is locked is what stands under the path.
Result<int> OpenLocked(const std::string& path) {
  for (int round = 0; round < kLockRoundsMax; ++round) {
    const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, kFileMode);
    if (file < 0) return CannotKeep(path, std::strerror(errno));
    if (flock(file, LOCK_EX | LOCK_NB) != 0) {
      const int error = errno;
      close(file);
      if (error != EWOULDBLOCK) return CannotKeep(path, std::strerror(error));
      return CannotKeep(path,
                        "another process with the same cluster.instance_id runs this pipeline; "
                        "processes side by side need an instance_id each");
    }
    struct stat opened {};
    struct stat named {};
    if (fstat(file, &opened) == 0 && stat(path.c_str(), &named) == 0 &&
        opened.st_ino == named.st_ino && opened.st_dev == named.st_dev) {
      return file;
    }
    close(file);
  }
  return CannotKeep(path, "it is replaced again and again");
}

/// Suspects of topics that the pipeline no longer reads are nobody's.
std::vector<PoisonSuspect> SuspectsIn(const std::string& path, const PoisonFileOptions& options) {
  const Result<std::string> bytes = ReadFile(path, ErrorKind::kConfiguration);
  std::string why = bytes ? "" : bytes.error().message;
  if (bytes && bytes->empty()) return {};  // made a moment ago
  const auto remains = bytes ? DecodePoison(*bytes, options.boot_id, &why) : std::nullopt;
  if (!remains) {
    Log(LogLevel::kWarning,
        fmt::format("{}: {}; it is replaced, and crashes are counted from 0", path, why));
    return {};
  }
  for (const PoisonSuspect& crashed : remains->crashed) {
    Log(LogLevel::kWarning,
        fmt::format("pipeline '{}': topic '{}', partition {}, offset {} was being executed when "
                    "the process crashed",
                    options.pipeline, crashed.topic, crashed.partition, crashed.offset));
  }
  std::vector<PoisonSuspect> suspects = MergeSuspects(*remains);
  std::erase_if(suspects, [&](const PoisonSuspect& suspect) {
    return std::ranges::find(options.topics, suspect.topic) == options.topics.end();
  });
  return suspects;
}

/// A new file with these suspects, locked and mapped, under a name of its own.
Result<std::unique_ptr<PoisonMapping>> MakeFile(const std::string& path,
                                                const PoisonFileOptions& options,
                                                const std::vector<PoisonSuspect>& suspects) {
  auto mapping = std::make_unique<PoisonMapping>();
  mapping->layout.topic_count = static_cast<uint32_t>(options.topics.size());
  mapping->layout.line_count = options.worker_count;
  const size_t bytes = mapping->layout.bytes();
  mapping->file =
      open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, kFileMode);
  if (mapping->file < 0 || flock(mapping->file, LOCK_EX | LOCK_NB) != 0) {
    return CannotKeep(path, std::strerror(errno));
  }
  const int error = posix_fallocate(mapping->file, 0, static_cast<off_t>(bytes));
  if (error != 0) return CannotKeep(path, std::strerror(error));
  void* const at = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, mapping->file, 0);
  if (at == MAP_FAILED) return CannotKeep(path, std::strerror(errno));
  mapping->at = static_cast<char*>(at);

  for (uint32_t i = 0; i < mapping->layout.topic_count; ++i) {
    std::string_view(options.topics[i])
        .copy(mapping->at + mapping->layout.topics_at() + i * kPoisonTopicBytes,
              kPoisonTopicBytes - 1);
  }
  for (uint32_t i = 0; i < mapping->layout.line_count; ++i)
    new (&mapping->line(i)) PoisonLine();
  for (uint32_t i = 0; i < suspects.size(); ++i) {
    PoisonPlace* const place = new (&mapping->place(i)) PoisonPlace();
    place->offset = suspects[i].offset;
    place->wall_ns = suspects[i].last_wall_ns;
    place->partition = suspects[i].partition;
    place->topic_index = static_cast<uint32_t>(
        std::ranges::find(options.topics, suspects[i].topic) - options.topics.begin());
    place->crash_count = suspects[i].crash_count;
    place->taken.store(1, std::memory_order_relaxed);  // nobody reads it before the rename
  }
  PoisonHeader* const header = new (&mapping->header()) PoisonHeader();
  header->format = kPoisonFormat;
  header->topic_count = mapping->layout.topic_count;
  header->line_count = mapping->layout.line_count;
  header->suspect_count = mapping->layout.suspect_count;
  options.boot_id.copy(header->boot_id.data(), header->boot_id.size());
  kPoisonMagic.copy(header->magic.data(), header->magic.size());
  return mapping;
}

}  // namespace

class PoisonFile::WorkerJournal final : public PoisonJournal {
 public:
  WorkerJournal(PoisonFile* file, PoisonLine* line) : file_(file), line_(line) {}

  std::span<const PoisonSuspect> Suspects() const override { return file_->suspects_; }

  uint32_t TopicIndex(std::string_view topic) const override {
    const auto found = std::ranges::find(file_->topics_, topic);
    ASLX_CHECK(found != file_->topics_.end());
    return static_cast<uint32_t>(found - file_->topics_.begin());
  }

  void Enter(uint32_t topic_index, int32_t partition, int64_t offset, int64_t wall_ns) override {
    line_->offset = offset;
    line_->wall_ns = wall_ns;
    line_->partition = partition;
    line_->topic_index = topic_index;
    // Release: the fields are there before the mark. The reader is the next process, which finds
    // what this thread had stored, in the order of its program, when it was stopped.
    line_->inside.store(kInside, std::memory_order_release);
    CrashWatch::BeginRun(&line_->inside);
  }

  void Leave() override {
    CrashWatch::EndRun();
    // Relaxed, and the compiler keeps the fields of the next Enter behind it.
    line_->inside.store(kOutside, std::memory_order_relaxed);
    std::atomic_signal_fence(std::memory_order_seq_cst);
  }

  void Forget(const PoisonSuspect& suspect) override {
    for (uint32_t i = 0; i < file_->suspects_.size(); ++i) {
      const PoisonSuspect& known = file_->suspects_[i];
      if (known.offset == suspect.offset && known.partition == suspect.partition &&
          known.topic == suspect.topic) {
        // Relaxed: the place's fields do not change, and the reader is the next process.
        file_->mapping_->place(i).taken.store(0, std::memory_order_relaxed);
      }
    }
  }

 private:
  PoisonFile* file_;
  PoisonLine* line_;
};

PoisonFile::PoisonFile() = default;
PoisonFile::~PoisonFile() = default;

Result<std::unique_ptr<PoisonFile>> PoisonFile::Open(const PoisonFileOptions& options) {
  const std::filesystem::path folder =
      std::filesystem::path(options.folder) / AsFileName(options.instance);
  std::unique_ptr<PoisonFile> file(new PoisonFile());
  file->path_ = (folder / (AsFileName(options.pipeline) + ".journal")).string();
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return CannotKeep(file->path_, error.message());
  for (const std::string& topic : options.topics) {
    if (topic.empty() || topic.size() >= kPoisonTopicBytes)
      return CannotKeep(file->path_, fmt::format("topic '{}': no topic has such a name", topic));
  }
  const Result<int> held = OpenLocked(file->path_);
  if (!held) return tl::unexpected<Error>(held.error());
  file->suspects_ = SuspectsIn(file->path_, options);
  // Replaced in one step: a crash in between leaves the old file, whose lines count once.
  const std::string fresh = file->path_ + ".new";
  Result<std::unique_ptr<PoisonMapping>> made = MakeFile(fresh, options, file->suspects_);
  if (made && std::rename(fresh.c_str(), file->path_.c_str()) != 0) {
    made = CannotKeep(file->path_, std::strerror(errno));
  }
  close(*held);
  if (!made) return tl::unexpected<Error>(made.error());
  file->mapping_ = std::move(*made);
  file->topics_ = options.topics;
  file->crash_watch_ = std::make_unique<CrashWatch>(&file->mapping_->header().ending);
  for (uint32_t i = 0; i < options.worker_count; ++i) {
    file->journals_.push_back(
        std::make_unique<WorkerJournal>(file.get(), &file->mapping_->line(i)));
  }
  return file;
}

PoisonJournal* PoisonFile::OfWorker(uint32_t worker_index) {
  ASLX_CHECK(worker_index < journals_.size());
  return journals_[worker_index].get();
}

void PoisonFile::Pardon() {
  // Release: nothing that follows, such as the end of the process, comes before it.
  mapping_->header().ending.store(kEndPardoned, std::memory_order_release);
}

std::string BootId() {
  Result<std::string> text = ReadFile("/proc/sys/kernel/random/boot_id", ErrorKind::kConfiguration);
  if (!text) return {};
  return text->substr(0, text->find('\n'));
}

std::string DefaultStateFolder() {
  const auto value = [](const char* name) {
    const char* const text = std::getenv(name);
    return std::string(text != nullptr ? text : "");
  };
  // systemd's StateDirectory=; several are separated by colons.
  if (const std::string folders = value("STATE_DIRECTORY"); !folders.empty())
    return folders.substr(0, folders.find(':'));
  if (const std::string folder = value("XDG_STATE_HOME"); !folder.empty()) return folder + "/aslx";
  if (const std::string home = value("HOME"); !home.empty()) return home + "/.local/state/aslx";
  return {};
}

}  // namespace aslx
