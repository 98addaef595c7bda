// Prints the reference of all configuration keys; configs/README.md holds its output.
#include <cstdio>

#include "pipeline/config/config_reference.h"

int main() {
  std::string text = aslx::ConfigReference();
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() ? 0 : 1;
}
