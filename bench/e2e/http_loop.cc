// A bare libcurl multi loop that sends the requests of the `order` workload, and nothing else.
//
//   e2e_http_loop --url http://127.0.0.1:PORT --in-flight 2000
//
// As many callers as are to be in flight; each goes through the calls of one order after another,
// with the payloads and headers that aslx sends. libcurl is used as its manual has it for thousands
// of transfers: curl_multi_socket_action over epoll, handles and connections kept. It runs until it
// is ended. What it is not: an engine; answers are received and not looked at.
#include <csignal>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <curl/curl.h>
#include <sys/epoll.h>

#include "bench/e2e/die.h"

namespace aslx::bench {
namespace {

constexpr int kEventsAtOnce = 512;

volatile std::sig_atomic_t stop = 0;

/// The calls that the machine makes of an order that is in stock.
struct Call {
  const char* function;
  const char* payload;
};
constexpr Call kCalls[] = {
    {"flaky", R"({"failures":1})"},
    {"flaky", R"({"failures":1})"},
    {"checkInventory", R"({"order_id":"o-48151623","item":{"id":"apple","num_of_items":42}})"},
    {"updateOrder", R"({"order_id":"o-48151623","item":{"id":"apple","num_of_items":42},)"
                    R"("inventory":{"num_of_items":100}})"},
    {"updateInventory", R"({"order_id":"o-48151623","item":{"id":"apple","num_of_items":42},)"
                        R"("inventory":{"num_of_items":100}})"},
};

/// One order at a time.
struct Caller {
  CURL* easy = nullptr;
  curl_slist* headers = nullptr;
  size_t call = 0;
  std::string received;
};

class Loop {
 public:
  Loop(std::string url, size_t in_flight);
  void Run();

 private:
  static int OnSocket(CURL* easy, curl_socket_t socket, int what, void* loop, void* known);
  static int OnTimer(CURLM* multi, long timeout_ms, void* loop);
  static size_t OnBody(char* data, size_t size, size_t count, void* caller);
  void Begin(Caller& caller);
  void TakeFinished();

  const std::string url_;
  CURLM* multi_;
  int epoll_;
  long timeout_ms_ = -1;
  uint64_t orders_ = 0;
  std::vector<std::unique_ptr<Caller>> callers_;
};

Loop::Loop(std::string url, size_t in_flight)
    : url_(std::move(url)), multi_(curl_multi_init()), epoll_(epoll_create1(0)) {
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &OnSocket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &OnTimer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(in_flight));
  for (size_t i = 0; i < in_flight; ++i) {
    callers_.push_back(std::make_unique<Caller>());
    Begin(*callers_.back());
  }
}

int Loop::OnSocket(CURL*, curl_socket_t socket, int what, void* loop, void* known) {
  auto* self = static_cast<Loop*>(loop);
  epoll_event event{};
  event.data.fd = socket;
  if ((what & CURL_POLL_IN) != 0) event.events |= EPOLLIN;
  if ((what & CURL_POLL_OUT) != 0) event.events |= EPOLLOUT;
  if (what == CURL_POLL_REMOVE) {
    epoll_ctl(self->epoll_, EPOLL_CTL_DEL, socket, nullptr);
  } else {
    epoll_ctl(self->epoll_, known != nullptr ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, socket, &event);
    curl_multi_assign(self->multi_, socket, self);
  }
  return 0;
}

int Loop::OnTimer(CURLM*, long timeout_ms, void* loop) {
  static_cast<Loop*>(loop)->timeout_ms_ = timeout_ms;
  return 0;
}

size_t Loop::OnBody(char* data, size_t size, size_t count, void* caller) {
  static_cast<Caller*>(caller)->received.append(data, size * count);
  return size * count;
}

void Loop::Begin(Caller& caller) {
  if (caller.easy == nullptr) caller.easy = curl_easy_init();
  if (caller.call == 0) {
    char id[37];
    std::snprintf(id, sizeof id, "%08lx-0000-4000-8000-%012lx", orders_, orders_);
    ++orders_;
    curl_slist_free_all(caller.headers);
    caller.headers = curl_slist_append(nullptr, "Content-Type: application/json");
    caller.headers = curl_slist_append(caller.headers, "Expect:");
    caller.headers =
        curl_slist_append(caller.headers, (std::string("X-Aslx-Execution-Id: ") + id).c_str());
  }
  const Call& call = kCalls[caller.call];
  const std::string url = url_ + "/2015-03-31/functions/" + call.function + "/invocations";
  caller.received.clear();
  curl_easy_setopt(caller.easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(caller.easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(caller.easy, CURLOPT_POST, 1L);
  curl_easy_setopt(caller.easy, CURLOPT_POSTFIELDS, call.payload);
  curl_easy_setopt(caller.easy, CURLOPT_POSTFIELDSIZE,
                   static_cast<long>(std::strlen(call.payload)));
  curl_easy_setopt(caller.easy, CURLOPT_HTTPHEADER, caller.headers);
  curl_easy_setopt(caller.easy, CURLOPT_WRITEFUNCTION, &OnBody);
  curl_easy_setopt(caller.easy, CURLOPT_WRITEDATA, &caller);
  curl_easy_setopt(caller.easy, CURLOPT_PRIVATE, &caller);
  curl_multi_add_handle(multi_, caller.easy);
}

void Loop::TakeFinished() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    Caller* caller = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &caller);
    long status = 0;
    curl_easy_getinfo(message->easy_handle, CURLINFO_RESPONSE_CODE, &status);
    if (message->data.result != CURLE_OK || status != 200) {
      Die(std::string("a request failed: ") + curl_easy_strerror(message->data.result) +
          ", status " + std::to_string(status));
    }
    curl_multi_remove_handle(multi_, caller->easy);
    caller->call = (caller->call + 1) % std::size(kCalls);
    Begin(*caller);
  }
}

void Loop::Run() {
  std::vector<epoll_event> events(kEventsAtOnce);
  int running = 0;
  while (stop == 0) {
    const int count =
        epoll_wait(epoll_, events.data(), kEventsAtOnce, static_cast<int>(timeout_ms_));
    if (count <= 0) curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running);
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<size_t>(i)];
      int what = 0;
      if ((event.events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) what |= CURL_CSELECT_IN;
      if ((event.events & EPOLLOUT) != 0) what |= CURL_CSELECT_OUT;
      curl_multi_socket_action(multi_, event.data.fd, what, &running);
    }
    TakeFinished();
  }
}

}  // namespace
}  // namespace aslx::bench

int main(int argc, char** argv) {
  std::string url;
  size_t in_flight = 2'000;
  CLI::App app("A bare libcurl multi loop.");
  app.add_option("--url", url)->required();
  app.add_option("--in-flight", in_flight);
  CLI11_PARSE(app, argc, argv);
  std::signal(SIGTERM, [](int) { aslx::bench::stop = 1; });
  curl_global_init(CURL_GLOBAL_DEFAULT);
  aslx::bench::Loop(url, in_flight).Run();
  return 0;
}
