// The functions of the `order` workload behind HTTP, each answer 50 ms after its request.
//
//   e2e_function_server [--delay-ms 50]     prints its port, then serves until it is ended
//
// One thread and epoll, since thousands of requests wait at once and what is measured is who calls.
// POST /2015-03-31/functions/NAME/invocations as Lambda's Invoke API does; GET /answered gives how
// many were answered. What it is not: measured, or a web server: a request comes whole or in parts,
// one at a time on a connection, with Content-Length.
#include <charconv>
#include <cstdio>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <CLI/CLI.hpp>
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <simdjson.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/e2e/die.h"
#include "bench/e2e/monotonic.h"

namespace aslx::bench {
namespace {

constexpr int kEventsAtOnce = 512;
constexpr size_t kReadBytes = 16 * 1'024;

/// What the shop of configs/examples answers; `failed` makes it an error of the function.
class Shop {
 public:
  std::string Answer(std::string_view function, std::string_view execution_id,
                     std::string_view payload, bool* failed) {
    *failed = false;
    if (function == "flaky") {
      // The first call of an execution fails, the second one does not.
      if (calls_.erase(std::string(execution_id)) > 0) return R"({"calls":2})";
      calls_.emplace(execution_id);
      *failed = true;
      return R"({"errorType":"FlakyError","errorMessage":"call 1 of 1 that fail"})";
    }
    simdjson::dom::element order;
    std::string_view order_id, item_id;
    int64_t wanted = 0;
    if (parser_.parse(payload.data(), payload.size()).get(order) != simdjson::SUCCESS ||
        order["order_id"].get(order_id) != simdjson::SUCCESS ||
        order["item"]["id"].get(item_id) != simdjson::SUCCESS ||
        order["item"]["num_of_items"].get(wanted) != simdjson::SUCCESS) {
      Die("not an order: " + std::string(payload));
    }
    const int64_t stock = item_id == "apple" ? 100 : item_id == "pear" ? 7 : 10;
    const auto text = [](std::string_view value) { return '"' + std::string(value) + '"'; };
    if (function == "checkInventory") {
      return R"({"order_id":)" + text(order_id) + R"(,"item":{"id":)" + text(item_id) +
             R"(,"num_of_items":)" + std::to_string(wanted) + R"(},"inventory":{"num_of_items":)" +
             std::to_string(stock) + "}}";
    }
    if (function == "updateOrder")
      return R"({"order_id":)" + text(order_id) + R"(,"status":"COMPLETE"})";
    if (function == "updateInventory") {
      return R"({"item_id":)" + text(item_id) + R"(,"num_of_items":)" +
             std::to_string(stock - wanted) + "}";
    }
    Die("no such function: " + std::string(function));
  }

 private:
  simdjson::dom::parser parser_;
  std::unordered_set<std::string> calls_;
};

struct Connection {
  int socket = -1;
  uint64_t serial = 0;
  std::string received;
  std::string to_send;
};

class Server {
 public:
  explicit Server(int64_t delay_ns);
  void Run();

 private:
  struct Due {
    int64_t at_ns;
    int socket;
    uint64_t serial;  // another connection may have the socket's number by then
  };
  void Accept();
  void Read(Connection& connection);
  bool TakeRequest(Connection& connection);
  void Send(Connection& connection);
  void Drop(int socket);
  int TimeoutMs() const;
  void SendDue();

  const int64_t delay_ns_;
  int listener_ = -1;
  int epoll_ = -1;
  Shop shop_;
  uint64_t answered_ = 0;
  uint64_t last_serial_ = 0;
  std::unordered_map<int, Connection> connections_;
  std::deque<Due> due_;  // in order: every delay is the same
};

Server::Server(int64_t delay_ns) : delay_ns_(delay_ns) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener_, any, size) != 0 || listen(listener_, SOMAXCONN) != 0 ||
      getsockname(listener_, any, &size) != 0) {
    Die("cannot listen on loopback");
  }
  epoll_ = epoll_create1(0);
  epoll_event event{.events = EPOLLIN, .data = {.fd = listener_}};
  epoll_ctl(epoll_, EPOLL_CTL_ADD, listener_, &event);
  std::printf("%d\n", ntohs(address.sin_port));
  std::fflush(stdout);
}

