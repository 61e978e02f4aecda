# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counting tests, and reading the answers of programs that speak TAP."""

import re
from dataclasses import dataclass, field

TAP_LINE = re.compile(r"^(\s*)(not )?ok\b\s*(\d+)?\s*-?\s*(.*)$")
TAP_PLAN = re.compile(r"^1\.\.(\d+)")
DIRECTIVE = re.compile(r"(?:^|\s)#\s*(SKIP)\b\s*(.*)$", re.IGNORECASE)


@dataclass
class Failure:
    name: str
    output: str = ""


@dataclass
class Result:
    """passed: how many. failed: with what they said. skipped: (name, reason)."""

    passed: int = 0
    failed: list = field(default_factory=list)
    skipped: list = field(default_factory=list)

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        return self

    def fail(self, name, output=""):
        self.failed.append(Failure(name, output))
        return self

    def skip(self, name, reason):
        self.skipped.append((name, reason))
        return self

    @staticmethod
    def one(name, ok, output=""):
        return Result(passed=1) if ok else Result().fail(name, output)


def read_tap(name, text, exit_code, errors=""):
    """The result of one program's TAP. Only leaves are counted: a group is the sum of its tests.
    A plan that was not kept, and an exit code that no failed test explains, are failures too."""
    result = Result()
    seen, top, planned, depth = 0, 0, None, 0
    lines = text.splitlines()
    for number, line in enumerate(lines):
        plan = TAP_PLAN.match(line)
        if plan:
            planned = int(plan[1])
        match = TAP_LINE.match(line)
        if not match:
            continue
        indent, bad = len(match[1]), bool(match[2])
        top += indent == 0
        group = indent < depth
        depth = indent
        if group and not (bad and not result.failed):
            continue
        seen += 1
        _count(result, f"{name}: {match[4]}", bad, lines, number)
    if planned is None and exit_code == 0:
        result.fail(f"{name}: said nothing in TAP", text + errors)
    elif planned is not None and top != planned:
        result.fail(f"{name}: {top} of {planned} tests were run, exit code {exit_code}",
                    tail(text + errors))
    elif exit_code != 0 and not result.failed:
        result.fail(f"{name}: ended with exit code {exit_code}", tail(text + errors))
    elif seen == 0:
        result.fail(f"{name}: contains no test", text + errors)
    if result.failed and errors.strip():
        result.failed[-1].output += "\n" + tail(errors)
    return result


def _count(result, name, bad, lines, number):
    directive = DIRECTIVE.search(name)
    if directive:  # cmocka writes "not ok" before it
        result.skipped.append((name[:directive.start()], directive[2] or "no reason given"))
    elif bad:
        result.fail(name, "\n".join(_said(lines, number)))
    else:
        result.passed += 1


def _said(lines, number):
    """What stands after a failed test: the comments of cmocka, the YAML of node."""
    said = [lines[number]]
    for line in lines[number + 1:number + 60]:
        if TAP_LINE.match(line) or TAP_PLAN.match(line.strip()):
            break
        if not line.lstrip().startswith(("# Subtest", "duration_ms", "---", "...")):
            said.append(line)
    return said


def tail(text, lines=60):
    kept = text.splitlines()[-lines:]
    return "\n".join(kept)
