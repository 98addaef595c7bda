#include "pipeline/tasks/http_client.h"

#include <algorithm>
#include <atomic>
#include <cctype>
#include <future>
#include <optional>
#include <thread>
#include <unordered_map>
#include <utility>

#include <concurrentqueue/concurrentqueue.h>
#include <curl/curl.h>
#include <fmt/core.h>

#include "pipeline/tasks/call_gate.h"
#include "pipeline/tasks/endpoint_watch.h"
#include "pipeline/tasks/http_reply.h"
#include "runtime/base/check.h"
#include "runtime/base/clock.h"
#include "runtime/base/limits.h"
#include "runtime/base/log.h"

namespace aslx {
namespace {

/// The loop looks at its queue at least this often, in ms; a call wakes it at once.
constexpr int kIdlePollMs = 1'000;

struct TransferKey {
  const AnswerSink* answers;
  SuspensionToken token;
  friend bool operator==(const TransferKey&, const TransferKey&) = default;
};

struct TransferKeyHash {
  size_t operator()(const TransferKey& key) const {
    uint64_t mixed = (uint64_t{key.token.execution} << 32 | key.token.serial) ^
                     uint64_t { key.token.generation } * 0x9E3779B97F4A7C15u ^
                     reinterpret_cast<uintptr_t>(key.answers);
    return static_cast<size_t>(mixed * 0xBF58476D1CE4E5B9u);
  }
};

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())))
    text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())))
    text.remove_suffix(1);
  return text;
}

struct Address {
  std::string scheme;  // empty: it was no URL
  std::string host;
  std::string port;

  std::string text() const { return host + ":" + port; }
};

/// Empty where it has none.
std::string PartOf(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return {};
  std::string lower;
  for (const char* at = text; *at != '\0'; ++at)
    lower += static_cast<char>(std::tolower(static_cast<unsigned char>(*at)));
  curl_free(text);
  return lower;
}

/// Read as a transfer reads it, which takes what has no scheme for http.
Address AddressOf(const std::string& url, const char* http_port) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parsed(curl_url(), curl_url_cleanup);
  constexpr unsigned kLenient = CURLU_GUESS_SCHEME | CURLU_NON_SUPPORT_SCHEME;
  if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), kLenient) != CURLUE_OK) return {};
  Address address{.scheme = PartOf(parsed.get(), CURLUPART_SCHEME),
                  .host = PartOf(parsed.get(), CURLUPART_HOST),
                  .port = PartOf(parsed.get(), CURLUPART_PORT)};
  if (address.port.empty()) address.port = address.scheme == "https" ? "443" : http_port;
  return address;
}

}  // namespace

/// One call: what is sent, and what came back so far.
struct HttpClient::Transfer {
  explicit Transfer(HttpCall made) : call(std::move(made)) {}
  ~Transfer() { curl_slist_free_all(header_list); }

  TransferKey key() const { return {call.answers, call.token}; }

  HttpCall call;
  CallGate<TransferKey>::HostId host = 0;
  std::optional<CallGate<TransferKey>::Place> place;  // among those that wait

  CURL* easy = nullptr;  // null: it waits for its turn
  curl_slist* header_list = nullptr;
  HttpReply reply;
  char error[CURL_ERROR_SIZE] = "";
};

/// The thread and everything libcurl.
class HttpClient::Loop {
 public:
  explicit Loop(const HttpLimits& http_limits);
  ~Loop();

  struct Command {
    std::unique_ptr<Transfer> start;
    TransferKey cancel{};
    /// Forget `cancel.answers`, then say so here.
    std::promise<void>* forgotten = nullptr;
  };
  void Enqueue(Command command) {
    commands_.enqueue(std::move(command));
    // One bell for all that comes until it is heard.
    if (!rung_.exchange(true, std::memory_order_acq_rel)) curl_multi_wakeup(multi_);
  }

 private:
  void Run();
  void Add(std::unique_ptr<Transfer> transfer);
  void Begin(Transfer& transfer);
  void BeginWaiting();
  void CancelTransfer(const TransferKey& key);
  void ForgetTransfers(const Command& command);
  void Finish(CURL* easy, CURLcode result);
  static const char* WhyFailed(const Transfer& transfer, CURLcode result) {
    return transfer.error[0] != '\0' ? transfer.error : curl_easy_strerror(result);
  }
  void Watch(const Transfer& transfer, CURLcode result);
  TaskAnswer AnswerOf(Transfer& transfer, CURLcode result);
  void End(Transfer& transfer);

  static size_t OnBody(char* data, size_t size, size_t count, void* transfer);
  static size_t OnHeader(char* data, size_t size, size_t count, void* transfer);

