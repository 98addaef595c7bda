#include "pipeline/kafka/oauth_tokens.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <string>
#include <string_view>

#include <fmt/core.h>

namespace aslx {
namespace {

constexpr const char* kUnsecured = "enable.sasl.oauthbearer.unsecure.jwt";
constexpr int64_t kLifeSecondsMax = 1'000'000'000;

/// `sasl.oauthbearer.config`, as far as it is known here.
struct TokenRequest {
  std::string principal;
  int64_t life_seconds = 3'600;  // librdkafka's default
};

std::string Property(const rd_kafka_conf_t* conf, const char* name) {
  char text[512];
  size_t size = sizeof text;
  return rd_kafka_conf_get(conf, name, text, &size) == RD_KAFKA_CONF_OK ? text : "";
}

Result<TokenRequest> ReadRequest(std::string_view config) {
  TokenRequest request;
  while (!config.empty()) {
    const size_t end = std::min(config.find(' '), config.size());
    const std::string_view word = config.substr(0, end);
    config.remove_prefix(std::min(end + 1, config.size()));
    if (word.empty()) continue;
    const size_t equals = std::min(word.find('='), word.size() - 1);
    const std::string_view name = word.substr(0, equals);
    const std::string_view value = word.substr(equals + 1);
    bool good = !value.empty() && value.find_first_of("\"\\") == std::string_view::npos;
    if (name == "principal") {
      request.principal = value;
    } else if (name == "lifeSeconds") {
      auto [rest, error] =
          std::from_chars(value.data(), value.data() + value.size(), request.life_seconds);
      good = good && error == std::errc{} && rest == value.data() + value.size() &&
             request.life_seconds > 0 && request.life_seconds <= kLifeSecondsMax;
    } else {
      good = false;
    }
    if (!good) {
      return Fail(ErrorKind::kConfiguration,
                  fmt::format("sasl.oauthbearer.config: '{}', expected principal=NAME or "
                              "lifeSeconds=NUMBER",
                              word));
    }
  }
  if (!request.principal.empty()) return request;
  return Fail(ErrorKind::kConfiguration, "sasl.oauthbearer.config: principal=NAME is missing");
}

/// base64url without padding, as a JWS has it.
std::string Base64Url(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  uint32_t bits = 0;
  int count = 0;
  for (const char byte : bytes) {
    bits = bits << 8 | static_cast<uint8_t>(byte);
    for (count += 8; count >= 6; count -= 6)
      text += kDigits[bits >> (count - 6) & 63];
  }
  if (count > 0) text += kDigits[bits << (6 - count) & 63];
  return text;
}

void MakeToken(rd_kafka_t* instance, const char* config, void*) {
  Result<TokenRequest> request = ReadRequest(config != nullptr ? config : "");
  if (!request) {
    rd_kafka_oauthbearer_set_token_failure(instance, request.error().message.c_str());
    return;
  }
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const int64_t issued_s = std::chrono::duration_cast<std::chrono::seconds>(now).count();
  const int64_t expires_s = issued_s + request->life_seconds;
  const std::string claims =
      fmt::format(R"({{"sub":"{}","iat":{},"exp":{}}})", request->principal, issued_s, expires_s);
  const std::string token = Base64Url(R"({"alg":"none"})") + "." + Base64Url(claims) + ".";
  char why[512];
  if (rd_kafka_oauthbearer_set_token(instance, token.c_str(), expires_s * 1'000,
                                     request->principal.c_str(), nullptr, 0, why,
                                     sizeof why) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    rd_kafka_oauthbearer_set_token_failure(instance, why);
  }
}

}  // namespace

Result<void> OauthTokens::Configure(rd_kafka_conf_t* conf) {
  if (Property(conf, "sasl.mechanisms") != "OAUTHBEARER") return {};
  if (Property(conf, "sasl.oauthbearer.method") == "oidc") return {};
  if (Property(conf, kUnsecured) != "true") {
    return Fail(ErrorKind::kConfiguration,
                fmt::format("OAUTHBEARER, and nothing makes tokens: set 'sasl.oauthbearer.method: "
                            "oidc', or for tests '{}: true'",
                            kUnsecured));
  }
  Result<TokenRequest> request = ReadRequest(Property(conf, "sasl.oauthbearer.config"));
  if (!request) return tl::unexpected<Error>(request.error());
  ours_ = true;
  char why[128];
  rd_kafka_conf_set(conf, kUnsecured, "false", why, sizeof why);
  rd_kafka_conf_set_oauthbearer_token_refresh_cb(conf, MakeToken);
  rd_kafka_conf_enable_sasl_queue(conf, 1);
  return {};
}

Result<void> OauthTokens::Enable(rd_kafka_t* instance) const {
  if (!ours_) return {};
  rd_kafka_error_t* error = rd_kafka_sasl_background_callbacks_enable(instance);
  if (error == nullptr) return {};
  std::string reason = rd_kafka_error_string(error);
  rd_kafka_error_destroy(error);
  return Fail(ErrorKind::kConfiguration, fmt::format("librdkafka: {}", reason));
}

}  // namespace aslx
