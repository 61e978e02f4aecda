# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads each #include under src and compares it with tools/layers.txt."""

import fnmatch
import os
import re
from dataclasses import dataclass, field

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)
GENERATED = re.compile(r"^([a-z0-9]+?)_(html|sql|assets|texts?)\.h$")


@dataclass
class Rules:
    may: dict = field(default_factory=dict)      # folder -> folders
    homes: dict = field(default_factory=dict)    # system header -> folders
    never: dict = field(default_factory=dict)    # folder -> patterns
    excuses: dict = field(default_factory=dict)  # (file, header) -> reason
    faults: list = field(default_factory=list)


def parse(text):
    rules = Rules()
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        words = line.split()
        if line.startswith("<"):
            rules.homes[words[0].strip("<>")] = words[1:]
        elif words[0] == "!":
            rules.never[words[1]] = words[2:]
        elif words[0] == "=" and len(words) >= 4:
            rules.excuses[(words[1], words[2])] = " ".join(words[3:])
        elif words[0].endswith(":"):
            rules.may[words[0][:-1]] = words[1:]
        else:
            rules.faults.append(f"tools/layers.txt:{number}: not understood: {line}")
    return rules


def folder_of(path):
    """base/buf.h -> base; parts/walk/walk.h -> parts/walk."""
    words = path.split("/")
    if words[0] == "parts" and len(words) > 2:
        return "/".join(words[:2])
    return words[0] if len(words) > 1 else ""


def rule_name(folder):
    return "parts/*" if folder.startswith("parts/") else folder


def home_of(header, files, own):
    """The folder an include leads to. Generated headers are named after their set."""
    if "/" in header:
        return folder_of(header)
    made = GENERATED.match(header)
    if made:
        part = f"parts/{made[1]}"
        folders = {folder_of(f) for f in files}
        if part in folders:
            return part
        if made[1] in folders:
            return made[1]
    return own


def check(files, rules):
    """files: {path below src: text}. Returns {test name: [fault]}."""
    faults = {"folders": [], "headers of the system": [], "parts": [], "circles": [],
              "the list itself": list(rules.faults)}
    used, graph, parts = set(), {}, {}
    for path, text in sorted(files.items()):
        own = folder_of(path)
        if rule_name(own) not in rules.may:
            faults["folders"].append(f"src/{path}: the folder is not in tools/layers.txt")
            continue
        for match in INCLUDE.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            kind, said = judge(path, own, match[2], match[1] == "<", files, rules)
            if said and (path, match[2]) in rules.excuses:
                used.add((path, match[2]))
            elif said:
                faults[kind].append(f"src/{path}:{line}: {match[2]}: {said}")
            graph.setdefault(path, set()).add(match[2])
            target = home_of(match[2], files, own)
            if target != own and target.startswith("parts/") and own.startswith("parts/"):
                parts.setdefault(own, set()).add(target)
    faults["circles"] = [" -> ".join(c) for g in (parts, graph) for c in [circle(g)] if c]
    faults["the list itself"] += [f"tools/layers.txt: the exception for {f} {h} excuses nothing"
                                  for f, h in rules.excuses if (f, h) not in used]
    return faults


def judge(path, own, header, angled, files, rules):
    """(test name, sentence), or (None, None) when the include is fine."""
    for pattern in rules.never.get(own, []):
        if fnmatch.fnmatch(header, pattern):
            return "headers of the system", f"{own} must not know it"
    if header in rules.homes and own not in rules.homes[header]:
        return "headers of the system", f"only in {', '.join(rules.homes[header])}"
    if angled:
        return None, None
    target = home_of(header, files, own)
    if target in (own, ""):
        return None, None
    if rule_name(target) not in rules.may[rule_name(own)]:
        if not (target.startswith("parts/") and own.startswith("parts/")):
            return "folders", f"{own} may not include {target}"
    if target.startswith("parts/"):
        name = target.split("/")[1]
        if header != f"parts/{name}/{name}.h":
            return "parts", f"into {target} leads only parts/{name}/{name}.h"
    return None, None


def circle(graph):
    """The first circle, as the list of its nodes, or None."""
    done = set()
    for start in sorted(graph):
        trail, rest = [start], [iter(sorted(graph[start]))]
        while trail:
            node = next(rest[-1], None)
            if node is None:
                done.add(trail.pop())
                rest.pop()
            elif node in trail:
                return trail[trail.index(node):] + [node]
            elif node not in done:
                trail.append(node)
                rest.append(iter(sorted(graph.get(node, ()))))
    return None


def read(root):
    files = {}
    for folder, _, names in os.walk(os.path.join(root, "src")):
        for name in names:
            if name.endswith((".c", ".h")):
                path = os.path.join(folder, name)
                with open(path, encoding="utf-8") as file:
                    files[os.path.relpath(path, os.path.join(root, "src"))] = file.read()
    return files
