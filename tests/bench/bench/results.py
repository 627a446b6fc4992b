# SPDX-License-Identifier: LGPL-2.1-or-later
"""Collecting figures and writing them as Markdown."""

import re

BEGIN = "<!-- bench: begin -->"
END = "<!-- bench: end -->"


class Results:
    """Tables by title, notes, and what is needed to judge the targets."""

    def __init__(self):
        self.tables = {}
        self.notes = []
        self.facts = {}
        self.targets = []

    def add(self, table, columns, row):
        self.tables.setdefault(table, (columns, []))[1].append(row)

    def note(self, text):
        self.notes.append(text)

    def target(self, name, met, number):
        self.targets.append((name, met, number))


def format_table(columns, rows):
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def format_results(results, machine):
    parts = ["\n".join(f"- {line}" for line in machine)]
    for title, (columns, rows) in results.tables.items():
        parts.append(f"### {title}\n\n{format_table(columns, rows)}")
    if results.notes:
        parts.append("\n".join(f"- {note}" for note in results.notes))
    if results.targets:
        rows = [(name, "met" if met else "**not met**", number)
                for name, met, number in results.targets]
        parts.append("### Targets\n\n" + format_table(("target", "", "measured"), rows))
    return "\n\n".join(parts) + "\n"


def write_page(path, text, row=None):
    """@row: that has a place of its own on the page."""
    begin, end = ((mark.replace("bench", f"bench {row}") if row else mark) for mark in (BEGIN, END))
    with open(path) as file:
        page = file.read()
    pattern = re.compile(re.escape(begin) + ".*" + re.escape(end), re.S)
    if not pattern.search(page):
        raise RuntimeError(f"{path} has no {begin} ... {end}")
    with open(path, "w") as file:
        file.write(pattern.sub(lambda _: f"{begin}\n\n{text}\n{end}", page))
