#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makes templates of doc/methods/*.md, which tmplc turns into pages, and a table of them.

    methodgen.py --out DIR NAME...     writes DIR/NAME.html and DIR/table.h
    methodgen.py --show FILE.md        writes the HTML of one file to standard output

The Markdown is what those files use: paragraphs, headings, lists, tables, indented text, `code`,
**strong**, *emphasis*, [links](to). Everything else is text; all of it is escaped, braces of
templates too. A link to a sister file leads to its page; one to any other file is only its text."""
import html
import os
import re
import sys

ITEM = re.compile(r'^(\d+\.|[-*]) +(.*)$')
SPAN = re.compile(r'`([^`]+)`|\*\*(.+?)\*\*|(?<![\w*])\*([^*\s][^*]*)\*|\[([^\]]+)\]\(([^)\s]+)\)|\[([^\]]+)\]')


def escape(text):
    out = html.escape(text, quote=True)
    return re.sub(r'\{\{', '{{"{{"}}', out)


def link(text, to, known):
    """HTML of a link, or of its text alone when nothing of ours is behind it."""
    sister = re.match(r'^([a-z0-9-]+)\.md(#.*)?$', to)
    if sister and sister.group(1) in known:
        return f'<a href="/metoder/{sister.group(1)}">{text}</a>'
    if to.startswith('https://'):
        return f'<a href="{escape(to)}" rel="noreferrer">{text}</a>'
    return text


def spans(text, known, named):
    out, at = [], 0
    for m in SPAN.finditer(text):
        out.append(escape(text[at:m.start()]))
        at = m.end()
        code, strong, stress, label, to, short = m.groups()
        if code is not None:
            out.append(f'<code>{escape(code)}</code>')
        elif strong is not None:
            out.append(f'<strong>{spans(strong, known, named)}</strong>')
        elif stress is not None:
            out.append(f'<em>{spans(stress, known, named)}</em>')
        elif label is not None:
            out.append(link(spans(label, known, named), to, known))
        elif short in named:
            out.append(link(escape(short), named[short], known))
        else:
            out.append(escape(m.group(0)))
    out.append(escape(text[at:]))
    return ''.join(out)


class Writer:
    def __init__(self, known, named):
        self.known, self.named, self.out = known, named, []

    def text(self, s):
        return spans(s, self.known, self.named)

    def table(self, lines):
        rows = [[c.strip() for c in re.split(r'(?<!\\)\|', line.strip().strip('|'))] for line in lines]
        self.out.append('<div class="scroll"><table class="table"><thead><tr>')
        self.out += [f'<th scope="col">{self.text(c)}</th>' for c in rows[0]]
        self.out.append('</tr></thead><tbody>')
        for row in rows[2:]:
            cells = ''.join(f'<td>{self.text(c)}</td>' for c in row)
            self.out.append(f'<tr>{cells}</tr>')
        self.out.append('</tbody></table></div>')

    def items(self, lines):
        kind = 'ol' if lines[0][0].isdigit() else 'ul'
        items = []
        for line in lines:
            m = ITEM.match(line)
            if m:
                items.append(m.group(2))
            else:
                items[-1] += ' ' + line.strip()
        self.out.append(f'<{kind}>')
        self.out += [f'<li>{self.text(i)}</li>' for i in items]
        self.out.append(f'</{kind}>')

    def code(self, lines):
        body = '\n'.join(line[4:] for line in lines)
        self.out.append(f'<pre tabindex="0">{escape(body)}</pre>')

    def block(self, lines):
        if lines[0].startswith('|'):
            self.table(lines)
        elif all(line.startswith('    ') for line in lines):
            self.code(lines)
        elif lines[0].startswith('#'):
            self.out.append(f'<h3>{self.text(lines[0].lstrip("# "))}</h3>')
            if lines[1:]:
                self.block(lines[1:])
        else:
            cut = next((i for i, line in enumerate(lines) if ITEM.match(line)), len(lines))
            if cut:
                self.out.append(f'<p>{self.text(" ".join(s.strip() for s in lines[:cut]))}</p>')
            if lines[cut:]:
                self.items(lines[cut:])


def convert(text, known):
    """(title, HTML) of one file."""
    named, lines, title = {}, [], ''
    for line in text.splitlines():
        named_link = re.match(r'^\[([^\]]+)\]: +(\S+)$', line)
        if named_link:
            named[named_link.group(1)] = named_link.group(2)
        elif line.startswith('# ') and not title:
            title = line[2:].strip()
        elif not re.match(r'^<!--.*-->$', line):
            lines.append(line.rstrip())
    w = Writer(known, named)
    block = []
    for line in lines + ['']:
        if line:
            block.append(line)
        elif block:
            w.block(block)
            block = []
    return title, '\n'.join(w.out)


def read(path):
    with open(path, encoding='utf-8') as f:
        return f.read()


def make(out, paths):
    known = [os.path.basename(p)[:-3] for p in paths]
    rows = []
    for name, path in zip(known, paths):
        title, body = convert(read(path), known)
        c_name = 'doc_' + name.replace('-', '_')
        with open(os.path.join(out, c_name + '.html'), 'w', encoding='utf-8') as f:
            f.write('{{! view struct method_page in "parts/method/method_page.h" }}\n'
                    '{{! SPDX-License-Identifier: AGPL-3.0-or-later }}\n'
                    f'<h2>{escape(title)}</h2>\n{body}\n')
        key = name.replace('-', '_')
        rows.append(f'    {{"{name}", method_{c_name}_html, T_method_{key}_title, T_method_{key}_question,\n'
                    f'     T_method_{key}_how, T_method_{key}_limits}},')
    with open(os.path.join(out, 'method_table.h'), 'w', encoding='utf-8') as f:
        f.write('/* Made by tools/methodgen.py of doc/methods. */\n' + '\n'.join(rows) + '\n')


def main(args):
    if len(args) == 2 and args[0] == '--show':
        print(convert(read(args[1]), [])[1])
        return 0
    if len(args) > 2 and args[0] == '--out':
        make(args[1], args[2:])
        return 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
