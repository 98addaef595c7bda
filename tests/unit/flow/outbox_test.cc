// The outbox: payloads stay in place until acknowledged, memory is reused, order is kept.
#include "pipeline/flow/outbox.h"

#include <gtest/gtest.h>

namespace aslx {
namespace {

void Write(Outbox& outbox, std::string_view text, uint32_t input) {
  OutputRecord record;
  record.payload = outbox.WritePayload(Value::String(text), 0);
  outbox.Seal(record, input, false);
  outbox.Submit();
}

DeliveryToken Send(Outbox& outbox) {
  DeliveryToken token = 0;
  EXPECT_TRUE(outbox.Front(&token));
  outbox.PopSent();
  return token;
}

TEST(Outbox, SendsInTheOrderOfSubmission) {
  Outbox outbox;
  for (uint32_t i = 0; i < 3; ++i)
    Write(outbox, std::string(1, static_cast<char>('a' + i)), i);
  for (uint32_t i = 0; i < 3; ++i)
    EXPECT_EQ(outbox.At(Send(outbox)).input, i);
  DeliveryToken token;
  EXPECT_FALSE(outbox.Front(&token));
}

TEST(Outbox, PutsWhatFailedBeforeWhatWaits) {
  Outbox outbox;
  for (uint32_t i = 0; i < 4; ++i)
    Write(outbox, "x", i);
  const DeliveryToken first = Send(outbox);
  const DeliveryToken second = Send(outbox);
  outbox.MarkFailed(first);
  outbox.MarkFailed(second);
  EXPECT_TRUE(outbox.has_failed());
  outbox.RequeueFailed();
  for (uint32_t i = 0; i < 4; ++i) {
    const DeliveryToken token = Send(outbox);
    EXPECT_EQ(outbox.At(token).input, i);
    EXPECT_EQ(outbox.At(token).record.payload, "\"x\"");
    outbox.Free(token);
  }
  EXPECT_EQ(outbox.bytes(), 0u);
  EXPECT_EQ(outbox.entry_count(), 0u);
}

TEST(Outbox, ForgetsADiscardedOutcome) {
  Outbox outbox;
  OutputRecord record;
  record.payload = outbox.WritePayload(Value::String("half"), 0);
  outbox.Seal(record, 1, false);
  EXPECT_EQ(outbox.sealed_count(), 1u);
  outbox.Discard();
  EXPECT_EQ(outbox.sealed_count(), 0u);
  EXPECT_EQ(outbox.entry_count(), 0u);
  DeliveryToken token;
  EXPECT_FALSE(outbox.Front(&token));
}

TEST(Outbox, HoldsPayloadsLargerThanABlock) {
  Outbox outbox;
  const std::string large(5'000'000, 'y');
  Write(outbox, "before", 0);
  Write(outbox, large, 1);
  Write(outbox, "after", 2);
  EXPECT_EQ(outbox.At(Send(outbox)).record.payload, "\"before\"");
  const DeliveryToken token = Send(outbox);
  EXPECT_EQ(outbox.At(token).record.payload.size(), large.size() + 2);
  outbox.Free(token);
  EXPECT_EQ(outbox.At(Send(outbox)).record.payload, "\"after\"");
}

TEST(Outbox, KeepsTextsWhileOthersComeAndGo) {
  Outbox outbox;
  const std::string text(10'000, 'z');
  Write(outbox, text, 0);
  const DeliveryToken kept = Send(outbox);
  for (uint32_t i = 1; i < 1'000; ++i) {
    Write(outbox, text, i);
    outbox.Free(Send(outbox));
  }
  EXPECT_EQ(outbox.At(kept).record.payload, "\"" + text + "\"");
}

}  // namespace
}  // namespace aslx
