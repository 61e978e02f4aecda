# SPDX-License-Identifier: AGPL-3.0-or-later
"""The steps of tools/check, in the order in which they run."""

import glob
import json
import os
import re
import subprocess
from dataclasses import dataclass, field
from typing import Callable

from . import answers, node, reference
from .postgres import Postgres, PostgresError
from .result import Failure, Result, read_tap, tail
from .run import NINJA, ninja_errors, run

GCC = "build-check-gcc"
CLANG = "build-check-clang"
SANITIZERS = {
    "ASAN_OPTIONS": "detect_leaks=1:abort_on_error=0:detect_stack_use_after_return=1",
    "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
    "LSAN_OPTIONS": f"suppressions={os.path.abspath('tools/lsan.supp')}:print_suppressions=0",
}


class Stop(Exception):
    """The step could not run; output says more."""

    def __init__(self, sentence, output=""):
        super().__init__(sentence)
        self.output = output


@dataclass
class Step:
    name: str
    title: str
    run: Callable
    needs: list = field(default_factory=list)
    gate: bool = False  # others cannot run when this failed
    long: bool = False


class Context:
    """What the steps share: the root, and one PostgreSQL that starts when first asked for."""

    def __init__(self, root, match=""):
        self.root, self.match, self._pg = root, match, None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._pg:
            self._pg.stop()

    def postgres(self):
        if not self._pg:
            try:
                self._pg = Postgres().__enter__()
            except (PostgresError, OSError) as problem:
                raise Stop(f"PostgreSQL for the tests: {problem}") from problem
        return self._pg.url


def command(name, args, timeout=1800, env=None):
    """A program that is one check by itself: passed when it ends with 0."""
    code, output = run(args, timeout=timeout, env=env)
    return Result.one(name, code == 0, tail(output, 100))


def tap_program(name, args, timeout=600):
    """A checker of ours that answers in TAP."""
    done = subprocess.run(args, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=timeout, check=False)
    return read_tap(name, done.stdout, done.returncode, done.stderr)


def deps(_):
    return command("Debian packages", ["tools/deps.sh", "build", "test"])


def npm(_):
    return command("npm packages", ["tools/npm.sh", "test"], timeout=600)


def source(_):
    return tap_program("check-source", ["tools/check-source", "--tap"]).add(
        tap_program("check-source --selftest", ["tools/check-source", "--selftest"]))


def layers(_):
    return tap_program("layers", ["tools/layers", "--tap"]).add(
        tap_program("layers --selftest", ["tools/layers", "--selftest"]))


def tracked(*patterns):
    listed = subprocess.run(["git", "ls-files", "-z", "--", *patterns], stdout=subprocess.PIPE,
                            check=True)
    names = listed.stdout.decode().split("\0")
    return [name for name in names if name and os.path.exists(name)]


def layout(_):
    files = tracked("*.c", "*.h")
    done = subprocess.run(["clang-format", "--dry-run", "-Werror", *files],
                          stderr=subprocess.STDOUT, stdout=subprocess.PIPE, text=True, check=False)
    bad = sorted(set(re.findall(r"^(\S+?):\d+:\d+: error", done.stdout, re.MULTILINE)))
    result = Result(passed=len(files) - len(bad))
    for name in bad:
        result.fail(f"layout: {name} is not as clang-format lays it out (make format)")
    if done.returncode != 0 and not bad:
        result.fail("layout: clang-format failed", tail(done.stdout))
    return result


def build(folder, compiler, options):
    """Sets a build folder up when it is new, and builds everything in it."""
    if not os.path.exists(f"{folder}/build.ninja"):
        code, output = run(["meson", "setup", folder, "-Dwerror=true", *options],
                           env={"CC": compiler})
        if code != 0:
            return Result().fail(f"meson setup {folder}", tail(output))
    code, output = run(["ninja", "-k", "20", "-C", folder], timeout=3600,
                       say=lambda line: line.strip() if NINJA.match(line) else "")
    return Result.one(f"ninja -C {folder}", code == 0, ninja_errors(output))


def build_gcc(_):
    return build(GCC, "gcc", [])


def build_clang(_):
    return build(CLANG, "clang", ["-Db_sanitize=address,undefined", "-Db_lundef=false"])


# The figures of the research tools, whole: beside the tree where it is developed. Tests that need
# more than the small copies in tests/data name themselves and are left out without it.
REFERENCE = "../shared/reference/analysis"


def meson_tests(context, folder, label, env=None):
    """Runs all C tests of a build folder on both engines and reads what each one said."""
    env = {**(env or {}), "SAMSYN_TEST_PG": context.postgres()}
    if os.path.isdir(REFERENCE):
        env.setdefault("SAMSYN_REFERENCE", os.path.abspath(REFERENCE))
    code, output = run(["meson", "test", "-C", folder, "--no-rebuild", "--no-suite", "bench"],
                       env=env, timeout=2400)
    log = f"{folder}/meson-logs/testlog.json"
    if not os.path.exists(log):
        return Result().fail(f"{label}: meson test", tail(output))
    result = Result()
    with open(log, encoding="utf-8") as lines:
        for line in lines:
            result.add(meson_test(label, json.loads(line)))
    if code != 0 and not result.failed:
        result.fail(f"{label}: meson test ended with exit code {code}", tail(output))
    return result


