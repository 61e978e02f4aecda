# SPDX-License-Identifier: AGPL-3.0-or-later
"""Turns data/names into C tables: names.py OUTPUT.c DIRECTORY

given.txt and family.txt hold one name a line, in lower case, in the order of its bytes (so that a search
can halve the table); rules.txt holds lists, one a line: its name, a blank, its words with | between.
Any fault stops the build with the line that has it.
"""
import pathlib
import sys


def read(path):
    names = path.read_text(encoding="utf-8").splitlines()
    for number, (before, name) in enumerate(zip([""] + names, names), 1):
        if not name.isalpha() or name != name.lower():
            sys.exit(f"names: {path.name}:{number}: {name!r} is no name in lower case")
        if before.encode() >= name.encode():
            sys.exit(f"names: {path.name}:{number}: {name!r} stands out of order")
    return names


def main(output, directory):
    folder = pathlib.Path(directory)
    out = ['#include "core/textguard_inner.h"', ""]
    for kind in ("given", "family"):
        names = read(folder / f"{kind}.txt")
        out.append(f"const char *const guard_{kind}[] = {{")
        out += [f'    "{name}",' for name in names]
        out += ["};", f"const size_t guard_{kind}_count = {len(names)};", ""]
    for number, line in enumerate((folder / "rules.txt").read_text(encoding="utf-8").splitlines(), 1):
        kind, _, words = line.partition(" ")
        if not words or any(not w or '"' in w or "\\" in w for w in words.split("|")):
            sys.exit(f"names: rules.txt:{number}: not a name and words with | between")
        out.append(f"const char *const guard_{kind}[] = {{")
        out += [f'    "{word}",' for word in words.split("|")]
        out += ["    NULL,", "};", ""]
    pathlib.Path(output).write_text("\n".join(out), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
