// The event of the `iot` workload, in the sizes that the benches use.
//
// Origin: made up for this project after a sensor reading as an IoT gateway sends it: nested
// location, a few measurements, a time, a firmware version. 300 bytes; larger ones carry an array
// of earlier readings that nothing looks at.
// Thread: any.
#pragma once

#include <cstddef>
#include <string>

namespace aslx::bench {

inline std::string IotEvent(size_t bytes_min) {
  std::string event =
      R"({"deviceId":"sensor-0042-7f","type":"environment","timestamp":"2024-05-17T08:31:22.418Z",)"
      R"("temperature":71.25,"humidity":43.8,"pressure":1013.2,"battery":87,"online":true,)"
      R"("location":{"site":"plant-7","line":12,"lat":48.1374,"lon":11.5755},)"
      R"("firmware":"4.11.2","sequence":1849201,"note":null)";
  if (event.size() + 1 < bytes_min) {
    event += R"(,"history":[)";
    for (int i = 0; event.size() + 2 < bytes_min; ++i) {
      if (i > 0) event += ',';
      event += R"({"t":)" + std::to_string(1715934682 - i) + R"(,"temperature":)" +
               std::to_string(60 + i % 17) + R"(.5,"state":"normal"})";
    }
    event += ']';
  }
  return event + '}';
}

}  // namespace aslx::bench
