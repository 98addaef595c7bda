// HTTP for whoever operates the process: /livez, /readyz, /metrics.
//
// What it is not: the judgement (health.h) or the numbers (run_metrics.h); nor a way to change
// anything. Who uses it: pipeline/cli. Thread: built and destroyed by main; answers on threads of
// its own, which are pinned to no core. Memory: owns the socket and its threads.
#pragma once

#include <memory>
#include <string>

#include "pipeline/admin/run_status.h"
#include "runtime/base/clock.h"
#include "runtime/base/result.h"

namespace aslx {

struct AdminOptions {
  std::string host;
  int port = 0;  // 0: any free one
  /// Not empty: each request needs it as `Authorization: Bearer`.
  std::string token = {};
  /// Both empty: HTTP; else HTTPS.
  std::string certificate_file = {};
  std::string key_file = {};
};

class AdminServer {
 public:
  /// Listens when it returns. `run` and `clock` outlive the server.
  static Result<std::unique_ptr<AdminServer>> Start(const AdminOptions& options,
                                                    const RunStatus* run, Clock* clock);
  ~AdminServer();
  AdminServer(const AdminServer&) = delete;
  AdminServer& operator=(const AdminServer&) = delete;

  /// `http://127.0.0.1:9464`
  const std::string& url() const;

 private:
  class Impl;
  explicit AdminServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace aslx
