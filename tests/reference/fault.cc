#include "tests/reference/fault.h"

namespace aslx::reference {

tl::unexpected<Fault> RuntimeFault(std::string cause) {
  Fault fault;
  fault.error = "States.Runtime";
  fault.cause = std::move(cause);
  fault.needs_prefix = true;
  return tl::unexpected<Fault>(std::move(fault));
}

tl::unexpected<Fault> NamedFault(std::string error, std::string cause) {
  Fault fault;
  fault.error = std::move(error);
  fault.cause = std::move(cause);
  return tl::unexpected<Fault>(std::move(fault));
}

bool IsRuntime(const Fault& fault) {
  return fault.error == "States.Runtime";
}

}  // namespace aslx::reference
