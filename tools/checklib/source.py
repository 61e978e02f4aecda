# SPDX-License-Identifier: AGPL-3.0-or-later
"""The source rules. Each takes a File and yields (line, sentence)."""

import fnmatch
import os
import re
import subprocess
from dataclasses import dataclass
from functools import cached_property

from . import ctext

FILE_LINES, FUNCTION_LINES, PARAMS, NESTING = 500, 50, 6, 4
CODE = (".c", ".h", ".py", ".sh", ".mjs", ".js", ".css", ".sql")
SPDX = CODE + (".html", ".build", ".po", ".service", ".socket", ".1", ".txt")
# what others made or a program wrote down: judged by its README, not by our layout
FOREIGN = ("tests/fuzz/corpus/*", "tests/data/*", "data/*", "package-lock.json", "LICENSE",
           "LICENSES/*", "debian/copyright", "po/*.json", "doc/pictures/*", "tests/bench/results/*")


@dataclass
class File:
    path: str
    text: str

    @cached_property
    def lines(self):
        return self.text.split("\n")

    @cached_property
    def is_c(self):
        return self.path.endswith((".c", ".h"))

    @cached_property
    def is_script(self):
        return self.text.startswith("#!")

    @cached_property
    def code(self):
        return ctext.code_only(self.text)

    @cached_property
    def is_test(self):
        return self.path.startswith("tests/")

    def line_of(self, offset):
        return self.text.count("\n", 0, offset) + 1

    def find(self, pattern, text=None):
        """(line, match) of each place."""
        text = self.text if text is None else text
        for match in pattern.finditer(text):
            yield text.count("\n", 0, match.start()) + 1, match


BANNED = re.compile(r"\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol|system|popen|alloca"
                    r"|rand|srand|setlocale)\s*\(")


def banned_calls(file):
    if file.is_c:
        for line, match in file.find(BANNED, file.code):
            yield line, f"{match[1]}() is banned"


SQL = re.compile(r"\b(SELECT\b.+\bFROM\b|INSERT\s+(OR\s+\w+\s+)?INTO\b|UPDATE\s+\w+\s+SET\b"
                 r"|DELETE\s+FROM\b|(CREATE|DROP|ALTER)\s+(UNIQUE\s+)?(TABLE|INDEX|VIEW|POLICY))",
                 re.DOTALL)


def sql_in_c(file):
    if file.is_c and file.path.startswith("src/"):
        for line, text in ctext.literals(file.text):
            if SQL.search(text):
                yield line, "SQL in a C string: it belongs in a .sql file"


HTML = re.compile(r"</[a-z]+>|<(a|b|p|br|li|ul|ol|div|span|form|input|table|tr|td|th|h[1-6]|html"
                  r"|head|body|script|style|svg|g|rect|path|button|label|select|option)\b[^<]*>")


def html_in_c(file):
    if file.is_c and file.path.startswith("src/"):
        for line, text in ctext.literals(file.text):
            if HTML.search(text):
                yield line, "HTML in a C string: it belongs in a template"


def spdx(file):
    named = os.path.basename(file.path) in ("Makefile", "run") and not file.path.endswith(".txt")
    wanted = file.path.endswith(SPDX) or file.is_script or named
    if wanted and file.text.strip() and not file.path.endswith(("layers.txt", "CMakeLists.txt")):
        if file.path.endswith(".txt"):
            return
        if not any("SPDX-License-Identifier: AGPL-3.0-or-later" in l for l in file.lines[:5]):
            yield 1, "the SPDX line is missing"


def long_file(file):
    count = len(file.lines) - 1
    if (file.path.endswith(CODE) or file.is_script) and count > FILE_LINES:
        yield 1, f"{count} lines; a file has at most {FILE_LINES}"


def long_function(file):
    if file.is_c:
        for f in ctext.functions(file.text):
            if f.lines > FUNCTION_LINES:
                yield f.line, f"{f.name}() has {f.lines} lines; at most {FUNCTION_LINES}"


def many_parameters(file):
    if file.is_c:
        for f in ctext.functions(file.text):
            if f.params > PARAMS:
                yield f.line, f"{f.name}() has {f.params} parameters; at most {PARAMS}"


DEEP = re.compile(r"^ {%d,}(if|for|while|switch|do)\b" % (4 * (NESTING + 1)), re.MULTILINE)


def deep_nesting(file):
    if file.is_c:
        for line, _ in file.find(DEEP, file.code):
            yield line, f"nested deeper than {NESTING} levels"


def white_space(file):
    tabs = os.path.basename(file.path) in ("Makefile", "rules")
    for number, line in enumerate(file.lines, 1):
        if line.endswith((" ", "\t", "\r")):
            yield number, "white space at the end of the line"
        if "\t" in line and not tabs:
            yield number, "a tab"
    if file.text and not file.text.endswith("\n"):
        yield len(file.lines), "the last line does not end"


WORDS = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "X" * 3, "HA" + "CK"]) + r")\b")


def unfinished(file):
    for line, match in file.find(WORDS):
        yield line, f"{match[1]}: finish it, or write an issue"


PATHS = re.compile(r"(?<![\w.])/(wo" + r"rk|root|Users)/|(?<![\w.])/home/[a-z]")


def machine_paths(file):
    for line, match in file.find(PATHS):
        yield line, f"{match[0]}: a path of one machine"


EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@((?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,})\b")
EXAMPLE = re.compile(r"(^|\.)(example(\.(com|net|org|se))?|test|invalid|localhost|exempel\.se"
                     r"|[a-z]\.[a-z]+)$")


