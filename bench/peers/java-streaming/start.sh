#!/usr/bin/env bash
# The heap is fixed and the collector is the serial one: with one core no other has anything to gain.
set -euo pipefail
exec java -Xms1g -Xmx1g -XX:+UseSerialGC -XX:-UsePerfData "-Djava.io.tmpdir=$TARGET" \
  -Dorg.slf4j.simpleLogger.defaultLogLevel=warn "$@" -cp "$TARGET/classes:$TARGET/jars/*" Main
