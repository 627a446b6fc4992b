#!/bin/bash
# Builds Offhook for speed and measures it, beside what people use instead.
#   tests/bench/run.sh [--write] [ROW...]
# --write puts the tables into docs/performance.md. Rows: see tests/bench/bench.py --help.
set -euo pipefail
source=$(cd "$(dirname "$0")/../.." && pwd)
build=${OFFHOOK_BENCH_BUILD:-$source/build-bench}

"$source/packaging/install-packages.sh" build run test bench ||
  echo "Going on without them: what needs them is skipped." >&2
if [ ! -e "$build/build.ninja" ]; then
  meson setup "$build" "$source" -Dbuildtype=release >&2
fi
ninja -C "$build" >&2
exec /usr/bin/python3 "$source/tests/bench/bench.py" --build "$build" "$@"
