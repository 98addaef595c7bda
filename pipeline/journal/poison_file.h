// The poison journal of one process and pipeline: a small mapped file that survives SIGKILL.
//
// What it is: a line a worker (which record is inside Run), and the suspects of earlier crashes.
// What it is not: durable against the loss of the machine; lines that another boot of it left are
// not believed. Who uses it: pipeline/cli opens one for each pipeline that reads Kafka and hands
// every worker its journal. Thread: Open from main's, Pardon from any; a worker's journal from its
// own. Memory: owns the mapping and the journals; outlives the flows.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "pipeline/flow/poison_journal.h"
#include "pipeline/journal/crash_watch.h"
#include "runtime/base/result.h"

namespace aslx {

struct PoisonFileOptions {
  std::string folder;    // made when it is not there
  std::string instance;  // the process's identity
  std::string pipeline;
  std::string boot_id;  // of the machine, see BootId()
  std::vector<std::string> topics;
  uint32_t worker_count = 1;
};

struct PoisonMapping;

class PoisonFile {
 public:
  /// Takes over what an earlier process of this identity left: the record that its crashed thread
  /// was executing becomes a suspect, or has one crash more; without that knowledge, each one that
  /// was inside Run. kConfiguration when another process has the file, or
  /// when it cannot be made. A file that is damaged or none of ours is replaced, with a warning.
  static Result<std::unique_ptr<PoisonFile>> Open(const PoisonFileOptions& options);
  ~PoisonFile();
  PoisonFile(const PoisonFile&) = delete;
  PoisonFile& operator=(const PoisonFile&) = delete;

  PoisonJournal* OfWorker(uint32_t worker_index);
  /// The process is about to end on purpose, whatever its workers are doing: nobody is to blame.
  void Pardon();

  const std::string& path() const { return path_; }
  const std::vector<PoisonSuspect>& suspects() const { return suspects_; }

 private:
  class WorkerJournal;

  PoisonFile();

  std::string path_;
  std::unique_ptr<PoisonMapping> mapping_;
  std::unique_ptr<CrashWatch> crash_watch_;  // refers to the mapping
  std::vector<std::string> topics_;
  std::vector<PoisonSuspect> suspects_;  // as they were at Open; in the order of the file
  std::vector<std::unique_ptr<WorkerJournal>> journals_;
};

/// Tells one boot of the machine from another; empty where the system does not say.
std::string BootId();

/// Where state goes unless it is configured: what systemd names, else the user's state folder.
/// Empty when the environment names neither.
std::string DefaultStateFolder();

}  // namespace aslx
