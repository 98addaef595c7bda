// What an endpoint said over HTTP, and which answer of the Task that is: the shape of a result, or
// the name of the service's exception.
//
// What it is not: the transport, nor what is said when nothing came back (http_client.h).
// Who uses it: HttpClient. Thread: its own. Memory: a reply owns its texts; the reader keeps what
// reading JSON needs.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pipeline/tasks/lambda_call.h"

namespace aslx {

struct HttpReply {
  int status = 0;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;

  /// Empty when it has none of this name, whose case does not matter.
  std::string_view Header(std::string_view wanted) const;
};

class HttpReplyReader {
 public:
  /// Of a call of `function`, as the state named it.
  TaskAnswer AnswerOf(CallForm form, std::string_view function, const HttpReply& reply);

 private:
  TaskAnswer ServiceError(const HttpReply& reply);

  ReplyShaper shaper_;
  BlockPool pool_;
  Arena arena_{&pool_};
  JsonReader reader_;
};

}  // namespace aslx
