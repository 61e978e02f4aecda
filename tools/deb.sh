#!/bin/bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# Builds the Debian package in build-deb/, from a copy of the tree, and lets lintian read it.
set -euo pipefail
cd "$(dirname "$0")/.."

tools/deps.sh build test deb
tools/npm.sh build
version=$(sed -n '1s/.*(\(.*\)).*/\1/p' debian/changelog)
copy=build-deb/samsyn-$version
rm -rf build-deb
mkdir -p "$copy"
git ls-files -z | while IFS= read -r -d '' file; do
    [ -e "$file" ] && printf '%s\0' "$file"
done | xargs -0 cp --parents -t "$copy"
ln -s "$PWD/node_modules" "$copy/node_modules"

echo "Building samsyn $version ..."
(cd "$copy" && dpkg-buildpackage -us -uc -b)
rm -rf "$copy"
lintian --fail-on error --display-info --suppress-tags-from-file debian/lintian-known \
    build-deb/samsyn_"$version"_*.changes
echo
ls -l build-deb/*.deb
