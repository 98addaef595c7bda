#!/usr/bin/env bash
# Installs what building and testing aslx needs on Debian 12, with the system's package manager.
# It says first what it is about to install; where nothing is missing, it says so and does nothing.
# It talks on standard error, so that the scripts that call it keep standard output for data.
set -euo pipefail

build_packages=(
  g++ cmake ninja-build ccache pkgconf
  libbenchmark-dev libcli11-dev libconcurrentqueue-dev libcpp-httplib-dev libcurl4-openssl-dev
  libexpected-dev libfmt-dev libgmock-dev libgtest-dev libjemalloc-dev librdkafka-dev
  libsimdjson-dev libspdlog-dev libssl-dev libxxhash-dev libyaml-cpp-dev
  prometheus-cpp-dev
  nlohmann-json3-dev # the reference evaluator of the tests, and a baseline of the benches
)
test_packages=(
  ca-certificates curl git python3 python3-yaml
  clang-14 clang-format-14 libclang-rt-14-dev # the fuzzers, and the check of the format
  valgrind linux-perf                         # counts instructions; where CPU time goes
  kcat maven openjdk-17-jre-headless          # Apache Kafka: a client, its jars, what runs them
  chromium fonts-dejavu-core                  # the pages that aslx bench writes, in a browser
)

say() { echo "setup: $*" >&2; }

if [ "${1:-}" = --help ]; then
  echo "usage: configs/setup.sh"
  echo "Installs (apt-get): ${build_packages[*]} ${test_packages[*]}"
  exit 0
fi
if [ $# -gt 0 ]; then
  say "unknown argument '$1'; see configs/setup.sh --help"
  exit 2
fi

missing=()
for package in "${build_packages[@]}" "${test_packages[@]}"; do
  status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
  say "everything that aslx needs is installed"
  exit 0
fi
if ! command -v apt-get >/dev/null; then
  say "no apt-get here (Debian 12 is what is supported); install by hand: ${missing[*]}"
  exit 69
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    say "run me as root, or install sudo: packages are missing: ${missing[*]}"
    exit 69
  fi
  as_root=(sudo)
fi

say "about to install with apt-get: ${missing[*]}"
{
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}"
} >&2
say "done"
