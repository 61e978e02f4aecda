#!/bin/bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# Builds the program for use: build-release/src/cmd/samsyn. Tests are not built.
set -euo pipefail
cd "$(dirname "$0")/.."

tools/deps.sh build
tools/npm.sh build
if [ ! -f build-release/build.ninja ]; then
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    if ! meson setup build-release -Dbuildtype=release -Dtests=false >"$log" 2>&1; then
        cat "$log" >&2
        exit 1
    fi
fi
exec ninja -C build-release
