#!/usr/bin/env python3
"""Every route of REST is a command of offhook, or is named here with the reason why not. Usage: routes.py ROOT"""
import pathlib
import re
import sys

ROUTE = re.compile(r'\{"(GET|POST|DELETE|PUT|PATCH)",\s*"(/[^"]*)"')
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
# The last word of a path below this one stands alone: offhook_call_id_make_path() makes the rest.
CALL = "/voice/calls/{}/"
NO_COMMAND = {
    "/health": "/health/detailed is what status shows",
    "/media/{}": "a provider's stream",
    "/media/{}/{}": "a provider's stream",
    "/voice/providers/current": "provider list tells it, too",
}


def normalise(path):
    """With {} for each parameter."""
    return re.sub(r"\{[^}]*\}|%s", "{}", path.split("?")[0])


def find_routes(root):
    """Path to methods."""
    routes = {}
    for folder in ("core/http", "core/ws"):
        for file in sorted((root / folder).rglob("*.c")):
            for method, path in ROUTE.findall(file.read_text(encoding="utf-8")):
                routes.setdefault(normalise(path), set()).add(method)
    return routes


def find_strings(root):
    """What the sources of the command line have as strings, as paths."""
    strings = set()
    for file in sorted((root / "core/cli").rglob("*.c")):
        strings.update(normalise(string) for string in STRING.findall(file.read_text(encoding="utf-8")))
    return strings


def is_asked(path, strings):
    """Whether it is one of them, or put together from them and what stands for {}."""
    if path.startswith(CALL):
        return path[len(CALL):].split("/")[0] in strings
    parts = [string for string in strings if re.match("/[a-z]", string)] + ["{}", "/{}"]
    ends, reached = {0}, [0]
    while reached:
        start = reached.pop()
        for end in (start + len(part) for part in parts if path.startswith(part, start)):
            if end not in ends:
                ends.add(end)
                reached.append(end)
    return len(path) in ends


def main(root):
    routes, strings = find_routes(root), find_strings(root)
    missing = [path for path in sorted(routes) if path not in NO_COMMAND and not is_asked(path, strings)]
    for path in missing:
        print(f"no command asks for {'/'.join(sorted(routes[path]))} {path}")
    if len(routes) < 40:
        print(f"only {len(routes)} routes were found: what is looked for must have changed")
        return 1
    if not missing:
        print(f"{len(routes)} paths, each of a command or named")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
