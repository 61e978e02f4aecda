#!/bin/bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# Installs what is missing of the named lists in tools/deps/: tools/deps.sh build test
# Asks dpkg first, so that apt is not touched when everything is there.
set -euo pipefail
cd "$(dirname "$0")/.."

min_node=18

# Does the package (or the command that does as well) exist already?
have()
{
    local package=$1 command=${2:-}
    if [ "$command" = node ] && command -v node >/dev/null; then
        [ "$(node -p 'process.versions.node.split(".")[0]')" -ge "$min_node" ]
        return
    fi
    if [ -n "$command" ] && command -v "$command" >/dev/null; then
        return 0
    fi
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ]
}

missing=()
for list in "$@"; do
    if [ ! -f "tools/deps/$list.txt" ]; then
        echo "tools/deps.sh: there is no list tools/deps/$list.txt." >&2
        exit 2
    fi
    while read -r package command _; do
        case $package in '' | '#'*) continue ;; esac
        have "$package" "$command" || missing+=("$package")
    done <"tools/deps/$list.txt"
done
[ ${#missing[@]} -eq 0 ] && exit 0

if ! command -v apt-get >/dev/null; then
    echo "Missing: ${missing[*]}" >&2
    echo "There is no apt-get here: install what corresponds to these Debian packages." >&2
    exit 1
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "Packages are missing, and neither root nor sudo is at hand. As root, run:" >&2
        echo "  apt-get install ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi
apt()
{
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
        -o Acquire::Retries=3 -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 "$@"
}
echo "Installing ${#missing[@]} packages: ${missing[*]}"
if ! apt update || ! apt install --no-install-recommends "${missing[@]}"; then
    echo "apt-get could not install: ${missing[*]}" >&2
    echo "Is there a network, and are the sources of Debian 12 in /etc/apt?" >&2
    exit 1
fi
