#!/usr/bin/env python3
"""Every relative link of a page leads to a file that is there, and to a heading that it has. Usage: links.py ROOT"""
import os
import pathlib
import re
import sys

LINK = re.compile(r"!?\[[^][]*\]\(([^()\s]+)(?:\s+\"[^\"]*\")?\)")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$", re.MULTILINE)
ANCHOR = re.compile(r"<a\s+(?:id|name)=\"([^\"]+)\"")
# Code shows links, it has none.
CODE = re.compile(r"^(?:    [^\n]*|```.*?^```)$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
SKIPPED = re.compile(r"^(?:\.|build|subprojects$|__pycache__$)")


def find_pages(root):
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if not SKIPPED.match(name))
        yield from (pathlib.Path(folder, name) for name in sorted(files) if name.endswith(".md"))


def make_slug(heading):
    """As GitHub makes the anchor of a heading."""
    text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading.replace("`", ""))
    return re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-")


def list_anchors(page):
    text = page.read_text(encoding="utf-8")
    anchors, seen = set(ANCHOR.findall(text)), {}
    for heading in HEADING.findall(re.sub(r"^    .*$", "", text, flags=re.MULTILINE)):
        slug = make_slug(heading)
        anchors.add(f"{slug}-{seen[slug]}" if slug in seen else slug)
        seen[slug] = seen.get(slug, 0) + 1
    return anchors


def check_link(page, link):
    """What is wrong with it, or nothing."""
    name, _, anchor = link.partition("#")
    target = page if not name else page.parent / name
    if not target.exists():
        return "there is no such file"
    if anchor and target.suffix == ".md" and anchor not in list_anchors(target):
        return "there is no such heading"
    return None


def main(root):
    problems, n = [], 0
    for page in find_pages(root):
        text = page.read_text(encoding="utf-8")
        for match in LINK.finditer(CODE.sub(lambda code: re.sub(r"[^\n]", " ", code.group()), text)):
            if re.match(r"[a-z][a-z+.-]*:", match.group(1)):
                continue
            n += 1
            problem = check_link(page, match.group(1))
            if problem:
                line = text.count("\n", 0, match.start()) + 1
                problems.append(f"{page.relative_to(root)}:{line}: {match.group(1)}: {problem}")
    print("\n".join(problems) or f"{n} links lead somewhere")
    return 1 if problems or n == 0 else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
