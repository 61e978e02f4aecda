#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makes typed C functions of .sql files.

A file holds one query or a few that belong together:

    -- name: event_by_id
    -- in:   municipality text, id id
    -- out:  id id, occurred_from int, place text?
    SELECT ...

Types are int, real, text, id, blob; '?' means that NULL is possible. `:name` in the text is a
parameter; each declared one must be used and the reverse. A query that writes rows that others
follow tells the change log:

    -- change: event i :id            (i, u or d; ':municipality' is taken from the parameters)

Where the dialects truly differ, a second text follows for PostgreSQL:

    -- postgres:
    SELECT ...

For each query `x` the header declares struct q_x_in, struct q_x_row, `extern const struct sql q_x`
and q_x_one, q_x_all, q_x_each, q_x_run, q_x_batch as fits. The set's table NAME_queries[] ends with
NULL and is what the tests prepare on both engines.
"""
import re
import sys

C_TYPE = {'int': 'int64_t', 'real': 'double', 'text': 'const char *', 'id': 'struct id',
          'blob': 'struct db_bytes'}
SQL_TYPE = {'int': 'SQL_INT', 'real': 'SQL_REAL', 'text': 'SQL_TEXT', 'id': 'SQL_ID',
            'blob': 'SQL_BLOB'}
PG_CAST = {'int': 'bigint', 'real': 'double precision', 'text': 'text', 'id': 'uuid',
           'blob': 'bytea'}


class Problem(Exception):
    pass


class Query:
    def __init__(self, name, where):
        self.name, self.where = name, where
        self.inputs, self.outputs, self.change = [], [], None
        self.text, self.pg = [], None


def fields(text, where):
    out = []
    for part in filter(None, (p.strip() for p in text.split(','))):
        m = re.fullmatch(r'([a-z][a-z0-9_]*)\s+(int|real|text|id|blob)(\?)?', part)
        if not m:
            raise Problem(f'{where}: "{part}" is not "name type"')
        out.append((m[1], m[2], bool(m[3])))
    return out


def parse(path):
    queries, q = [], None
    for no, line in enumerate(open(path, encoding='utf-8'), 1):
        where = f'{path}:{no}'
        m = re.match(r'--\s*(name|in|out|change|postgres):\s*(.*?)\s*$', line)
        if m and m[1] == 'name':
            q = Query(m[2], where)
            queries.append(q)
        elif q is None:
            if line.strip() and not line.startswith('--'):
                raise Problem(f'{where}: text before the first "-- name:"')
        elif m and m[1] == 'in':
            q.inputs += fields(m[2], where)
        elif m and m[1] == 'out':
            q.outputs += fields(m[2], where)
        elif m and m[1] == 'change':
            c = re.fullmatch(r'([a-z_]+)\s+([iud])(?:\s+:([a-z_0-9]+))?', m[2])
            if not c:
                raise Problem(f'{where}: change must be "table i|u|d :id"')
            q.change = (c[1], c[2], c[3])
        elif m and m[1] == 'postgres':
            q.pg = []
        elif not line.startswith('--') and line.strip():
            (q.text if q.pg is None else q.pg).append(line.rstrip())
    return queries


def scan(text):
    """Splits into (is_parameter, text), leaving quoted text, comments and casts alone."""
    out, last = [], 0
    pattern = re.compile(r"'(?:[^']|'')*'|--[^\n]*|::|:([a-z_][a-z0-9_]*)")
    for m in pattern.finditer(text):
        if m[1]:
            out += [(False, text[last:m.start()]), (True, m[1])]
            last = m.end()
    return out + [(False, text[last:])]


def bind(q, text, mark):
    names = [n for n, _, _ in q.inputs]
    used, out = set(), []
    for is_param, part in scan(text):
        if is_param:
            if part not in names:
                raise Problem(f'{q.where}: :{part} is not among the parameters of {q.name}')
            used.add(part)
            out.append(f'{mark}{names.index(part) + 1}')
        else:
            out.append(part)
    missing = [n for n in names if n not in used]
    if missing:
        raise Problem(f'{q.where}: parameter {missing[0]} of {q.name} is never used')
    return ''.join(out).rstrip().rstrip(';')


def c_text(s):
    return '\n'.join('        "' + l.replace('\\', '\\\\').replace('"', '\\"') + '\\n"'
                     for l in s.split('\n'))


def field_table(q, kind, rows, struct):
    if not rows:
        return 'NULL', ''
    lines = [f'    {{"{n}", {SQL_TYPE[t]}, {"true" if o else "false"}, offsetof({struct}, {n})}},'
             for n, t, o in rows]
    name = f'{q.name}_{kind}'
    return name, f'static const struct sql_field {name}[] = {{\n' + '\n'.join(lines) + '\n};\n'


def header(q):
    out = []
    if q.inputs:
        out.append(f'struct q_{q.name}_in {{')
        out += [f'    {C_TYPE[t]}{"" if t == "text" else " "}{n};' for n, t, _ in q.inputs]
        out.append('};')
        arg, pas = f', const struct q_{q.name}_in *in', 'in'
    else:
        arg, pas = '', 'NULL'
    out.append(f'extern const struct sql q_{q.name};')
    if q.outputs:
        row = f'struct q_{q.name}_row'
        out.append(row + ' {')
        out += [f'    {C_TYPE[t]}{"" if t == "text" else " "}{n};' for n, t, _ in q.outputs]
        out.append('};')
        out.append(f'''NODISCARD static inline enum err q_{q.name}_one(struct tx *tx, struct arena *a{arg},
    {row} *out)
{{
    return db_one(tx, &q_{q.name}, {pas}, a, out);
}}
NODISCARD static inline enum err q_{q.name}_all(struct tx *tx, struct arena *a{arg},
    {row} **out, size_t *out_n)
{{
    void *rows;
    enum err e = db_all(tx, &q_{q.name}, {pas}, a, &rows, out_n);
    if (e == ERR_OK)
        *out = ({row} *)rows;
    return e;
}}
typedef enum err q_{q.name}_fn(void *arg, const {row} *row);
struct q_{q.name}_each_arg {{
    q_{q.name}_fn *fn;
    void *arg;
}};
static inline enum err q_{q.name}_each_row(void *p, const void *row)
{{
    const struct q_{q.name}_each_arg *e = (const struct q_{q.name}_each_arg *)p;
    return e->fn(e->arg, (const {row} *)row);
}}
/* The row's texts live only during the call. */
NODISCARD static inline enum err q_{q.name}_each(struct tx *tx{arg}, q_{q.name}_fn *fn, void *fn_arg)
{{
    struct q_{q.name}_each_arg e = {{fn, fn_arg}};
    return db_each(tx, &q_{q.name}, {pas}, NULL, q_{q.name}_each_row, &e);
}}''')
        if q.inputs:
            out.append(f'''NODISCARD static inline enum err q_{q.name}_batch(struct tx *tx, struct arena *a,
    const struct q_{q.name}_in *in, size_t n, {row} *out, bool *found)
{{
    struct db_many many = {{a, out, found}};
    return db_one_batch(tx, &q_{q.name}, in, n, &many);
}}''')
    else:
        out.append(f'''NODISCARD static inline enum err q_{q.name}_run(struct tx *tx{arg}, int64_t *changes)
{{
    return db_run(tx, &q_{q.name}, {pas}, changes);
}}''')
        if q.inputs:
            out.append(f'''NODISCARD static inline enum err q_{q.name}_run_batch(struct tx *tx,
    const struct q_{q.name}_in *in, size_t n)
{{
    return db_run_batch(tx, &q_{q.name}, in, n);
}}''')
    return '\n'.join(out) + '\n'


def source(q):
    text = '\n'.join(q.text)
    pg = '\n'.join(q.pg) if q.pg is not None else text
    if not text.strip():
        raise Problem(f'{q.where}: {q.name} has no text')
    names = [n for n, _, _ in q.inputs]
    fin, tin = field_table(q, 'in', q.inputs, f'struct q_{q.name}_in')
    fout, tout = field_table(q, 'out', q.outputs, f'struct q_{q.name}_row')
    change = '{NULL, 0, -1, -1}'
    if q.change:
        table, op, key = q.change
        if key and key not in names:
            raise Problem(f'{q.where}: change names :{key}, which is no parameter')
        town = names.index('municipality') if 'municipality' in names else -1
        change = f'{{"{table}", \'{op}\', {names.index(key) if key else -1}, {town}}}'
    return f'''{tin}{tout}const struct sql q_{q.name} = {{
    "{q.name}",
    {{
{c_text(bind(q, text, '?'))},
{c_text(bind(q, pg, '$'))}
    }},
    {fin}, {len(q.inputs)}, {fout}, {len(q.outputs)},
    {f"sizeof(struct q_{q.name}_in)" if q.inputs else "0"},
    {f"sizeof(struct q_{q.name}_row)" if q.outputs else "0"},
    {change},
}};
'''


def main():
    set_name, out_c, out_h = sys.argv[1:4]
    queries = []
    for path in sys.argv[4:]:
        queries += parse(path)
    seen = set()
    for q in queries:
        if q.name in seen:
            raise Problem(f'{q.where}: there are two queries named {q.name}')
        seen.add(q.name)
    note = '/* SPDX-License-Identifier: AGPL-3.0-or-later */\n/* Made by tools/sqlgen.py. */\n'
    with open(out_h, 'w', encoding='utf-8') as f:
        f.write(note + '#pragma once\n#include <stddef.h>\n#include "db/db.h"\n\n')
        f.write('\n'.join(header(q) for q in queries))
        f.write(f'\nextern const struct sql *const {set_name}_queries[];\n')
    with open(out_c, 'w', encoding='utf-8') as f:
        f.write(note + f'#include "{set_name}_sql.h"\n\n')
        f.write('\n'.join(source(q) for q in queries))
        f.write(f'\nconst struct sql *const {set_name}_queries[] = {{\n')
        f.write(''.join(f'    &q_{q.name},\n' for q in queries) + '    NULL,\n};\n')


if __name__ == '__main__':
    try:
        main()
    except Problem as p:
        sys.exit(str(p))
