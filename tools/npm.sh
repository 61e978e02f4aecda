#!/bin/bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# Fetches the packages of package-lock.json into node_modules: tools/npm.sh build|test
# Does nothing when they are there already. "test" includes "build".
set -euo pipefail
cd "$(dirname "$0")/.."

kind=${1:-build}
sum=$(sha256sum package-lock.json | cut -d' ' -f1)
stamp=node_modules/.samsyn-stamp
have=$(cat "$stamp" 2>/dev/null || true)
case "$have" in
"$sum $kind" | "$sum test") exit 0 ;;
esac
omit=()
[ "$kind" = build ] && omit=(--omit=dev)
if ! npm ci --no-audit --no-fund --ignore-scripts --loglevel=error "${omit[@]}"; then
    echo "npm could not fetch the packages of package-lock.json. Is there a network?" >&2
    exit 1
fi
echo "$sum $kind" >"$stamp"
