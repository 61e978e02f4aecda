# SPDX-License-Identifier: AGPL-3.0-or-later
"""One planted fault of each kind must be found, and what is allowed must pass."""

from . import layers

RULES = layers.parse("""
base:
db: base
core: base db
parts/*: base db core
cmd: base core parts/*
<sqlite3.h> db
! base time.h
= core/odd.c cmd/x.h for the test
""")
ODD = ("core/odd.c", '#include "cmd/x.h"\n')
FAULTS = {
    "an include upwards": ("folders", {"base/a.c": '#include "core/b.h"\n'}),
    "a folder that nobody knows": ("folders", {"extra/a.c": ""}),
    "a header of the system in the wrong place":
        ("headers of the system", {"core/a.c": "#include <sqlite3.h>\n"}),
    "a header that a folder must not know":
        ("headers of the system", {"base/a.c": "  #  include <time.h>\n"}),
    "a part that reaches into another":
        ("parts", {"parts/walk/walk.c": '#include "parts/event/event_store.h"\n'}),
    "a part that takes the generated header of another":
        ("parts", {"parts/walk/walk.c": '#include "event_html.h"\n', "parts/event/event.c": ""}),
    "two parts in a circle":
        ("circles", {"parts/a/a.c": '#include "parts/b/b.h"\n',
                     "parts/b/b.c": '#include "parts/a/a.h"\n'}),
    "two headers in a circle":
        ("circles", {"base/a.h": '#include "base/b.h"\n', "base/b.h": '#include "base/a.h"\n'}),
}
ALLOWED = {
    "the ground": {"core/a.c": '#include "base/a.h"\n#include "db/db.h"\n'},
    "one's own generated header": {"parts/event/event.c": '#include "event_html.h"\n'},
    "another part's own header": {"parts/walk/walk.c": '#include "parts/event/event.h"\n'},
    "a header of the system at home": {"db/a.c": "#include <sqlite3.h>\n"},
}


def run():
    tests = []
    for name, (kind, files) in FAULTS.items():
        faults = layers.check({ODD[0]: ODD[1], **files}, RULES)
        found = [k for k, list_ in faults.items() if list_]
        tests.append((f"finds {name}", [] if found == [kind] else [f"wanted {kind}: {faults}"]))
    for name, files in ALLOWED.items():
        faults = layers.check({ODD[0]: ODD[1], **files}, RULES)
        tests.append((f"lets pass {name}", [f for list_ in faults.values() for f in list_]))
    stale = layers.check({"base/a.c": ""}, RULES)["the list itself"]
    tests.append(("finds an exception that excuses nothing", [] if stale else ["not found"]))
    broken = layers.parse("nonsense without a colon\n").faults
    tests.append(("finds a line that means nothing", [] if broken else ["not found"]))
    return tests
