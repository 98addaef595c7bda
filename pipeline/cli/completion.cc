#include "pipeline/cli/completion.h"

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "pipeline/cli/exit_code.h"

namespace aslx {
namespace {

std::vector<const CLI::App*> CommandsOf(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

/// Those of the commands below it, too, each once.
std::vector<std::string> OptionsOf(const CLI::App& command) {
  std::vector<const CLI::App*> all = CommandsOf(command);
  all.insert(all.begin(), &command);
  std::vector<std::string> names;
  for (const CLI::App* one : all) {
    for (const CLI::Option* option : one->get_options()) {
      for (const std::string& name : option->get_lnames()) {
        if (std::find(names.begin(), names.end(), "--" + name) == names.end())
          names.push_back("--" + name);
      }
    }
  }
  return names;
}

std::string Joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words)
    out += (out.empty() ? "" : " ") + word;
  return out;
}

std::string Bash(const CLI::App& app) {
  std::vector<std::string> names;
  std::string cases;
  for (const CLI::App* command : CommandsOf(app)) {
    names.push_back(command->get_name());
    std::vector<std::string> words = OptionsOf(*command);
    for (const CLI::App* below : CommandsOf(*command))
      words.push_back(below->get_name());
    cases += "    " + command->get_name() + ") words=\"" + Joined(words) + "\" ;;\n";
  }
  return "_aslx() {\n  local words current=${COMP_WORDS[COMP_CWORD]}\n  case ${COMP_WORDS[1]} "
         "in\n" +
         cases + "    *) words=\"" + Joined(names) +
         "\" ;;\n  esac\n  [[ $COMP_CWORD -eq 1 ]] && words=\"" + Joined(names) +
         "\"\n  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
         "  [[ ${#COMPREPLY[@]} -eq 0 ]] && COMPREPLY=($(compgen -f -- \"$current\"))\n"
         "}\ncomplete -o filenames -F _aslx aslx\n";
}

std::string Fish(const CLI::App& app) {
  std::string out;
  for (const CLI::App* command : CommandsOf(app)) {
    const std::string& name = command->get_name();
    out += "complete -c aslx -n __fish_use_subcommand -a " + name + " -d '" +
           command->get_description() + "'\n";
    for (const std::string& option : OptionsOf(*command)) {
      out += "complete -c aslx -n '__fish_seen_subcommand_from " + name + "' -l " +
             option.substr(2) + "\n";
    }
  }
  return out;
}

}  // namespace

int PrintCompletion(const CLI::App& app, const std::string& shell) {
  std::string script;
  if (shell == "fish") {
    script = Fish(app);
  } else if (shell == "zsh") {
    script = "#compdef aslx\nautoload -U +X bashcompinit && bashcompinit\n" + Bash(app);
  } else {
    script = Bash(app);
  }
  std::fputs(script.c_str(), stdout);
  return kExitDone;
}

}  // namespace aslx
