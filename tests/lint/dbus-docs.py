#!/usr/bin/env python3
"""Checks docs/dbus.md: its reference is what the XML of the interfaces says, where everything must be
described. With --write it puts it there."""
import pathlib
import re
import sys
import xml.etree.ElementTree as ET

BEGIN = "<!-- What follows is made from core/dbus/*.xml by tests/lint/dbus-docs.py --write -->\n"
PREFIX = "org.offhook.Offhook1."
ORDER = ["Manager", "Call", "Plugin", "Driver", "Agent", "Engine", "Assistant"]
PARAMETER = re.compile(r"@(\w+):\s*(.*)")


class Comment:
    """What stands before a member: a line that names it, its parameters, and the rest."""

    def __init__(self, where, name, text):
        lines = [line.strip() for line in (text or "").strip().splitlines()]
        if not lines or not lines[0].startswith(name + ":"):
            raise SystemExit(f"{where}: {name} is not described")
        self.parameters = {}
        rest = [lines[0][len(name) + 1:].strip()]
        for line in lines[1:]:
            found = PARAMETER.match(line)
            if found:
                self.parameters[found.group(1)] = found.group(2)
            else:
                rest.append(line)
        self.text = " ".join(part for part in rest if part)


def members(path):
    """The interface, its comment, and each member with its comment."""
    tree = ET.parse(path, ET.XMLParser(target=ET.TreeBuilder(insert_comments=True)))
    root = tree.getroot()
    last, interface, head = None, None, None
    for child in root:
        if child.tag is ET.Comment:
            last = child.text
        elif child.tag == "interface":
            interface, head = child, Comment(path.name, child.get("name"), last)
    result, last = [], None
    for child in interface:
        if child.tag is ET.Comment:
            last = child.text
            continue
        result.append((child, Comment(path.name, child.get("name"), last)))
        last = None
    return interface, head, result


def signature(member, direction):
    arguments = [a for a in member.findall("arg") if a.get("direction", "out") == direction]
    return ", ".join(f"{a.get('name')} {a.get('type')}" for a in arguments)


def check_arguments(path, member, comment):
    named = {a.get("name") for a in member.findall("arg")}
    if named != set(comment.parameters):
        raise SystemExit(f"{path.name}: {member.get('name')} describes {sorted(comment.parameters)}, "
                         f"has {sorted(named)}")


def table(path, found, kind, heads, row):
    rows = [(m, c) for m, c in found if m.tag == kind]
    if not rows:
        return ""
    text = f"\n| {' | '.join(heads)} |\n|{'---|' * len(heads)}\n"
    for member, comment in rows:
        if kind != "property":
            check_arguments(path, member, comment)
        text += "| " + " | ".join(row(member, comment)) + " |\n"
    return text


def describe(comment):
    arguments = "; ".join(f"`{name}`: {text}" for name, text in comment.parameters.items())
    return " ".join(part for part in (comment.text, arguments) if part)


def reference(folder):
    text = ""
    for name in ORDER:
        path = folder / f"{PREFIX}{name}.xml"
        interface, head, found = members(path)
        text += f"\n### {name}\n\n`{interface.get('name')}`: {head.parameters.get('short_description')}. "
        text += head.text + "\n"
        text += table(path, found, "property", ["property", "type", ""],
                      lambda m, c: (f"`{m.get('name')}`", f"`{m.get('type')}`", c.text))
        text += table(path, found, "method", ["method", "takes", "answers", ""],
                      lambda m, c: (f"`{m.get('name')}`", code(signature(m, 'in')),
                                    code(signature(m, 'out')), describe(c)))
        text += table(path, found, "signal", ["signal", "carries", ""],
                      lambda m, c: (f"`{m.get('name')}`", code(signature(m, 'out')), describe(c)))
    return text


def code(text):
    return f"`{text}`" if text else ""


def main(arguments):
    root = pathlib.Path(arguments[-1])
    page = root / "docs" / "dbus.md"
    folder = root / "core" / "dbus"
    known = {path.name for path in folder.glob("*.xml")}
    if known != {f"{PREFIX}{name}.xml" for name in ORDER}:
        raise SystemExit(f"core/dbus has {sorted(known)}, {__file__} knows {ORDER}")
    before = page.read_text(encoding="utf-8")
    if BEGIN not in before:
        raise SystemExit(f"{page}: no line {BEGIN}")
    after = before[: before.index(BEGIN) + len(BEGIN)] + reference(folder)
    if "--write" in arguments:
        page.write_text(after, encoding="utf-8")
    elif before != after:
        print(f"{page} is not what core/dbus/*.xml says: run tests/lint/dbus-docs.py --write .")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
