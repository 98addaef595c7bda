#!/usr/bin/env bash
# Everything that CI runs, from a fresh clone: installs what is missing, builds, tests, and counts.
# Each part is a command whose last line on standard output is a count in the form of the last line
# here; a part that ends without one counts as one failure. What a part prints is kept below
# build/reports/tests and shown on standard error.
set -uo pipefail
cd "$(dirname "$0")/.."
export PYTHONDONTWRITEBYTECODE=1

all_parts=(tidy unit golden random cli instructions sim kafka faults asan tsan fuzz)
usage() {
  cat <<EOF
usage: tests/run.sh [PART...]

Runs the named parts, all of them by default, and prints as its last line
  tests: N passed, N failed, N skipped
Exit status: 0 when nothing failed, 1 when something did, 2 for wrong usage.

parts:
  tidy     layers, names, sizes and format of the sources
  unit     GoogleTest, release build
  golden   tests/golden through the release build of aslx, and through the reference evaluator
  random   random machines on the engine and the reference evaluator (ASLX_RANDOM_MACHINES, 100,000)
  cli      the command line, the demo and the examples, release build
  instructions  those of an execution, counted: at most 3 % more than bench/instructions keeps
  sim      the simulator: 10,000 seeds, and every seeded bug
  kafka    Apache Kafka, started and stopped here, with real HTTP function endpoints
  faults   three brokers and several processes under faults: the short form of tests/kafka/faults.sh
  asan     unit, golden and cli again, built with the address and undefined behaviour sanitizers
  tsan     the unit tests of what has threads, built with the thread sanitizer
  fuzz     every fuzzer, ASLX_FUZZ_RUNS inputs of one seed each (100,000 by default)

example: tests/run.sh unit golden
EOF
}

# The second opinion, built beside the program.
reference=build/release/tests/reference
# Where threads meet: the unit tests that the thread sanitizer watches.
threaded=(worker tasks flow admin journal kafka files load)

parts=()
for argument in "$@"; do
  case " ${all_parts[*]} " in
    *" $argument "*) parts+=("$argument") ;;
    *)
      case $argument in -h | --help) usage; exit 0 ;; esac
      echo "tests/run.sh: unknown part '$argument'" >&2
      usage >&2
      exit 2
      ;;
  esac
done
[ ${#parts[@]} -gt 0 ] || parts=("${all_parts[@]}")

passed=0 failed=0 skipped=0
logs=build/reports/tests
mkdir -p "$logs"
summary=$logs/summary.txt
: >"$summary"

# count NAME COMMAND...: runs a part, shows it, and adds up what its last line counts.
count() {
  local name=$1 log=$logs/$1.log started=$SECONDS line status
  shift
  echo "== $name" >&2
  "$@" 2>&1 | tee "$log" >&2
  status=${PIPESTATUS[0]}
  line=$(grep -E '^tests: [0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' "$log" | tail -n 1)
  if [ -z "$line" ]; then
    line="tests: 0 passed, 1 failed, 0 skipped"
    echo "tests/run.sh: $name ended with status $status and without a count" >&2
  elif [ "$status" -ne 0 ] && [[ $line == *" 0 failed"* ]]; then
    line=${line/ 0 failed/ 1 failed}
    echo "tests/run.sh: $name ended with status $status though its count names no failure" >&2
  fi
  read -r _ p _ f _ s _ <<<"$line"
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  printf '%-16s %6d passed %4d failed %4d skipped %5d s\n' \
    "$name" "$p" "$f" "$s" $((SECONDS - started)) >>"$summary"
}

# build PRESET [TARGET...]: configures and builds; a failure counts and leaves the parts on it out.
build() {
  local preset=$1 started=$SECONDS
  shift
  echo "== build $preset" >&2
  local targets=()
  [ $# -eq 0 ] || targets=(--target "$@")
  if cmake --preset "$preset" >"$logs/build-$preset.log" 2>&1 &&
    cmake --build --preset "$preset" "${targets[@]}" >>"$logs/build-$preset.log" 2>&1; then
    printf '%-16s %46d s\n' "build $preset" $((SECONDS - started)) >>"$summary"
    return 0
  fi
  tail -n 60 "$logs/build-$preset.log" >&2
  echo "tests/run.sh: building preset $preset failed: $logs/build-$preset.log" >&2
  failed=$((failed + 1))
  printf '%-16s failed\n' "build $preset" >>"$summary"
  return 1
}

wants() { case " ${parts[*]} " in *" $1 "*) return 0 ;; *) return 1 ;; esac; }

# The libraries that a release build links are not instrumented; leaks of theirs are named in the file.
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:detect_stack_use_after_return=1}
export LSAN_OPTIONS=${LSAN_OPTIONS:-suppressions=$PWD/tests/lsan.supp:print_suppressions=0}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1:halt_on_error=1}
export TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=1:suppressions=$PWD/tests/tsan.supp}

if ! configs/setup.sh; then
  echo "tests/run.sh: the packages that the tests need could not be installed" >&2
  echo "tests: 0 passed, 1 failed, 0 skipped"
  exit 1
fi

wants tidy && count tidy python3 tests/tidy/run.py
if wants unit || wants golden || wants random || wants cli || wants kafka || wants faults; then
  if build release; then
    wants unit && count unit python3 tests/run_ctest.py build/release
    if wants golden; then
      count golden python3 tests/golden/run.py --aslx build/release/aslx
      count golden-reference python3 tests/golden/run.py --reference --aslx "$reference/aslx_reference"
    fi
    wants random && count random tests/run_random.sh "$reference/aslx_compare" "${ASLX_RANDOM_MACHINES:-100000}"
    wants cli && count cli python3 tests/cli/run.py --aslx build/release/aslx
    wants kafka && count kafka python3 tests/kafka/run.py --aslx build/release/aslx
    wants faults && count faults tests/kafka/faults.sh
  fi
fi
if wants instructions && build release executions; then
  count instructions python3 bench/instructions/run.py
fi
wants sim && count sim tests/sim/run.sh --test
if wants asan && build asan aslx tests/unit/all faults_verdict_test; then
  count unit-asan python3 tests/run_ctest.py build/asan
  count golden-asan python3 tests/golden/run.py --aslx build/asan/aslx
  count cli-asan python3 tests/cli/run.py --aslx build/asan/aslx
fi
if wants tsan; then
  for folder in "${threaded[@]}"; do
    build tsan "tests/unit/$folder/all" &&
      count "$folder-tsan" python3 tests/run_ctest.py "build/tsan/tests/unit/$folder"
  done
fi
if wants fuzz; then
  count fuzz tests/fuzz/run.sh --runs "${ASLX_FUZZ_RUNS:-100000}"
fi

cat "$summary" >&2
echo "tests: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
