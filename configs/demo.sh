#!/usr/bin/env bash
# The IoT machine over a million sensor readings: first in this process, from a file to a file, then through
# a broker in the process. Everything stays below build/.
#
# usage: configs/demo.sh [EVENTS]      one million where none is given
# The last line on standard output: demo: in N, out N, failed N, lost 0, N events/s
set -euo pipefail
cd "$(dirname "$0")/.."

case ${1:-} in
  --help) sed -n '2,6s/^# \{0,1\}//p' "$0"; exit 0 ;;
  *[!0-9]* | 0*) echo "configs/demo.sh: '$1' is no number of events; see --help" >&2; exit 2 ;;
esac
events=${1:-1000000}
folder=build/demo
say() { echo "$*" >&2; }

configs/setup.sh
say "demo: building aslx (build/release)"
cmake --preset release >/dev/null
cmake --build --preset release --target aslx >&2
mkdir -p "$folder"

say "demo: writing $events sensor readings to $folder/readings.ndjson"
configs/examples/sensor_events.py "$events" >"$folder/readings.ndjson"

# The same machine without a broker: NDJSON in, NDJSON out.
cat >"$folder/in-process.yaml" <<'YAML'
pipelines:
  - name: iot
    source:
      files: [readings.ndjson]
    machine:
      definition: ../../configs/examples/iot.asl.json
    output:
      file: results.ndjson
    dead_letters:
      file: failures.ndjson
YAML
rm -f "$folder/results.ndjson" "$folder/failures.ndjson"
say "demo: the machine in process, from file to file"
began=$(date +%s%N)
build/release/aslx run "$folder/in-process.yaml" >&2
took_ms=$((($(date +%s%N) - began) / 1000000 + 1))
results=$(wc -l <"$folder/results.ndjson")
failures=$(wc -l <"$folder/failures.ndjson")
if [ $((results + failures)) -ne "$events" ]; then
  say "demo: $events readings went in, $results results and $failures failures came out"
  exit 1
fi
echo "in process: $results results, $failures failures, $((events * 1000 / took_ms)) events/s (the whole process; aslx's own line, before, without its start)"

# Through Kafka's protocol. The feed stays ahead by less than a partition of that broker keeps, and reads every
# result back, so that each reading is known to have its outcome.
say "demo: the machine through the embedded broker"
build/release/aslx run configs/iot.yaml --embedded-broker --feed "$folder/readings.ndjson" >"$folder/feed.txt" ||
  { cat "$folder/feed.txt"; say "demo: aslx ended with an error"; exit 1; }
head -n -1 "$folder/feed.txt"
last=$(tail -n 1 "$folder/feed.txt")
cat <<'TEXT'
The second rate is lower because each event also crosses a broker twice, there and back, in this same process:
fed, consumed, produced and read back for the count. The embedded broker is a mock that costs several times what
a real one does; it is for trying things out, and no measure of aslx. The rate below counts from the first event
that was read, aslx's own line above from the start, with the seconds in which the consumer group formed.
TEXT
case $last in
  "feed: in $events, "*", lost 0, "*) ;;
  *) echo "$last"; say "demo: not every reading has its outcome"; exit 1 ;;
esac
echo "demo: ${last#feed: }"
