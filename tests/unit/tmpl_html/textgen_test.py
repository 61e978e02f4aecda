# SPDX-License-Identifier: AGPL-3.0-or-later
"""tools/textgen.py takes good catalogues and refuses each kind of bad one with file and line."""
import os
import subprocess
import sys
import tempfile

TEXTGEN = os.path.join(os.path.dirname(__file__), "..", "..", "..", "tools", "textgen.py")
GOOD = 'msgid "a"\nmsgstr "x {1}"\n'
PLURAL = 'msgid "a"\nmsgid_plural "a"\nmsgstr[0] "x {1}"\nmsgstr[1] "y {1}"\n'

# what is wrong, Swedish, English, what must be said (None: nothing, and exit 0)
CASES = [
    ("good", GOOD, GOOD, None),
    ("plural", PLURAL, PLURAL, None),
    ("several lines", 'msgid "a"\nmsgstr ""\n"x "\n"{1}"\n', GOOD, None),
    ("header and comments", 'msgid ""\nmsgstr "Language: sv"\n\n# why\n' + GOOD, GOOD, None),
    ("missing key", GOOD + 'msgid "b"\nmsgstr "y"\n', GOOD, 'sv/p.po:3: "b" is missing in English'),
    ("key too much", GOOD, GOOD + 'msgid "b"\nmsgstr "y"\n', 'en/p.po:3: "b" is missing in Swedish'),
    ("other placeholder", GOOD, GOOD.replace("1", "2"), 'en/p.po:1: "a" has other placeholders'),
    ("bad placeholder", GOOD.replace("{1}", "{x}"), GOOD, "sv/p.po:1:"),
    ("double key", GOOD + GOOD, GOOD, 'sv/p.po:3: "a" stands already in'),
    ("empty text", 'msgid "a"\nmsgstr ""\n', GOOD, 'sv/p.po:1: "a" has no text'),
    ("half a plural", PLURAL.replace("y {1}", ""), PLURAL, 'sv/p.po:1: "a" has no text'),
    ("plural in one language", PLURAL, GOOD, 'en/p.po:1: "a" has plural forms in one'),
    ("no key", GOOD.replace('"a"', '"A b"'), GOOD, "sv/p.po:1:"),
    ("no syntax", GOOD + "nonsense\n", GOOD, "sv/p.po:3: expected msgid or msgstr"),
    ("unfinished quote", 'msgid "a"\nmsgstr "x {1}\n', GOOD, "sv/p.po:2:"),
    ("warning for a file that is not listed", GOOD, GOOD, "sv/q.po:1: warning: not listed"),
]


def run(folder, sv, en, unlisted):
    files = []
    for lang, text in (("sv", sv), ("en", en)):
        os.makedirs(os.path.join(folder, lang))
        path = os.path.join(folder, lang, "p.po")
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        files.append(path)
    if unlisted:
        with open(os.path.join(folder, "sv", "q.po"), "w", encoding="utf-8") as f:
            f.write(sv)
    outputs = [os.path.join(folder, "texts.h"), os.path.join(folder, "texts.c")]
    done = subprocess.run([sys.executable, TEXTGEN, "--dir", folder, "--out-h", outputs[0],
                           "--out-c", outputs[1]] + files, capture_output=True, text=True)
    return done.returncode, done.stderr, all(os.path.exists(p) for p in outputs)


print(f"1..{len(CASES)}")
for number, (name, sv, en, expected) in enumerate(CASES, 1):
    with tempfile.TemporaryDirectory() as folder:
        code, said, written = run(folder, sv, en, "not listed" in name)
    passes = expected is None or "warning" in expected
    good = (code == 0) == passes and written == passes and (expected or "") in said
    print(f"{'ok' if good else 'not ok'} {number} - textgen: {name}")
    if not good:
        print(f"# exit {code}: {said}")
