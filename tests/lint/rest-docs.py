#!/usr/bin/env python3
"""Checks what the pages say of REST against the routes of the program: each is described in a table, each request
that a page names is one that there is, and the index in docs/rest.md is what the program has.

    rest-docs.py ROOT PRINT-ROUTES [--write]     with --write the index is put there
"""
import pathlib
import re
import subprocess
import sys

BEGIN = "<!-- What follows is made from the program's tables of routes by tests/lint/rest-docs.py --write -->\n"
ACCESS = {"open": "open", "token": "token", "user": "token, user's token"}
# Pages with tables of requests: those in the first column are described there.
DESCRIBING = ["docs/rest.md", "docs/supabase.md"]
REQUEST = re.compile(r"`(?:(GET|POST|PUT|PATCH|DELETE) )?(/[^`? ]*)[^`]*`")
# A part of a path that stands for many: {id}, in an example ID.
PLACE = re.compile(r"\{[^}]*\}|\b[A-Z]{2,}\b")
# Requests that pages speak of and that go elsewhere: to the services of examples.
ELSEWHERE = {("POST", "/bookings")}


def normalise(path):
    return PLACE.sub("{}", path)


def read_routes(program):
    """(method, path) -> the key that limits it, and with what it is open."""
    text = subprocess.run([program], capture_output=True, text=True, check=True).stdout
    return {(method, path): (limit, access) for method, path, limit, access in (line.split("\t") for line in text.splitlines())}


def print_index(routes):
    text = "\n| request | with | limited by |\n|---|---|---|\n"
    for (method, path), (limit, access) in sorted(routes.items(), key=lambda item: (item[0][1], item[0][0])):
        request = path if method == "*" else f"{method} {path}"
        text += f"| `{request}` | {ACCESS[access]} | {f'`{limit}`' if limit else ''} |\n"
    return text


def split_page(root):
    page = root / "docs" / "rest.md"
    text = page.read_text(encoding="utf-8")
    if BEGIN not in text:
        raise SystemExit(f"{page}: no line {BEGIN}")
    written = text.index(BEGIN) + len(BEGIN)
    return page, text[:written], text[written:]


def first_cells(text):
    """Lines of tables: number, first column."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("| `"):
            yield number, re.split(r"(?<!\\)\|", line)[1]


def describe_problems(root, routes):
    known = {(method, normalise(path)): access for (method, path), (_, access) in routes.items()}
    described = set()
    for name in DESCRIBING:
        text = (root / name).read_text(encoding="utf-8").split(BEGIN)[0]
        for number, cell in first_cells(text):
            for method, path in REQUEST.findall(cell):
                request = (method or "*", normalise(path))
                described.add(request)
                if request not in known:
                    yield f"{name}:{number}: there is no {method} {path}"
                elif ("(open" in cell) != (known[request] == "open"):
                    yield f"{name}:{number}: (open) stands there or does not, and {method} {path} is with: {ACCESS[known[request]]}"
    for method, path in sorted(set(known) - described):
        yield f"{' and '.join(DESCRIBING)} do not describe {method} {path}"


def fits(path, pattern):
    wanted, parts = pattern.split("/"), path.split("/")
    if wanted[-1] == "{*}":
        wanted, parts = wanted[:-1], parts[: len(wanted) - 1]
    return len(wanted) == len(parts) and all(w.startswith("{") or w == p for w, p in zip(wanted, parts))


def mention_problems(root, routes):
    for path in [root / "README.md", *sorted(root.glob("docs/**/*.md")), *sorted(root.glob("plugins/*/*/README.md"))]:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for method, target in REQUEST.findall(line):
                if method and (method, target) not in ELSEWHERE and not any(
                        route[0] in (method, "*") and fits(target, route[1]) for route in routes):
                    yield f"{path.relative_to(root)}:{number}: there is no {method} {target}"


def main(arguments):
    write = "--write" in arguments
    root, program = [a for a in arguments if a != "--write"]
    root = pathlib.Path(root)
    routes = read_routes(program)
    if len(routes) < 60:
        raise SystemExit(f"only {len(routes)} routes: {program} knows them no more")
    page, before, index = split_page(root)
    if write:
        page.write_text(before + print_index(routes), encoding="utf-8")
        index = print_index(routes)
    problems = [*describe_problems(root, routes), *mention_problems(root, routes)]
    if index != print_index(routes):
        problems.append(f"{page}: the index is not what the program has: run tests/lint/rest-docs.py . {program} --write")
    print("\n".join(problems) or f"{len(routes)} routes are described")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
