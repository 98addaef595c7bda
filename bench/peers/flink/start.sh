#!/usr/bin/env bash
# The packages that Flink's documentation opens for Java 17 (its own configuration does it for a cluster).
set -euo pipefail
opens=()
for package in java.lang java.lang.invoke java.lang.reflect java.math java.net java.nio java.text java.time \
  java.util java.util.concurrent java.util.concurrent.atomic java.util.concurrent.locks sun.nio.ch; do
  opens+=("--add-opens=java.base/$package=ALL-UNNAMED")
done
exec "$(dirname "$0")/../java-streaming/start.sh" "${opens[@]}"
