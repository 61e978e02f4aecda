#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""methodgen.py OUT.html IN.md: a page of doc/methods as a template without its heading.

cmark-gfm turns it into HTML and leaves out any HTML that is written in it. What a page of Samsyn needs
differs: links between methods lead to their pages, wide tables and formulas scroll by keyboard."""
import pathlib
import re
import subprocess
import sys

LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.DOTALL)
METHOD = re.compile(r"([a-z-]+)\.md(#.*)?")


def link(match):
    page = METHOD.fullmatch(match[1])
    if page:
        return f'<a href="/metoder/{page[1]}">{match[2]}</a>'
    return match[0] if match[1].startswith("https://") else match[2]


def convert(text, name):
    lines = [line for line in text.splitlines() if not line.startswith("<!-- SPDX")]
    if not lines[0].startswith("# "):
        sys.exit(f"methodgen: {name} does not begin with a heading")
    if "{{" in text:
        sys.exit(f"methodgen: {name} has two braces, which begin something in a template")
    run = subprocess.run(["cmark-gfm", "--extension", "table"], input="\n".join(lines[1:]),
                         stdout=subprocess.PIPE, text=True, check=True)
    if "raw HTML omitted" in run.stdout:
        sys.exit(f"methodgen: {name} has HTML in it")
    html = LINK.sub(link, run.stdout)
    html = re.sub(r' align="(right|center|left)"',
                  lambda m: ' class="num"' if m[1] == "right" else "", html)
    html = html.replace("<table>", '<div class="scroll" tabindex="0"><table class="table">')
    html = html.replace("</table>", "</table></div>")
    html = re.sub(r"<th( class=\"num\")?></th>", "<td></td>", html)
    return re.sub(r"<th(?=[ >])", '<th scope="col"', html).replace("<pre>", '<pre tabindex="0">')


def main(output, source):
    path = pathlib.Path(source)
    body = convert(path.read_text(encoding="utf-8"), path.name)
    head = ('{{! view struct methods_page_view in "parts/methods/methods_view.h" }}\n'
            "{{! SPDX-License-Identifier: AGPL-3.0-or-later }}\n")
    pathlib.Path(output).write_text(head + body, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
