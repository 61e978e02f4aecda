# SPDX-License-Identifier: AGPL-3.0-or-later
"""Just enough of C's lexis for the source rules: comments, literals, functions."""

import re
from dataclasses import dataclass

TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)
BETWEEN = re.compile(r'"[ \t\n]*"')


@dataclass
class Function:
    name: str
    line: int     # of the opening brace, from 1
    lines: int    # between the braces
    params: int


def _blank(match, keep):
    text = match[0]
    if keep(text):
        return text
    if text[0] in "\"'":
        return text[0] + " " * (len(text) - 2) + text[0]
    return re.sub(r"[^\n]", " ", text)


def without_comments(text):
    return TOKEN.sub(lambda m: _blank(m, lambda t: t[0] in "\"'"), text)


def code_only(text):
    """Comments and the inside of literals are blanked; lines and columns stay."""
    return TOKEN.sub(lambda m: _blank(m, lambda t: False), text)


def literals(text):
    """(line, text) of each string; neighbours are joined, as the compiler does."""
    found, end = [], 0
    for match in TOKEN.finditer(text):
        if match[0][0] != '"':
            continue
        gap = text[end:match.start()]
        if found and gap.strip() == "" and end:
            found[-1] = (found[-1][0], found[-1][1] + match[0][1:-1])
        else:
            found.append((text.count("\n", 0, match.start()) + 1, match[0][1:-1]))
        end = match.end()
    return found


def functions(text):
    """The functions of a file in this project's layout: braces in the first column."""
    lines, found, start = code_only(text).split("\n"), [], None
    for number, line in enumerate(lines, 1):
        if line == "{" and number > 1 and lines[number - 2].rstrip().endswith(")"):
            start = number
        elif line.startswith("}") and start:
            head = _head(lines, start - 2)
            name, params = _signature(head)
            found.append(Function(name, start, number - start - 1, params))
            start = None
    return found


def _head(lines, last):
    """The lines of a function's head, up to the one that starts in the first column."""
    first = last
    while first > 0 and (lines[first][:1] in (" ", "")):
        first -= 1
    return " ".join(lines[first:last + 1])


def _signature(head):
    match = re.search(r"(\w+)\s*\((.*)\)\s*$", head)
    if not match:
        return head.strip()[:40], 0
    inside = match[2].strip()
    if match[1] == "TEST":
        return inside, 0
    if inside in ("", "void"):
        return match[1], 0
    depth, params = 0, 1
    for char in inside:
        depth += (char == "(") - (char == ")")
        params += char == "," and depth == 0
    return match[1], params
