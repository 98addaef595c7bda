// Completion scripts for shells, made from the commands and options that main.cc declares.
//
// Thread: one. Memory: none of its own.
#pragma once

#include <string>

namespace CLI {
class App;
}  // namespace CLI

namespace aslx {

int PrintCompletion(const CLI::App& app, const std::string& shell);

}  // namespace aslx