def real_addresses(file):
    for line, match in file.find(EMAIL):
        unit = match[1].endswith((".service", ".socket"))
        if not EXAMPLE.search(match[1].lower()) and not unit:
            yield line, f"{match[0]}: only addresses at example domains"


NUMBER = re.compile(r"(?<![\w.-])(?:19|20)?(\d{2})(\d{2})(\d{2})([-+]?)(\d{4})(?![\w-])")
MARK = "check-source: made-up personal numbers"


def personal_numbers(file):
    if file.is_test and MARK in file.text:
        return
    for line, match in file.find(NUMBER):
        digits = "".join(match.group(1, 2, 3, 5))
        long = len(match[0]) - len(match[4]) == 12
        if not match[4] and not long:
            continue
        day = int(match[3]) - (60 if int(match[3]) > 60 else 0)
        if 1 <= int(match[2]) <= 12 and 1 <= day <= 31 and _luhn(digits):
            yield line, f"{match[0]} looks like a personal identity number"


def _luhn(digits):
    total = 0
    for number, digit in enumerate(digits):
        doubled = int(digit) * (2 - number % 2)
        total += doubled // 10 + doubled % 10
    return total % 10 == 0


SLEEP = re.compile(r"\b(sleep|usleep|nanosleep|waitForTimeout|setTimeout|setInterval)\s*\("
                   r"|\b(pkill|killall)\b")


def sleeping_tests(file):
    if file.is_test and file.path.endswith((".c", ".mjs", ".js", ".sh", ".py")):
        text = file.code if file.is_c else file.text
        for line, match in file.find(SLEEP, text):
            yield line, f"{match[0].strip('(')}: wait for what happens, end by process id"


PADDING = re.compile(r"\bmemcmp\s*\(\s*&")


def padding_compared(file):
    """What lies between the fields of a struct is whatever the compiler left there."""
    if file.is_test and file.is_c and not file.path.endswith("/test.h"):
        for line, _ in file.find(PADDING, file.code):
            yield line, "memcmp(&: a struct may have padding; use CHECK_SAME_BYTES or its fields"


NEW_NODE = re.compile(r"\.(toSorted|toReversed|toSpliced|fromAsync|withResolvers|groupBy)\s*\("
                      r"|\.getSetCookie\s*\(|\bimport\.meta\.(dirname|filename)\b(?!\s*\?\?)")


def new_node(file):
    """Debian 12's Node is 18, and has undici as a package of its own; others run the tests too."""
    if file.path.endswith(".mjs") or (file.is_test and file.path.endswith(".js")):
        for line, match in file.find(NEW_NODE):
            yield line, f"{match[0].strip('.(')}: Debian 12's Node 18 does not have it"


LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def dead_links(file):
    """Links of documents to files of the tree; the working directory is its root."""
    if file.path.endswith(".md"):
        for line, match in file.find(LINK):
            target = os.path.normpath(os.path.join(os.path.dirname(file.path), match[1]))
            if not os.path.exists(target):
                yield line, f"{match[1]}: the link leads nowhere"


def unlisted_decision(file):
    """Whoever looks for why something is as it is begins at the list."""
    if file.path.startswith("doc/decisions/") and file.path.endswith(".md"):
        with open("doc/README.md", encoding="utf-8") as index:
            if f"({file.path[len('doc/'):]})" not in index.read():
                yield 1, "doc/README.md does not list this decision"


RULES = {
    "banned-call": banned_calls, "sql-in-c": sql_in_c, "html-in-c": html_in_c, "spdx": spdx,
    "long-file": long_file, "long-function": long_function, "parameters": many_parameters,
    "nesting": deep_nesting, "white-space": white_space, "unfinished": unfinished,
    "machine-path": machine_paths, "address": real_addresses,
    "personal-number": personal_numbers, "sleep": sleeping_tests, "dead-link": dead_links,
    "new-node": new_node, "padding": padding_compared,
    "unlisted": unlisted_decision,
}


@dataclass
class Exception_:
    rule: str
    glob: str
    reason: str
    line: int
    used: bool = False


def read_exceptions(path, known=None):
    """Lines of: rule, path or glob, reason. Returns (list, faults in the list itself)."""
    known, found, faults = known or RULES, [], []
    if not os.path.exists(path):
        return found, faults
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            words = line.split(None, 2)
            if not words or words[0].startswith("#"):
                continue
            if len(words) < 3 or words[0] not in known:
                faults.append(f"{path}:{number}: wanted: rule, path, reason")
            else:
                found.append(Exception_(words[0], words[1], words[2].strip(), number))
    return found, faults


def list_files(root):
    """The project's files: what git follows, and what it would follow when added."""
    done = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=root,
                          stdout=subprocess.PIPE, check=True)
    return sorted(set(done.stdout.decode("utf-8", "replace").split("\0")) - {""})


def read(root, paths):
    for path in paths:
        full = os.path.join(root, path)
        if any(fnmatch.fnmatch(path, glob) for glob in FOREIGN) or not os.path.isfile(full):
            continue
        with open(full, "rb") as file:
            data = file.read()
        if b"\0" not in data:
            yield File(path, data.decode("utf-8", "replace"))


def check(files, exceptions):
    """{rule: [fault]} for all rules; an exception that excuses nothing is a fault as well."""
    faults = {rule: [] for rule in RULES}
    for file in files:
        for rule, judge in RULES.items():
            for line, sentence in judge(file):
                excuse = next((e for e in exceptions if e.rule == rule
                               and fnmatch.fnmatch(file.path, e.glob)), None)
                if excuse:
                    excuse.used = True
                else:
                    faults[rule].append(f"{file.path}:{line}: {sentence}")
    return faults
