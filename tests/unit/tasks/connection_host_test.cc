// Which endpoints share the connections of a host.
#include <gtest/gtest.h>

#include "pipeline/tasks/http_client.h"

namespace aslx {
namespace {

TEST(ConnectionHost, IsTheSame_ForTheSameConnections) {
  constexpr struct {
    const char* url;
    const char* proxy;
    const char* host;
  } kCases[] = {
      {"http://a:8080", "", "a:8080"},
      {"HTTP://A:8080/x/y?z#q", "", "a:8080"},
      {"http://user:word@a:8080/", "", "a:8080"},
      {"http://a", "", "a:80"},
      {"https://a/x", "", "a:443"},
      {"https://a:80/x", "", "a:80"},
      {"http://[::1]:9/x", "", "[::1]:9"},
      {"no url", "", "no url"},
      // Handed over to the proxy.
      {"http://a:8080", "http://P:3128/", "p:3128"},
      {"http://b", "p:3128", "p:3128"},
      {"http://a", "http://user:word@p:80", "p:80"},
      {"http://a", "p", "p:1080"},
      {"http://a", "http://p", "p:1080"},
      {"http://a", "https://p", "p:443"},
      // Through a tunnel.
      {"https://a", "http://p:3128", "a:443"},
      {"https://a:8443", "https://p", "a:8443"},
      {"http://a", "socks5h://p:1080", "a:80"},
      // A call with it fails.
      {"http://a", "no proxy", "a:80"},
      {"no url", "http://p:3128", "no url"},
  };
  for (const auto& [url, proxy, host] : kCases)
    EXPECT_EQ(ConnectionHost(url, proxy), host) << url << " by " << proxy;
}

}  // namespace
}  // namespace aslx
