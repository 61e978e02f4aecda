# SPDX-License-Identifier: AGPL-3.0-or-later
"""The same bytes whichever compiler built the program, and on any number of threads.

Every seed of the fuzz target `analyse` is a command line and a file; a few files of
tests/data/analysis make the methods work in blocks, lanes and several threads."""

import concurrent.futures
import glob
import os
import re
import subprocess
import tempfile

from .result import Result

SEEDS = "tests/fuzz/corpus/analyse"
FILES = {"streets", "boundary", "areas", "population-file"}  # options that name the second file
DATA = "tests/data/analysis"
SERIES = ["--t", "week_start", "--value", "d7", f"{DATA}/chicago_weekly.csv"]
LARGER = [
    ["kde", "--cell", "250", f"{DATA}/cincinnati_places.csv"],
    ["kde", "--cell", "500", "--kernel", "quartic", "--edge", "uniform",
     f"{DATA}/cincinnati_places.csv"],
    ["dual-kde", "--group", "year", "--groups", "2018,2016", "--cell", "500",
     f"{DATA}/cincinnati_places.csv"],
    ["gistar", "--cell", "500", "--inference", "permutation", "--permutations", "99",
     f"{DATA}/cincinnati_places.csv"],
    ["moran", "--cell", "500", "--inference", "permutation", "--permutations", "99",
     f"{DATA}/cincinnati_places.csv"],
    ["scan", "--time-unit", "week", "--max-radius", "2000", "--max-duration", "28",
     "--permutations", "19", f"{DATA}/scan_cincinnati.csv"],
    ["knox", "--permutations", "19", f"{DATA}/scan_cincinnati.csv"],
    ["near-repeat-chains", f"{DATA}/scan_cincinnati.csv"],
    ["mantel", "--permutations", "9", f"{DATA}/scan_cincinnati.csv"],
    ["pai", "--value", "Pred", "--after", "Count", f"{DATA}/pai_cincinnati.csv"],
    ["stl", "--period", "52", "--robust", *SERIES],
    ["farrington", *SERIES],
    ["farrington", "--setting", "noufaily", *SERIES],
    ["ears", *SERIES],
    ["cusum", *SERIES],
    ["breaks", *SERIES],
    ["its", "--at", "2017-01-02", "--family", "negbin", *SERIES],
]


def _seed(path, folder):
    """The command line of a seed; its files are written into the folder."""
    name = os.path.basename(path)
    with open(path, "rb") as seed:
        line, rest = seed.read()[1:].split(b"\n", 1)
    first, _, second = rest.partition(b"\n===\n")
    end = ".geojson" if second.startswith(b"{") else ".csv"
    own, other = f"{folder}/{name}.csv", f"{folder}/{name}.second{end}"
    for file, text in ((own, first), (other, second)):
        with open(file, "wb") as out:
            out.write(text)
    words = [name.rsplit(".", 1)[0]]
    for option in line.decode().replace("\0", "").split():
        key, _, value = option.partition("=")
        value = other if key in FILES else value
        words += ["--" + key] + ([value] if value else [])
    return words + [own]


def _said(program, words, threads, env):
    done = subprocess.run([program, "analyse", words[0], "--threads", str(threads), *words[1:]],
                          stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=300,
                          env={**os.environ, **env})
    return done.returncode, done.stdout, done.stderr


def _difference(one, other):
    if one[0] != other[0]:
        return f"exit code {one[0]} and {other[0]}: {(one[2] + other[2]).decode()[:2000]}"
    at = next((i for i, pair in enumerate(zip(one[1], other[1])) if pair[0] != pair[1]), 0)
    shown = [text[max(0, at - 100):at + 60].decode(errors="replace") for text in (one[1], other[1])]
    return f"from byte {at}:\n  {shown[0]}\n  {shown[1]}"


def _compare(words, gcc, clang, env):
    """gcc on one thread is what the others are held against."""
    name = "the same bytes: " + " ".join(os.path.basename(w) if "/" in w else w for w in words)
    one = _said(gcc, words, 1, {})
    for label, program, threads, more in (("gcc on 3 threads", gcc, 3, {}),
                                          ("clang on 1 thread", clang, 1, env),
                                          ("clang on 2 threads", clang, 2, env)):
        other = _said(program, words, threads, more)
        if one != other:
            return Result().fail(name, f"gcc on 1 thread, and {label}: {_difference(one, other)}")
    if one[0] not in (0, 2) or (one[0] == 0 and not one[1]):
        return Result().fail(name, f"exit code {one[0]}: {one[2].decode()[:2000]}")
    return Result(passed=1)


def without_seed():
    """Methods that the fuzz target knows, without a seed in the corpus."""
    with open("tests/fuzz/analyse.c", encoding="utf-8") as text:
        names = re.search(r"names\[\] = \{(.*?)\};", text.read(), re.DOTALL)[1]
    seeds = {os.path.basename(path).rsplit(".", 1)[0] for path in glob.glob(f"{SEEDS}/*")}
    return [name for name in re.findall(r'"([a-z0-9-]+)"', names) if name not in seeds]


def same_bytes(gcc, clang, env):
    result = Result()
    for name in without_seed():
        result.fail(f"no seed of {name} in {SEEDS}")
    with tempfile.TemporaryDirectory() as folder, \
            concurrent.futures.ThreadPoolExecutor(2) as pool:
        cases = [_seed(path, folder) for path in sorted(glob.glob(f"{SEEDS}/*"))] + LARGER
        for one in pool.map(lambda words: _compare(words, gcc, clang, env), cases):
            result.add(one)
    return result
