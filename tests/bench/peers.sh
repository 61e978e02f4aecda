#!/bin/sh
# SPDX-License-Identifier: AGPL-3.0-or-later
# peers.sh PEERS_BENCH: our methods beside R's and scikit-learn's on the same input, in one run. The packages are
# Debian's: r-base-core r-cran-spatstat r-cran-surveillance r-cran-spdep r-cran-vegan
# r-cran-strucchange python3-sklearn.
set -eu
here=$(dirname "$0")
if ! command -v Rscript >/dev/null; then
    echo "left out: no Rscript (Debian: r-base-core and the packages that $0 names)"
    exit 77
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$1" "$scratch"
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
Rscript --vanilla "$here/peers.R" "$scratch"
/usr/bin/python3 "$here/peers.py" "$scratch"