  CURLM* multi_;
  moodycamel::ConcurrentQueue<Command> commands_;
  std::atomic<bool> rung_{false};
  std::atomic<bool> stopping_{false};
  CallGate<TransferKey> gate_;
  std::unordered_map<TransferKey, std::unique_ptr<Transfer>, TransferKeyHash> transfers_;
  std::vector<CURL*> idle_;
  std::vector<std::pair<CURL*, CURLcode>> done_;
  std::vector<AnswerSink*> answered_;  // and not woken yet
  SystemClock clock_;
  EndpointWatch endpoints_{[](const std::string& line) { Log(LogLevel::kWarning, line); }};
  HttpReplyReader replies_;
  std::thread thread_;
};

HttpClient::Loop::Loop(const HttpLimits& http_limits)
    : gate_(static_cast<size_t>(http_limits.connections_max),
            static_cast<size_t>(http_limits.connections_per_host_max)) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
  multi_ = curl_multi_init();
  ASLX_CHECK(multi_ != nullptr);
  curl_multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS,
                    static_cast<long>(http_limits.connections_per_host_max));
  curl_multi_setopt(multi_, CURLMOPT_MAX_TOTAL_CONNECTIONS,
                    static_cast<long>(http_limits.connections_max));
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(http_limits.connections_max));
  thread_ = std::thread([this] { Run(); });
}

HttpClient::Loop::~Loop() {
  stopping_.store(true, std::memory_order_release);  // pairs with the acquire in Run
  curl_multi_wakeup(multi_);
  thread_.join();
  for (auto& [key, transfer] : transfers_)
    End(*transfer);
  for (CURL* easy : idle_)
    curl_easy_cleanup(easy);
  curl_multi_cleanup(multi_);
}

void HttpClient::Loop::Run() {
  while (!stopping_.load(std::memory_order_acquire)) {
    // Before the queue is looked at: what comes behind that look rings again.
    rung_.exchange(false, std::memory_order_acq_rel);
    Command command;
    while (commands_.try_dequeue(command)) {
      if (command.start != nullptr)
        Add(std::move(command.start));
      else if (command.forgotten != nullptr)
        ForgetTransfers(command);
      else
        CancelTransfer(command.cancel);
    }
    int running = 0;
    curl_multi_perform(multi_, &running);
    // All of them first: removing a handle goes through the messages that are left.
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg == CURLMSG_DONE)
        done_.emplace_back(message->easy_handle, message->data.result);
    }
    for (const auto& [easy, result] : done_)
      Finish(easy, result);
    done_.clear();
    for (AnswerSink* answers : answered_)
      answers->Wake();
    answered_.clear();
    BeginWaiting();
    curl_multi_poll(multi_, nullptr, 0, kIdlePollMs, nullptr);
  }
}

void HttpClient::Loop::Add(std::unique_ptr<Transfer> transfer) {
  Transfer& added = *transfer;
  added.host = gate_.HostOf(added.call.host);
  transfers_.insert_or_assign(added.key(), std::move(transfer));
  added.place = gate_.Enter(added.host, added.key());
  if (!added.place) Begin(added);
}

void HttpClient::Loop::BeginWaiting() {
  CallGate<TransferKey>::HostId host = 0;
  for (TransferKey key; gate_.Next(&host, &key);) {
    const auto found = transfers_.find(key);
    ASLX_CHECK(found != transfers_.end());
    Begin(*found->second);
  }
}

void HttpClient::Loop::Begin(Transfer& transfer) {
  CURL* easy = nullptr;
  if (idle_.empty()) {
    easy = curl_easy_init();
    ASLX_CHECK(easy != nullptr);
  } else {
    easy = idle_.back();
    idle_.pop_back();
  }
  const HttpCall& call = transfer.call;
  const HttpEndpoint& endpoint = *call.endpoint;
  for (const std::string& header : call.headers)
    transfer.header_list = curl_slist_append(transfer.header_list, header.c_str());

  Transfer* raw = &transfer;
  raw->easy = easy;
  curl_easy_setopt(easy, CURLOPT_URL, call.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_POST, 1L);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call.payload.size()));
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, call.payload.data());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, raw->header_list);
  curl_easy_setopt(easy, CURLOPT_PROXY, endpoint.proxy.c_str());
  curl_easy_setopt(easy, CURLOPT_NOPROXY, "");  // unset, it is what the environment says
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(endpoint.timeout_ms));
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(endpoint.connect_timeout_ms));
  if (!endpoint.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, endpoint.ca_file.c_str());
  if (!endpoint.client_cert.empty())
    curl_easy_setopt(easy, CURLOPT_SSLCERT, endpoint.client_cert.c_str());
  if (!endpoint.client_key.empty())
    curl_easy_setopt(easy, CURLOPT_SSLKEY, endpoint.client_key.c_str());
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Loop::OnBody);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, raw);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Loop::OnHeader);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, raw);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, raw->error);
  curl_easy_setopt(easy, CURLOPT_PRIVATE, raw);

  curl_multi_add_handle(multi_, easy);
}

void HttpClient::Loop::CancelTransfer(const TransferKey& key) {
  auto found = transfers_.find(key);
  if (found == transfers_.end()) return;
  End(*found->second);
  transfers_.erase(found);
}

