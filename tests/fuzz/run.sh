#!/usr/bin/env bash
# Runs every fuzzer: first over what was found before (tests/fuzz/found), then on from the definitions,
# inputs and programs of the golden files. A fuzzer is one test. With --runs the same inputs come each
# time, so that a change is judged by what it changed; with --seconds it goes where nobody was before.
set -uo pipefail
cd "$(dirname "$0")/../.."

seconds=60 runs=
while [ $# -gt 0 ]; do
  case $1 in
    --seconds) seconds=${2:?--seconds needs a number}; shift 2 ;;
    --runs) runs=${2:?--runs needs a number}; shift 2 ;;
    --help)
      echo "usage: tests/fuzz/run.sh [--seconds N | --runs N]   N seconds a fuzzer (60 by default), or N inputs of one seed"
      echo "example: tests/fuzz/run.sh --seconds 600"
      exit 0
      ;;
    *) echo "tests/fuzz/run.sh: unknown argument '$1'; see --help" >&2; exit 2 ;;
  esac
done

build=build/fuzz
aslx=build/release/aslx
if [ ! -x "$aslx" ]; then
  cmake --preset release >/dev/null && cmake --build --preset release --target aslx >&2 || exit 1
fi
cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_CXX_COMPILER=clang++-14 \
  -DASLX_FUZZ=ON -DASLX_BENCH=OFF -DASLX_WERROR=OFF \
  -DASLX_SANITIZE=address,undefined,fuzzer-no-link >/dev/null || exit 1
cmake --build "$build" --target fuzzers >&2 || exit 1
grown=$build/grown  # what an open search keeps, from one run to the next
if [ -n "$runs" ]; then
  grown=$(mktemp -d)
  trap 'rm -rf "$grown"' EXIT
  limit=(-runs="$runs" -seed=1 -reload=0)
else
  limit=(-max_total_time="$seconds")
fi
python3 tests/fuzz/seeds.py --aslx "$aslx" --into "$build/corpus" || exit 1

passed=0 failed=0
for fuzzer in json definition program; do
  found=tests/fuzz/found/$fuzzer
  [ -d "$found" ] || found=
  log=$build/$fuzzer.log
  mkdir -p "$build/crashes" "$grown/$fuzzer"
  # Two kinds of limit: memory and time of one input. What crashes stays below build/fuzz/crashes.
  if ASAN_OPTIONS=detect_leaks=1 "$build/fuzzers/${fuzzer}_fuzz" "${limit[@]}" -max_len=65536 \
    -timeout=25 -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$build/crashes/$fuzzer-" \
    "$grown/$fuzzer" "$build/corpus/$fuzzer" $found >"$log" 2>&1; then
    passed=$((passed + 1))
    inputs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    echo "fuzz $fuzzer: $inputs inputs, none crashed" >&2
  else
    failed=$((failed + 1))
    tail -n 60 "$log" >&2
    echo "fuzz $fuzzer: failed, see $log; the input is in $build/crashes" >&2
  fi
done
echo "tests: $passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
