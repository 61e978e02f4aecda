#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make texts.h and texts.c from the catalogues po/sv/*.po and po/en/*.po.

textgen.py --dir PO --out-h texts.h --out-c texts.c FILE.po...

A file belongs to the language its folder is named after. The msgid is the key. Refused, with
file:line: a key that is missing in one language, given twice, without text, with other
placeholders ({1} {2} ...) or other plural forms than in Swedish.
"""
import argparse
import os
import re
import sys

LANGS = ("sv", "en")
KEYWORD = re.compile(r'^(msgctxt|msgid|msgid_plural|msgstr|msgstr\[[01]\])\s+(".*")$')
STRING = re.compile(r'^"((?:[^"\\]|\\.)*)"$')
KEY = re.compile(r"^[a-z][a-z0-9_]*$")
ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}


class Problem(Exception):
    """One sentence with file and line."""


class Entry:
    def __init__(self, path, line):
        self.path, self.line = path, line
        self.fields = {}

    def fail(self, sentence):
        raise Problem(f"{self.path}:{self.line}: {sentence}")

    @property
    def key(self):
        return self.fields.get("msgid", "")

    @property
    def plural(self):
        return "msgid_plural" in self.fields

    def forms(self):
        if self.plural:
            return [self.fields.get("msgstr[0]", ""), self.fields.get("msgstr[1]", "")]
        return [self.fields.get("msgstr", "")]

    def check(self):
        if not KEY.match(self.key):
            self.fail(f'the key "{self.key}" must be small letters, digits and _')
        if self.plural and self.fields["msgid_plural"] != self.key:
            self.fail(f'msgid_plural of "{self.key}" must be the key once more')
        if not all(self.forms()):
            self.fail(f'"{self.key}" has no text')

    def placeholders(self):
        found = set()
        for form in self.forms():
            for inner in re.findall(r"\{([^}]*)\}?", form):
                if inner not in tuple("123456789"):
                    self.fail(f'"{self.key}" has the placeholder {{{inner}}}; write {{1}} to {{9}}')
                found.add(inner)
        return found


def unquote(text, path, line):
    match = STRING.match(text)
    if not match:
        raise Problem(f"{path}:{line}: this is no quoted text")
    return re.sub(r"\\(.)", lambda m: ESCAPES.get(m.group(1), m.group(1)), match.group(1))


def read(path):
    entries, entry, field = [], None, None
    with open(path, encoding="utf-8") as f:
        for line, raw in enumerate(f, 1):
            text = raw.strip()
            if not text or text.startswith("#"):
                field = None
                continue
            if text.startswith('"') and field:
                entry.fields[field] += unquote(text, path, line)
                continue
            match = KEYWORD.match(text)
            if not match:
                raise Problem(f"{path}:{line}: expected msgid or msgstr and a quoted text")
            field = match.group(1)
            fresh = field == "msgctxt" or (field == "msgid" and (
                entry is None or "msgid" in entry.fields))
            if fresh:
                entry = Entry(path, line)
                entries.append(entry)
            if entry is None or field in entry.fields:
                raise Problem(f"{path}:{line}: {field} stands in the wrong place")
            entry.fields[field] = unquote(match.group(2), path, line)
    # The entry with an empty msgid is the usual header of a .po file.
    return [e for e in entries if e.fields.get("msgid") != ""]


def catalogue(paths):
    found, problems = {}, []
    for path in paths:
        try:
            for entry in read(path):
                entry.check()
                entry.placeholders()
                if entry.key in found:
                    first = found[entry.key]
                    entry.fail(f'"{entry.key}" stands already in {first.path}:{first.line}')
                found[entry.key] = entry
        except Problem as problem:
            problems.append(str(problem))
    return found, problems


def compare(sv, en):
    for a, b, name in ((sv, en, "English"), (en, sv, "Swedish")):
        for key in sorted(set(a) - set(b)):
            yield f'{a[key].path}:{a[key].line}: "{key}" is missing in {name}'
    for key in sorted(set(sv) & set(en)):
        where = f"{en[key].path}:{en[key].line}"
        if sv[key].plural != en[key].plural:
            yield f'{where}: "{key}" has plural forms in one language only'
        if sv[key].placeholders() != en[key].placeholders():
            yield f'{where}: "{key}" has other placeholders than in Swedish'


def c_string(text):
    out = []
    for ch in text:
        if ch == "\n":
            out.append("\\n")
        elif ch == "\t":
            out.append("\\t")
        elif ch in '"\\':
            out.append("\\" + ch)
        elif ch == "?":
            out.append("\\?")
        else:
            out.append(ch)
    return '"' + "".join(out) + '"'


def header(keys):
    lines = ["/* Made by tools/textgen.py from po/: the keys of all texts. */", "#pragma once", "",
             "enum text_key {"]
    lines += [f"    T_{key}," for key in keys]
    return "\n".join(lines + ["    TEXT_COUNT", "};", ""])


def source(keys, langs):
    lines = ["/* Made by tools/textgen.py from po/. Sorted by key: text_lookup() halves its way. */",
             '#include "tmpl/text.h"', "",
             "const struct text_entry text_entries[TEXT_COUNT] = {"]
    for key in keys:
        forms = []
        for lang in langs:
            texts = lang[key].forms()
            forms.append("{" + c_string(texts[0]) + ", " + c_string(texts[-1]) + "}")
        plural = "true" if langs[0][key].plural else "false"
        lines.append(f'    [T_{key}] = {{"{key}", {plural}, {{{", ".join(forms)}}}}},')
    return "\n".join(lines + ["};", ""])


def unlisted(folder, listed):
    known = {os.path.realpath(p) for p in listed}
    for lang in LANGS:
        for name in sorted(os.listdir(os.path.join(folder, lang))):
            path = os.path.join(folder, lang, name)
            if name.endswith(".po") and os.path.realpath(path) not in known:
                yield f"{path}:1: warning: not listed in po/meson.build, so not used"


def write(path, text):
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


def main():
    parser = argparse.ArgumentParser()
    for name in ("--dir", "--out-h", "--out-c"):
        parser.add_argument(name, required=True)
    parser.add_argument("files", nargs="+")
    args = parser.parse_args()
    langs, problems = [], []
    for lang in LANGS:
        found, wrong = catalogue([p for p in args.files if os.path.basename(os.path.dirname(p)) == lang])
        langs.append(found)
        problems += wrong
    problems = problems or list(compare(*langs))
    for warning in unlisted(args.dir, args.files):
        print(warning, file=sys.stderr)
    if problems:
        print("\n".join(problems), file=sys.stderr)
        return 1
    keys = sorted(langs[0])
    write(args.out_h, header(keys))
    write(args.out_c, source(keys, langs))
    return 0


if __name__ == "__main__":
    sys.exit(main())
