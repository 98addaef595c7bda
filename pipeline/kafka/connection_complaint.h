// What the connections of an instance last complained about: why no broker answers.
//
// What it is not: the answer to a request (kafka_errors.h), or anything that ends an instance.
// Who uses it: who asks a cluster before anything runs (startup_check.cc, topic_admin.cc).
// Thread: the one that polls the instance. Memory: has to outlive the instance that it watches.
#pragma once

#include <string>

#include <librdkafka/rdkafka.h>

namespace aslx {

struct ConnectionComplaint {
  rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;
  std::string text;

  /// Asking again would not help: a password, a certificate, a mechanism. What a broker has against
  /// our certificate comes as an alert after the handshake, when librdkafka no longer takes it for
  /// one of TLS.
  bool refuses() const {
    return error == RD_KAFKA_RESP_ERR__AUTHENTICATION || error == RD_KAFKA_RESP_ERR__SSL ||
           text.find("SSL alert") != std::string::npos;
  }

  /// Of an instance that is yet to be made; its polls hand complaints over.
  void Watch(rd_kafka_conf_t* conf) {
    rd_kafka_conf_set_opaque(conf, this);
    rd_kafka_conf_set_error_cb(conf, &Store);
  }

 private:
  static void Store(rd_kafka_t*, int error, const char* reason, void* complaint) {
    auto* to = static_cast<ConnectionComplaint*>(complaint);
    auto code = static_cast<rd_kafka_resp_err_t>(error);
    // That everything is down says less than why.
    if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN && !to->text.empty()) return;
    to->error = code;
    to->text = reason;
  }
};

}  // namespace aslx
