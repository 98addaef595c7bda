#include "pipeline/admin/admin_server.h"

#include <cerrno>
#include <cstring>
#include <thread>

#include <fmt/core.h>
#include <httplib.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include "pipeline/admin/health.h"
#include "pipeline/admin/run_metrics.h"

namespace aslx {
namespace {

/// A scrape and the two probes at once, and one to spare for somebody who is slow.
constexpr size_t kThreads = 4;
/// Of one read or write; whoever is slower is disconnected, so that a thread is free again.
constexpr time_t kSocketSeconds = 2;
/// Requests are lines without a body.
constexpr size_t kRequestBytesMax = 64 * 1'024;

/// The oldest complaint of OpenSSL, which is the one that says what is wrong.
std::string TlsComplaint() {
  char text[256] = "no reason given";
  if (const unsigned long code = ERR_get_error(); code != 0)
    ERR_error_string_n(code, text, sizeof text);
  ERR_clear_error();
  return text;
}

/// Takes as long whatever of the token is right; only its length is not hidden.
bool IsToken(const std::string& authorization, const std::string& token) {
  const std::string wanted = "Bearer " + token;
  return authorization.size() == wanted.size() &&
         CRYPTO_memcmp(authorization.data(), wanted.data(), wanted.size()) == 0;
}

void AnswerHealth(const HealthReasons& reasons, httplib::Response& response) {
  std::string text;
  for (const std::string& reason : reasons)
    text += reason + "\n";
  response.status = reasons.empty() ? 200 : 503;
  response.set_content(reasons.empty() ? "ok\n" : text, "text/plain; charset=utf-8");
}

}  // namespace

class AdminServer::Impl {
 public:
  Impl(const AdminOptions& options, const RunStatus* run, Clock* clock)
      : options_(options), run_(run), clock_(clock) {}

  ~Impl() {
    if (!thread_.joinable()) return;
    server_->stop();
    thread_.join();
  }

  Result<void> Start() {
    if (Result<void> made = MakeServer(); !made) return made;
    server_->new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
    // A connection that is kept would keep its thread.
    server_->set_keep_alive_max_count(1);
    server_->set_read_timeout(kSocketSeconds);
    server_->set_write_timeout(kSocketSeconds);
    server_->set_payload_max_length(kRequestBytesMax);
    // The library's own choice, SO_REUSEPORT, lets two processes share a port without a word.
    server_->set_socket_options([](int socket) {
      const int yes = 1;
      setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
    AddHandlers();
    if (Result<void> bound = Bind(); !bound) return bound;
    thread_ = std::thread([this] { server_->listen_after_bind(); });
    // stop() does nothing before the loop has begun.
    while (!server_->is_running())
      std::this_thread::yield();
    return {};
  }

  const std::string& url() const { return url_; }

 private:
  Result<void> MakeServer() {
    if (options_.certificate_file.empty()) {
      server_ = std::make_unique<httplib::Server>();
      return {};
    }
    std::string complaint;
    server_ = std::make_unique<httplib::SSLServer>([&](SSL_CTX& context) {
      ERR_clear_error();
      SSL_CTX_set_min_proto_version(&context, TLS1_2_VERSION);
      // A key with a pass phrase is refused; the library's own way is to ask on the terminal.
      SSL_CTX_set_default_passwd_cb(&context, [](char*, int, int, void*) { return -1; });
      if (SSL_CTX_use_certificate_chain_file(&context, options_.certificate_file.c_str()) != 1) {
        complaint =
            fmt::format("certificate_file '{}': {}", options_.certificate_file, TlsComplaint());
      } else if (SSL_CTX_use_PrivateKey_file(&context, options_.key_file.c_str(),
                                             SSL_FILETYPE_PEM) != 1 ||
                 SSL_CTX_check_private_key(&context) != 1) {
        complaint = fmt::format("key_file '{}': {}", options_.key_file, TlsComplaint());
      }
      return complaint.empty();
    });
    if (complaint.empty()) return {};
    return Fail(ErrorKind::kConfiguration, fmt::format("admin.tls: {}", complaint));
  }

  void AddHandlers() {
    server_->set_pre_routing_handler(
        [this](const httplib::Request& request, httplib::Response& response) {
          if (options_.token.empty() ||
              IsToken(request.get_header_value("Authorization"), options_.token)) {
            return httplib::Server::HandlerResponse::Unhandled;
          }
          response.status = 401;
          response.set_header("WWW-Authenticate", "Bearer");
          response.set_content("the token is missing or wrong\n", "text/plain; charset=utf-8");
          return httplib::Server::HandlerResponse::Handled;
        });
    server_->Get("/livez", [this](const httplib::Request&, httplib::Response& response) {
      AnswerHealth(WhyNotAlive(*run_, clock_->Now()), response);
    });
    server_->Get("/readyz", [this](const httplib::Request&, httplib::Response& response) {
      AnswerHealth(WhyNotReady(*run_), response);
    });
    server_->Get("/metrics", [this](const httplib::Request&, httplib::Response& response) {
      response.set_content(MetricsText(*run_), kMetricsType);
    });
  }

  Result<void> Bind() {
    errno = 0;
    int port = options_.port;
    const bool bound = port == 0 ? (port = server_->bind_to_any_port(options_.host)) > 0
                                 : server_->bind_to_port(options_.host, port);
    const std::string shown_host =
        options_.host.find(':') == std::string::npos ? options_.host : "[" + options_.host + "]";
    if (!bound) {
      return Fail(ErrorKind::kConfiguration,
                  fmt::format("admin: cannot listen on {}:{}: {}", shown_host, options_.port,
                              errno != 0 ? std::strerror(errno) : "no such address"));
    }
    url_ = fmt::format("{}://{}:{}", options_.certificate_file.empty() ? "http" : "https",
                       shown_host, port);
    return {};
  }

  AdminOptions options_;
  const RunStatus* run_;
  Clock* clock_;
  std::unique_ptr<httplib::Server> server_;
  std::thread thread_;
  std::string url_;
};

AdminServer::AdminServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
AdminServer::~AdminServer() = default;

Result<std::unique_ptr<AdminServer>> AdminServer::Start(const AdminOptions& options,
                                                        const RunStatus* run, Clock* clock) {
  auto impl = std::make_unique<Impl>(options, run, clock);
  if (Result<void> started = impl->Start(); !started) return tl::unexpected<Error>(started.error());
  return std::unique_ptr<AdminServer>(new AdminServer(std::move(impl)));
}

const std::string& AdminServer::url() const {
  return impl_->url();
}

}  // namespace aslx
