#!/usr/bin/env bash
# Jars from Maven Central and the classes of a Java peer, below $TARGET; its versions on standard output.
# The other Java peers call this with their folder.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "${1:-$here}"
# Java that writes nothing outside.
export JAVA_TOOL_OPTIONS="-XX:-UsePerfData -Djava.io.tmpdir=$TARGET" MAVEN_OPTS=-Duser.home=$CACHE
if ! cmp -s pom.xml "$TARGET/pom.xml"; then
  rm -rf "$TARGET/jars"
  # The poms on the way are kept in the cache folder, and nothing in the user's own Maven repository.
  mvn -q -B -f pom.xml "-Dmaven.repo.local=$CACHE/maven" dependency:copy-dependencies \
    "-DoutputDirectory=$TARGET/jars" >&2
  cp pom.xml "$TARGET/pom.xml"
fi
rm -rf "$TARGET/classes"
javac -Xlint:all,-serial,-processing -Werror -cp "$TARGET/jars/*" -d "$TARGET/classes" ./*.java \
  $([ "$PWD" = "$here" ] || echo "$here/Transform.java") >&2
ls "$TARGET/jars" | sed -nE 's/^(kafka-(clients|streams)|jackson-core|flink-(streaming-java|connector-kafka))-([0-9].*)\.jar$/\1=\4/p'
echo "java=$(java -version 2>&1 | sed -nE 's/.* version "(.*)".*/\1/p')"
