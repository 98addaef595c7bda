#include "pipeline/tasks/call_gate.h"

#include <gtest/gtest.h>

namespace aslx {
namespace {

TEST(CallGate, LetsSoManyIn_AndTheOthersInTheirOrder) {
  CallGate<int> gate(3, 2);
  const auto a = gate.HostOf("a:80");
  const auto b = gate.HostOf("b:80");
  EXPECT_EQ(gate.HostOf("a:80"), a);
  EXPECT_FALSE(gate.Enter(a, 1).has_value());
  EXPECT_FALSE(gate.Enter(a, 2).has_value());
  EXPECT_TRUE(gate.Enter(a, 3).has_value());  // two to a host
  EXPECT_FALSE(gate.Enter(b, 4).has_value());
  EXPECT_TRUE(gate.Enter(b, 5).has_value());  // three in all
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
  EXPECT_TRUE(gate.Enter(a, 6).has_value());
  ASSERT_TRUE(gate.Next(&host, &key));
  EXPECT_EQ(key, 3);
  gate.Leave(a);
  ASSERT_TRUE(gate.Next(&host, &key));
  EXPECT_EQ(key, 6);
  const auto seven = gate.Enter(a, 7);
  const auto eight = gate.Enter(a, 8);
  ASSERT_TRUE(seven.has_value() && eight.has_value());
  gate.GiveUp(a, *seven);
  gate.Leave(a);
  ASSERT_TRUE(gate.Next(&host, &key));
  EXPECT_EQ(key, 8);
  EXPECT_FALSE(gate.Next(&host, &key));
}

}  // namespace
}  // namespace aslx
