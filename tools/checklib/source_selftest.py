# SPDX-License-Identifier: AGPL-3.0-or-later
"""One planted fault of each kind must be found, and near misses must not be."""

from . import source
from .source import File

HEAD = "/* SPDX-License-Identifier: AGPL-3.0-or-later */\n"


def function(lines=1, params="void"):
    return HEAD + f"int f({params})\n{{\n" + "    g();\n" * lines + "}\n"


NUMBER = "19121212" + "-" + "1212"  # Tolvan's, made for examples; never issued
PLANTED = {
    "banned-call": File("src/a.c", HEAD + "void f(void)\n{\n    strcpy(a, b);\n}\n"),
    "sql-in-c": File("src/a.c", HEAD + 'char *q = "SELECT a, "\n    "b FROM t";\n'),
    "html-in-c": File("src/a.c", HEAD + 'char *q = "<p>hej</p>";\n'),
    "spdx": File("src/a.c", "int a;\n"),
    "long-file": File("src/a.c", HEAD + "int a;\n" * 500),
    "long-function": File("src/a.c", function(lines=51)),
    "parameters": File("src/a.c", function(params="int a, int b, int c, int (*d)(int, int),\n"
                                                  "      int e, int g, int h")),
    "nesting": File("src/a.c", HEAD + "void f(void)\n{\n" + " " * 20 + "if (a)\n}\n"),
    "white-space": File("src/a.c", HEAD + "int a; \n"),
    "unfinished": File("src/a.c", HEAD + "/* TO" + "DO: more */\n"),
    "machine-path": File("doc/a.md", "see /wo" + "rk/x\n"),
    "address": File("doc/a.md", "anna.a" + "@" + "kommun.se\n"),
    "personal-number": File("doc/a.md", f"{NUMBER}\n"),
    "sleep": File("tests/unit/a_test.c", HEAD + "void f(void)\n{\n    usleep(3);\n}\n"),
    "new-node": File("tests/scenario/a.mjs", "// SPDX-License-Identifier: AGPL-3.0-or-later\n"
                     "x.toSorted();\n"),
    "padding": File("tests/unit/a_test.c", HEAD +
                    "void f(void)\n{\n    g(memcmp(&a, &b, sizeof a));\n}\n"),
    "unlisted": File("doc/decisions/000-nothing.md", "# 000. Nothing\n"),
    "dead-link": File("doc/a.md", "see [b](no-such-file.md)\n"),
}
CLEAN = {
    "a banned name in a comment or a string": File(
        "src/a.c", HEAD + '/* not strcpy(a, b) */\nchar *s = "system(x)";\n'),
    "a longer name": File("src/a.c", HEAD + "int x = my_atoi(s);\n"),
    "words that only resemble SQL": File("src/a.c", HEAD + 'char *s = "Select from the list";\n'),
    "arrays compared": File("tests/unit/a_test.c", HEAD +
                            "void f(void)\n{\n    g(memcmp(a, b, 3));\n}\n"),
    "less-than signs": File("src/a.c", HEAD + 'char *s = "a < b > c";\n'),
    "a function of 50 lines": File("src/a.c", function(lines=50)),
    "six parameters": File("src/a.c", function(params="int a, int b, int c, int d, int e, int g")),
    "an example address": File("doc/a.md", "falt1" + "@" + "mariestad.example\n"),
    "a time stamp": File("doc/a.md", "20241301-1234 and 2024-03-04T08:00\n"),
    "a marked test": File("tests/a.mjs", f"// SPDX-License-Identifier: AGPL-3.0-or-later\n"
                                         f"// {source.MARK}\n'{NUMBER}'\n"),
    "links to files, places and other sites": File(
        "doc/a.md", "[a](../README.md) [b](../Makefile#x) [c](#d) [e](https://example.org/f.md)\n"),
    "the template of a temporary file": File("src/a.c", HEAD + 'char *s = "a-' + "X" * 6 + '";\n'),
}


def run():
    tests = []
    for rule, file in PLANTED.items():
        faults = source.check([file], [])
        found = [name for name, list_ in faults.items() if list_]
        said = [] if found == [rule] else [f"wanted {rule}, found {found}"]
        tests.append((f"finds {rule}", said))
    missing = sorted(set(source.RULES) - set(PLANTED))
    tests.append(("every rule has a planted fault", missing))
    for name, file in CLEAN.items():
        said = [f for list_ in source.check([file], []).values() for f in list_]
        tests.append((f"lets pass {name}", said))
    tests.append(("an exception excuses its rule only", _exception()))
    return tests


def _exception():
    excuse = source.Exception_("banned-call", "src/*.c", "for the test", 1)
    faults = source.check([PLANTED["banned-call"], PLANTED["white-space"]], [excuse])
    good = excuse.used and not faults["banned-call"] and faults["white-space"]
    return [] if good else [str(faults)]
