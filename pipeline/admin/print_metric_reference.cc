// Prints the table of metrics, for pipeline/admin/README.md.
#include <cstdio>

#include "pipeline/admin/metric_table.h"

int main() {
  std::fputs(aslx::MetricReference().c_str(), stdout);
  return 0;
}
