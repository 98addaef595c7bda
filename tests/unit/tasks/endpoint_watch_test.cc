#include "pipeline/tasks/endpoint_watch.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace aslx {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class EndpointWatchTest : public testing::Test {
 protected:
  std::vector<std::string> said_;
  EndpointWatch watch_{[this](const std::string& line) { said_.push_back(line); }};
};

TEST_F(EndpointWatchTest, SaysOnceThatAnEndpointIsDownAndThenNowAndThen) {
  watch_.Failed("http://a", "Connection refused", 5);
  EXPECT_THAT(said_, ElementsAre(AllOf(HasSubstr("http://a"), HasSubstr("Connection refused"))));
  for (int64_t now_ns = 6; now_ns < 1'006; ++now_ns)
    watch_.Failed("http://a", "Connection refused", now_ns);
  EXPECT_THAT(said_, SizeIs(1));
  watch_.Failed("http://b", "TLS", 7);
  EXPECT_THAT(said_, SizeIs(2)) << "another one is down, too";
  watch_.Failed("http://a", "Connection refused", 5 + EndpointWatch::kSilenceNs);
  ASSERT_THAT(said_, SizeIs(3));
  EXPECT_THAT(said_[2], HasSubstr("1002 calls"));
}

TEST_F(EndpointWatchTest, SaysThatItAnswersAgain) {
  watch_.Answered("http://a");
  EXPECT_THAT(said_, IsEmpty());
  watch_.Failed("http://a", "Connection refused", 0);
  watch_.Failed("http://a", "Connection refused", 1);
  watch_.Answered("http://b");
  watch_.Answered("http://a");
  watch_.Answered("http://a");
  ASSERT_THAT(said_, SizeIs(2));
  EXPECT_THAT(said_[1], HasSubstr("again, after 2 failed calls"));
  watch_.Failed("http://a", "Connection refused", 2);
  EXPECT_THAT(said_, SizeIs(3)) << "it is down anew";
}

}  // namespace
}  // namespace aslx
