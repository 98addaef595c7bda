// Tokens for OAUTHBEARER: who makes them, and on which thread they are renewed.
//
// What it is not: OpenID Connect. librdkafka does that itself where it was built with libcurl
// (`sasl.oauthbearer.method: oidc`), on a thread of its own. What is made here are the unsecured
// tokens of `enable.sasl.oauthbearer.unsecure.jwt`, which a test or a trial is content with:
// librdkafka's own maker of them answers on the queue that the worker reads delivery reports from,
// where a request for a new token comes out as an event that nobody but librdkafka could answer.
// Who uses it: kafka_handle.cc. Thread: Configure and Enable as KafkaHandle::Make; tokens are made
// on librdkafka's background thread. Memory: nothing stays.
#pragma once

#include <librdkafka/rdkafka.h>

#include "runtime/base/result.h"

namespace aslx {

class OauthTokens {
 public:
  /// Behind all properties. Fails where OAUTHBEARER is asked for and nothing makes tokens.
  Result<void> Configure(rd_kafka_conf_t* conf);
  /// Tokens come from here on, until the instance ends.
  Result<void> Enable(rd_kafka_t* instance) const;

 private:
  bool ours_ = false;
};

}  // namespace aslx
