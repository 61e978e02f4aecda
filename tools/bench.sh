#!/bin/bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# Measures: builds for speed in build-bench/ and runs tests/bench on both engines.
# The machine should have nothing else to do meanwhile.
set -euo pipefail
cd "$(dirname "$0")/.."

tools/deps.sh build test
tools/npm.sh build
if [ ! -f build-bench/build.ninja ]; then
    meson setup build-bench -Dbuildtype=release >/dev/null
fi
ninja -C build-bench
exec tools/pg meson test -C build-bench --benchmark --verbose --num-processes 1
