# SPDX-License-Identifier: AGPL-3.0-or-later
"""Is every file and figure of the reference set compared by some test, or is it said why not?

tests/data/analysis/reference.txt is the list; the tests write what they compared (reference.h)."""

import json
import os
import re

from .result import Result

LIST = "tests/data/analysis/reference.txt"
COPIES = "tests/data/analysis/reference"


class Entry:
    def __init__(self, files, whole_only, told):
        self.files = [pattern(name) for name in files]
        self.whole_only, self.told = whole_only, told
        self.excused = []  # (pattern, reason)


def pattern(text):
    """* is any text, ? one character; all else is itself, also brackets."""
    return re.compile(re.escape(text).replace(r"\*", ".*").replace(r"\?", ".") + r"\Z")


def entries(lines):
    found = []
    for line in lines:
        if not line.strip() or line.startswith("#"):
            continue
        names, _, told = line.strip().partition(": ")
        if line.startswith("  - "):
            found[-1].excused += [(pattern(name), told) for name in names[2:].split()]
        else:
            whole_only = names.endswith(" (whole only)")
            found.append(Entry(names.removesuffix(" (whole only)").split(), whole_only, told))
    return found


def leaves(value, path=""):
    if isinstance(value, dict):
        for key, one in value.items():
            yield from leaves(one, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from leaves(one, f"{path}[{number}]")
    else:
        yield path


def figures(path):
    """Columns or leaves; one figure, the file itself, where it is a text."""
    with open(path, encoding="utf-8") as text:
        if path.endswith(".json"):
            return list(leaves(json.load(text)))
        if path.endswith(".csv"):
            return text.readline().strip().split(",")
        if re.search(r"\.(col|gis|rr|llr)\.txt$", path):
            return text.readline().split()
    return [os.path.basename(path)]


def all_files(folder):
    return sorted(os.path.relpath(os.path.join(where, name), folder)
                  for where, _, names in os.walk(folder) for name in names)


def _hold(name, own, compared, entry):
    """What is wrong with one file."""
    faults = [f"{one} is compared by no test, and reference.txt does not say why"
              for one in own
              if one not in compared and not any(p.match(one) for p, _ in entry.excused)]
    if not entry.told or any(not reason for _, reason in entry.excused):
        faults.append("a line of reference.txt says nothing")
    if not entry.whole_only and not os.path.exists(f"{COPIES}/{name}"):
        faults.append(f"no copy in {COPIES}, and reference.txt does not say (whole only)")
    return faults


def check(folder, log):
    """folder: the whole set; log: what the tests compared."""
    result, compared = Result(), {}
    with open(LIST, encoding="utf-8") as lines:
        listed = entries(lines)
    with open(log, encoding="utf-8") as lines:
        for line in lines:
            name, _, figure = line.rstrip("\n").partition("\t")
            compared.setdefault(name, set()).add(figure)
    used, excuses = set(), set()
    for name in all_files(folder):
        entry = next((e for e in listed if any(p.match(name) for p in e.files)), None)
        if not entry:
            result.fail(f"reference: {name} is named by no line of {LIST}")
            continue
        used.add(entry)
        own = figures(os.path.join(folder, name))
        excuses |= {p for p, _ in entry.excused for one in own
                    if p.match(one) and one not in compared.get(name, ())}
        faults = _hold(name, own, compared.get(name, ()), entry)
        result.add(Result.one(f"reference: {name}", not faults, "\n".join(faults)))
    for entry in listed:
        if entry not in used:
            result.fail(f"reference: no such file: {entry.files[0].pattern}")
        for p, reason in entry.excused:
            if entry in used and p not in excuses:
                result.fail(f"reference: everything is compared that {p.pattern} excuses: {reason}")
    return result
