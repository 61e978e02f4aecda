#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Puts schema/NNNN_name.sql into one C table. A line that begins with `--sqlite:` or `--postgres:`
counts only for that engine; everything else is the same text for both. schema/walls.sql is run after
each change of the schema."""
import re
import sys


def text_for(path, engine):
    out = []
    for line in open(path, encoding='utf-8'):
        m = re.match(r'--(sqlite|postgres):\s?(.*)$', line.rstrip('\n'))
        if m:
            if m[1] == engine:
                out.append(m[2])
        elif not line.lstrip().startswith('--') and line.strip():
            out.append(line.rstrip('\n'))
    return '\n'.join(out)


def c_text(s):
    return '\n'.join('     "' + l.replace('\\', '\\\\').replace('"', '\\"') + '\\n"'
                     for l in s.split('\n'))


out_c, out_h, *paths = sys.argv[1:]
rows, walls = [], None
for path in sorted(paths):
    if path.endswith('/walls.sql'):
        walls = f'{{\n{c_text(text_for(path, "sqlite"))},\n{c_text(text_for(path, "postgres"))}\n    }}'
        continue
    m = re.search(r'(\d{4})_([a-z0-9_]+)\.sql$', path)
    if not m:
        sys.exit(f'{path}: a migration is named NNNN_name.sql')
    rows.append(f'    {{{int(m[1])}, "{m[2]}",\n    {{\n{c_text(text_for(path, "sqlite"))},\n'
                f'{c_text(text_for(path, "postgres"))}\n    }}}},')
note = '/* SPDX-License-Identifier: AGPL-3.0-or-later */\n/* Made by tools/schemagen.py. */\n'
with open(out_h, 'w', encoding='utf-8') as f:
    f.write(note + '#pragma once\n#include "db/db.h"\nextern const struct migration schema_list[];\n'
            'extern const size_t schema_count;\nextern const struct migration schema_walls;\n')
with open(out_c, 'w', encoding='utf-8') as f:
    f.write(note + '#include "schema.h"\nconst struct migration schema_list[] = {\n' +
            '\n'.join(rows) + f'\n}};\nconst size_t schema_count = {len(rows)};\n'
            f'const struct migration schema_walls = {{0, "walls",\n    {walls}}};\n')
