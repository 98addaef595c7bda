#include "pipeline/tasks/call_gate.h"

#include <gtest/gtest.h>

namespace aslx {
namespace {

TEST(CallGate, LetsSoManyIn_AndTheOthersInTheirOrder) {
  CallGate<int> gate(3, 2);
  const auto a = gate.HostOf("http://a");
  const auto b = gate.HostOf("http://b");
  EXPECT_EQ(gate.HostOf("http://a"), a);
  EXPECT_TRUE(gate.Enter(a, 1));
  EXPECT_TRUE(gate.Enter(a, 2));
  EXPECT_FALSE(gate.Enter(a, 3));  // two to a host
  EXPECT_TRUE(gate.Enter(b, 4));
  EXPECT_FALSE(gate.Enter(b, 5));  // three in all
  CallGate<int>::HostId host = 99;
  int key = 0;
  EXPECT_FALSE(gate.Next(&host, &key));
  gate.Leave(b);
  ASSERT_TRUE(gate.Next(&host, &key));
  EXPECT_EQ(host, b);
  EXPECT_EQ(key, 5);
  EXPECT_FALSE(gate.Next(&host, &key));
  gate.Leave(a);
  // Who comes now is behind who waits.
  EXPECT_FALSE(gate.Enter(a, 6));
  ASSERT_TRUE(gate.Next(&host, &key));
  EXPECT_EQ(key, 3);
  gate.Leave(a);
  ASSERT_TRUE(gate.Next(&host, &key));
  EXPECT_EQ(key, 6);
  EXPECT_FALSE(gate.Next(&host, &key));
}

}  // namespace
}  // namespace aslx
