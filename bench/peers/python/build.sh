#!/usr/bin/env bash
# A virtual environment below $TARGET with the packages of requirements.txt; their versions on standard output.
# The other Python peer calls this with its folder.
set -euo pipefail
cd "${1:-$(dirname "$0")}"
if ! cmp -s requirements.txt "$TARGET/requirements.txt"; then
  rm -rf "$TARGET/environment"
  python3 -m venv "$TARGET/environment"
  "$TARGET/environment/bin/pip" install --quiet --disable-pip-version-check --cache-dir "$CACHE/pip" \
    -r requirements.txt >&2
  cp requirements.txt "$TARGET/requirements.txt"
fi
sed 's/==/=/' requirements.txt
echo "python=$("$TARGET/environment/bin/python" -c 'import platform; print(platform.python_version())')"