void HttpClient::Loop::ForgetTransfers(const Command& command) {
  std::erase_if(transfers_, [&](const auto& entry) {
    if (entry.first.answers != command.cancel.answers) return false;
    End(*entry.second);
    return true;
  });
  command.forgotten->set_value();
}

void HttpClient::Loop::End(Transfer& transfer) {
  if (transfer.easy == nullptr) return gate_.GiveUp(transfer.host, *transfer.place);
  curl_multi_remove_handle(multi_, transfer.easy);
  curl_easy_reset(transfer.easy);
  idle_.push_back(std::exchange(transfer.easy, nullptr));
  gate_.Leave(transfer.host);
}

void HttpClient::Loop::Finish(CURL* easy, CURLcode result) {
  char* pointer = nullptr;
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, &pointer);
  auto found = transfers_.find(reinterpret_cast<Transfer*>(pointer)->key());
  ASLX_CHECK(found != transfers_.end());
  std::unique_ptr<Transfer> transfer = std::move(found->second);
  transfers_.erase(found);
  Watch(*transfer, result);
  TaskAnswer answer = AnswerOf(*transfer, result);
  End(*transfer);
  AnswerSink* const answers = transfer->call.answers;
  answers->AnswerQuietly(transfer->call.token, std::move(answer));
  if (std::ranges::find(answered_, answers) == answered_.end()) answered_.push_back(answers);
}

/// A function that takes too long is reached all the same.
void HttpClient::Loop::Watch(const Transfer& transfer, CURLcode result) {
  curl_off_t connected_us = 0;
  curl_easy_getinfo(transfer.easy, CURLINFO_PRETRANSFER_TIME_T, &connected_us);
  const bool too_slow = result == CURLE_OPERATION_TIMEDOUT && connected_us > 0;
  if (result == CURLE_OK || result == CURLE_WRITE_ERROR) {
    endpoints_.Answered(transfer.call.endpoint->url);
  } else if (!too_slow) {
    endpoints_.Failed(transfer.call.endpoint->url, WhyFailed(transfer, result), clock_.Now());
  }
}

TaskAnswer HttpClient::Loop::AnswerOf(Transfer& transfer, CURLcode result) {
  bool too_large = transfer.reply.body.size() > limits::kPayloadBytesMax;
  if (result == CURLE_OPERATION_TIMEDOUT) {
    return TaskAnswer::Failure("Lambda.ClientExecutionTimeoutException",
                               fmt::format("Unable to execute HTTP request: {}", transfer.error));
  }
  if (result != CURLE_OK && !too_large) {
    return TaskAnswer::Failure(
        "Lambda.SdkClientException",
        fmt::format("Unable to execute HTTP request: {}", WhyFailed(transfer, result)));
  }
  long status = 0;
  curl_easy_getinfo(transfer.easy, CURLINFO_RESPONSE_CODE, &status);
  transfer.reply.status = static_cast<int>(status);
  return replies_.AnswerOf(transfer.call.form, transfer.call.function, transfer.reply);
}

size_t HttpClient::Loop::OnBody(char* data, size_t size, size_t count, void* transfer) {
  std::string& body = static_cast<Transfer*>(transfer)->reply.body;
  body.append(data, size * count);
  // One byte more than allowed is enough to know; the rest need not come.
  return body.size() > limits::kPayloadBytesMax ? 0 : size * count;
}

size_t HttpClient::Loop::OnHeader(char* data, size_t size, size_t count, void* transfer) {
  auto& headers = static_cast<Transfer*>(transfer)->reply.headers;
  std::string_view line(data, size * count);
  if (line.starts_with("HTTP/")) {
    headers.clear();  // a new response (after 100 Continue)
  } else if (size_t colon = line.find(':'); colon != std::string_view::npos) {
    headers.emplace_back(line.substr(0, colon), Trimmed(line.substr(colon + 1)));
  }
  return size * count;
}

std::string ConnectionHost(const std::string& url, const std::string& proxy) {
  const Address called = AddressOf(url, "80");
  if (called.scheme.empty()) return url;
  const Address by = AddressOf(proxy, "1080");
  const bool hands_over = called.scheme == "http" && (by.scheme == "http" || by.scheme == "https");
  return (hands_over ? by : called).text();
}

HttpClient::HttpClient(const HttpLimits& http_limits)
    : loop_(std::make_unique<Loop>(http_limits)) {}
HttpClient::~HttpClient() = default;

void HttpClient::Start(HttpCall call) {
  loop_->Enqueue({.start = std::make_unique<Transfer>(std::move(call))});
}

void HttpClient::Cancel(const AnswerSink* answers, SuspensionToken token) {
  loop_->Enqueue({.start = nullptr, .cancel = {answers, token}});
}

void HttpClient::Forget(const AnswerSink* answers) {
  std::promise<void> forgotten;
  loop_->Enqueue({.start = nullptr, .cancel = {answers, {}}, .forgotten = &forgotten});
  forgotten.get_future().wait();
}

}  // namespace aslx
