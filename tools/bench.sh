#!/bin/bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# Measures: builds for speed in build-bench/, runs tests/bench on both engines, and ends with a
# table. PostgreSQL waits for the disk. The machine should have nothing else to do meanwhile.
set -euo pipefail
cd "$(dirname "$0")/.."

tools/deps.sh build test
tools/npm.sh build
if [ ! -f build-bench/build.ninja ]; then
    meson setup build-bench -Dbuildtype=release >/dev/null
fi
ninja -C build-bench benches
log=build-bench/meson-logs/benchmarklog.json
rm -f "$log"
export TMPDIR=${TMPDIR:-/var/tmp}
code=0
tools/pg --durable meson test -C build-bench --benchmark --logbase benchmarklog --no-rebuild \
    --verbose --num-processes 1 || code=$?
tools/bench-table "$log" || code=$?
exit "$code"