void Server::Run() {
  std::vector<epoll_event> events(kEventsAtOnce);
  while (true) {
    const int count = epoll_wait(epoll_, events.data(), kEventsAtOnce, TimeoutMs());
    for (int i = 0; i < count; ++i) {
      const int socket = events[static_cast<size_t>(i)].data.fd;
      if (socket == listener_) {
        Accept();
      } else if (const auto found = connections_.find(socket); found != connections_.end()) {
        Read(found->second);
      }
    }
    SendDue();
  }
}

int Server::TimeoutMs() const {
  if (due_.empty()) return -1;
  const int64_t left_ns = due_.front().at_ns - NowNs();
  return left_ns <= 0 ? 0 : static_cast<int>((left_ns + 999'999) / 1'000'000);
}

void Server::SendDue() {
  const int64_t now_ns = NowNs();
  for (; !due_.empty() && due_.front().at_ns <= now_ns; due_.pop_front()) {
    const auto found = connections_.find(due_.front().socket);
    if (found != connections_.end() && found->second.serial == due_.front().serial)
      Send(found->second);
  }
}

void Server::Accept() {
  for (int socket; (socket = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) {
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    Connection& connection = connections_[socket];
    connection.socket = socket;
    connection.serial = ++last_serial_;
    epoll_event event{.events = EPOLLIN, .data = {.fd = socket}};
    epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
  }
}

void Server::Drop(int socket) {
  close(socket);
  connections_.erase(socket);
}

void Server::Read(Connection& connection) {
  char buffer[kReadBytes];
  const ssize_t got = recv(connection.socket, buffer, sizeof buffer, 0);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) return Drop(connection.socket);
  connection.received.append(buffer, static_cast<size_t>(got));
  TakeRequest(connection);
}

/// The value of a header that stands in `head` as curl writes it.
std::string_view HeaderOf(std::string_view head, std::string_view name) {
  const std::string wanted = "\r\n" + std::string(name) + ": ";
  const size_t at = head.find(wanted);
  if (at == std::string_view::npos) return {};
  const size_t begin = at + wanted.size();
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

bool Server::TakeRequest(Connection& connection) {
  const std::string_view all = connection.received;
  const size_t head_end = all.find("\r\n\r\n");
  if (head_end == std::string_view::npos) return false;
  const std::string_view head = all.substr(0, head_end);
  const std::string_view length_text = HeaderOf(head, "Content-Length");
  size_t length = 0;
  std::from_chars(length_text.data(), length_text.data() + length_text.size(), length);
  if (all.size() < head_end + 4 + length) return false;
  const auto reply = [&](std::string_view body, const char* more) {
    connection.to_send = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" +
                         std::string(more) + "Content-Length: " + std::to_string(body.size()) +
                         "\r\n\r\n" + std::string(body);
  };
  if (head.starts_with("GET /answered ")) {
    reply(std::to_string(answered_), "");
    Send(connection);
  } else {
    constexpr std::string_view kBefore = "/functions/";
    const size_t begin = head.find(kBefore) + kBefore.size();
    const std::string_view function = head.substr(begin, head.find('/', begin) - begin);
    bool failed = false;
    const std::string body = shop_.Answer(function, HeaderOf(head, "X-Aslx-Execution-Id"),
                                          all.substr(head_end + 4, length), &failed);
    reply(body, failed ? "X-Amz-Function-Error: Unhandled\r\n" : "");
    ++answered_;
    due_.push_back({NowNs() + delay_ns_, connection.socket, connection.serial});
  }
  connection.received.clear();
  return true;
}

void Server::Send(Connection& connection) {
  // Far less than a socket's buffer: it goes at once, or the other end is gone.
  const ssize_t sent =
      send(connection.socket, connection.to_send.data(), connection.to_send.size(), MSG_NOSIGNAL);
  if (sent != static_cast<ssize_t>(connection.to_send.size())) Drop(connection.socket);
}

}  // namespace
}  // namespace aslx::bench

int main(int argc, char** argv) {
  int64_t delay_ms = 50;
  CLI::App app("Functions of the order workload behind HTTP.");
  app.add_option("--delay-ms", delay_ms);
  CLI11_PARSE(app, argc, argv);
  aslx::bench::Server(delay_ms * 1'000'000).Run();
}