def meson_test(label, test):
    name = f"{label}: {test['name']}"
    said, errors = test.get("stdout") or "", test.get("stderr") or ""
    if test["result"] == "SKIP":
        return Result(skipped=[(name, "the test program skipped itself")])
    if test["result"] == "TIMEOUT":
        return Result(failed=[Failure(f"{name}: not finished in time", tail(said + errors))])
    if re.search(r"^1\.\.\d+", said, re.MULTILINE):
        return read_tap(name, said, test["returncode"], errors)
    return Result.one(name, test["result"] == "OK", tail(said + errors))


def unit(context):
    """And were all figures of the reference set compared?"""
    if not os.path.isdir(REFERENCE):
        return meson_tests(context, GCC, "gcc").skip(
            "reference", f"no {REFERENCE}: what is compared with it was not held against "
            f"{reference.LIST}")
    log = os.path.abspath(f"{GCC}/compared.txt")
    with open(log, "w", encoding="utf-8"):
        pass
    result = meson_tests(context, GCC, "gcc", {"SAMSYN_COMPARED": log})
    return result.add(reference.check(f"{REFERENCE}/out", log))


def unit_sanitized(context):
    return meson_tests(context, CLANG, "clang", SANITIZERS)


def manual(_):
    return tap_program("man pages", ["tools/check-man", binary(GCC)])


def binary(folder):
    path = os.path.abspath(f"{folder}/src/cmd/samsyn")
    if not os.path.exists(path):
        raise Stop(f"there is no {path}: the build made no program")
    return path


def kept_exercise(env):
    """Draws the exercise data that all test files of one engine start from."""
    folder = os.path.abspath(f"{GCC}/exercise")
    code, output = run(["node", "tests/scenario/kept_exercise.mjs", folder], env=env, timeout=600)
    if code != 0:
        raise Stop(f"exercise data for the tests: {tail(output)}")
    return {**env, "SAMSYN_TEST_KEPT": folder}


def scenario(context):
    files = [f for f in sorted(glob.glob("tests/scenario/*.test.mjs")) if context.match in f]
    if not files:
        raise Stop("tests/scenario holds no *.test.mjs")
    env = {"SAMSYN_BIN": binary(GCC), "SAMSYN_TEST_PG": context.postgres()}
    engines = {engine: kept_exercise({**env, "SAMSYN_TEST_ENGINE": engine})
               for engine in ("sqlite", "postgres")}
    return node.run_all([node.Job(f"{engine}: {file}", file, of_engine)
                         for engine, of_engine in engines.items() for file in files])


def browser(context):
    files = [f for f in sorted(glob.glob("tests/browser/*.test.mjs")) if context.match in f]
    if not files:
        raise Stop("tests/browser holds no *.test.mjs")
    shots = os.path.abspath(f"{GCC}/browser")
    os.makedirs(shots, exist_ok=True)
    env = kept_exercise({"SAMSYN_BIN": binary(GCC), "SAMSYN_TEST_ENGINE": "sqlite",
                         "SAMSYN_TEST_SHOTS": shots})
    return node.run_all([node.Job(file, file, env) for file in files])


def same_bytes(_):
    return answers.same_bytes(binary(GCC), binary(CLANG), SANITIZERS)


def package(_):
    return command("make deb", ["make", "deb"], timeout=3600)


def mutants(context):
    """Takes one protection away at a time; a test must notice."""
    os.environ["SAMSYN_TEST_PG"] = context.postgres()
    return tap_program("mutants", ["tools/mutate"], timeout=7200)


def fuzz(_):
    return command("fuzzing", ["tools/fuzz", "--seconds", "60"], timeout=7200)


def bench(_):
    return command("benchmarks", ["make", "bench"], timeout=7200)


STEPS = [
    Step("deps", "Debian packages", deps, gate=True),
    Step("npm", "npm packages", npm, ["deps"], gate=True),
    Step("source", "source rules", source),
    Step("layers", "who includes whom", layers),
    Step("layout", "layout (clang-format)", layout, ["deps"]),
    Step("build", "build with gcc", build_gcc, ["deps", "npm"], gate=True),
    Step("unit", "unit tests and fuzz corpora (gcc)", unit, ["build"]),
    Step("man", "man pages against the program", manual, ["build"]),
    Step("scenario", "scenarios on SQLite and PostgreSQL", scenario, ["build"]),
    Step("browser", "browser tests", browser, ["build"]),
    Step("build-san", "build with clang, ASan and UBSan", build_clang, ["deps", "npm"], gate=True),
    Step("unit-san", "unit tests and fuzz corpora (ASan, UBSan)", unit_sanitized, ["build-san"]),
    Step("bytes", "the same answers by both compilers", same_bytes, ["build", "build-san"]),
    Step("package", "Debian package", package, ["deps", "npm"], long=True),
    Step("mutants", "protections taken away one at a time", mutants, ["build"], long=True),
    Step("fuzz", "fuzzing, one minute each", fuzz, ["build-san"], long=True),
    Step("bench", "benchmarks", bench, ["build"], long=True),
]


def choose(only, with_long):
    """The steps to run: all, or the named ones with what they need."""
    by_name = {step.name: step for step in STEPS}
    for name in only:
        if name not in by_name:
            raise SystemExit(f"tools/check: there is no step {name}. "
                             f"The steps are: {', '.join(by_name)}")
    if not only:
        return [step for step in STEPS if with_long or not step.long]
    wanted = set()
    pending = list(only)
    while pending:
        name = pending.pop()
        if name not in wanted:
            wanted.add(name)
            pending += by_name[name].needs
    return [step for step in STEPS if step.name in wanted]
