#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Beside Python's programs: peers.py DIRECTORY, after peers_bench DIRECTORY. As peers.R."""

import pathlib
import sys
import time

WORK = "exact Epanechnikov 128^2, 10,000"
CASE = "kde_exact_epanechnikov_10k"


def main():
    try:
        import numpy
        import sklearn
        from sklearn.neighbors import KernelDensity
    except ImportError as missing:
        print(f"{WORK:34} left out: {missing}")
        return
    folder = pathlib.Path(sys.argv[1])
    ours = dict(line.split() for line in (folder / "ours.txt").read_text().splitlines())

    def numbers(name):
        return numpy.fromfile(folder / f"{name}.bin")

    points = numpy.column_stack([numbers("points_x"), numbers("points_y")])[:10000]
    centres = (numpy.arange(128) + 0.5) * 100
    places = numpy.array([(x, y) for y in centres for x in centres])
    start = time.process_time()
    kernel = KernelDensity(bandwidth=400, kernel="epanechnikov", rtol=0).fit(points)
    with numpy.errstate(divide="ignore"):
        answer = numpy.exp(kernel.score_samples(places)) * len(points)
    theirs, here = time.process_time() - start, float(ours[CASE])
    mine = numbers(CASE)
    differs = numpy.abs(answer - mine).max() / mine.max()
    print(f"{WORK:34} {here:10.6f} {theirs:10.4f} {theirs / here:8.0f} x  {differs:<9.1e} "
          f"scikit-learn {sklearn.__version__}")


main()
