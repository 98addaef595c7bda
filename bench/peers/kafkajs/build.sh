#!/usr/bin/env bash
# The packages of package.json below $TARGET; their versions on standard output.
# The other node peer calls this with its folder.
set -euo pipefail
cd "${1:-$(dirname "$0")}"
if ! cmp -s package.json "$TARGET/package.json"; then
  cp package.json "$TARGET/package.json.new"
  (cd "$TARGET" && rm -rf node_modules && mv package.json.new package.json &&
    npm install --silent --no-audit --no-fund --no-update-notifier --ignore-scripts --cache "$CACHE/npm" >&2) ||
    { rm -f "$TARGET/package.json"; exit 1; }
fi
sed -nE '/"dependencies"/,/}/s/^ *"(@?[a-z/-]+)": "([0-9.]+)",?$/\1=\2/p' package.json
echo "node=$(node --version | tr -d v)"
