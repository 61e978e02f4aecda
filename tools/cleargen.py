#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makes the queries that empty a municipality of everything, for the end of an exercise.

Reads the migrations: each table with a column municipality_code gets a DELETE, so that a new table
cannot be forgotten. Kept are change_head and the deletions of events in change_log: by them the columns
in memory, here and in other programs, learn what is gone. SQLite's event_words has no such column and
goes before event.

    tools/cleargen.py OUT.sql schema/0001_house.sql ...
"""
import re
import sys

FIRST = '''-- name: drill_clear_event_words
-- in: municipality text
DELETE FROM event_words WHERE rowid IN (SELECT rid FROM event WHERE municipality_code = :municipality);
-- postgres:
DELETE FROM event_words WHERE municipality_code = :municipality;
'''
KEPT = {'change_head': None, 'event_words': None,
        'change_log': "NOT (table_name = 'event' AND op = 'd')"}


def tables(text):
    text = re.sub(r'^--(sqlite|postgres):', '', text, flags=re.M)
    text = re.sub(r'--[^\n]*', '', text)
    for m in re.finditer(r'CREATE TABLE (?:IF NOT EXISTS )?(\w+)\s*\((.*?)\n?\s*\)\s*;?', text, re.S):
        if re.match(r'\s*municipality_code\b', m[2]):
            yield m[1]


def main():
    out, *paths = sys.argv[1:]
    found = []
    for path in paths:
        with open(path, encoding='utf-8') as f:
            found += [t for t in tables(f.read()) if t not in found]
    if len(found) < 50 or 'event' not in found or 'drill_letter' not in found:
        sys.exit(f'cleargen: only {len(found)} tables were found: {found}')
    with open(out, 'w', encoding='utf-8') as f:
        f.write('-- Made by tools/cleargen.py.\n' + FIRST)
        for t in found:
            if t in KEPT and KEPT[t] is None:
                continue
            also = f'\n   AND {KEPT[t]}' if t in KEPT else ''
            f.write(f'\n-- name: drill_clear_{t}\n-- in: municipality text\n'
                    f'DELETE FROM {t} WHERE municipality_code = :municipality{also};\n')


main()
