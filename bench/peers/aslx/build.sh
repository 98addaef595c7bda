#!/usr/bin/env bash
# The runner built the program before it began (run.sh); here it only says which one that is.
set -euo pipefail
echo "aslx=$("$ASLX" version | head -n 1 | sed 's/^aslx //')"
