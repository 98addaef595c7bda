// librdkafka as a hand-coded program uses it: an instance with properties, or the end of the
// process with a sentence.
//
// What it is not: pipeline/kafka, which these programs are measured against.
// Who uses it: forwarder.cc, fill.cc. Thread: the caller's, before the instance has others.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <librdkafka/rdkafka.h>

#include "bench/e2e/die.h"

namespace aslx::bench {

using Properties = std::vector<std::pair<std::string, std::string>>;

/// `name=value` as it comes on a command line.
Properties ParseProperties(const std::vector<std::string>& texts);

/// `configure` may set callbacks. Later properties override earlier ones.
rd_kafka_t* MakeClient(rd_kafka_type_t type, const Properties& properties,
                       const std::function<void(rd_kafka_conf_t*)>& configure);

}  // namespace aslx::bench
