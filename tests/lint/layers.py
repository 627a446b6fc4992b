#!/usr/bin/env python3
"""Checks that includes point one way: each part of core/, and of core/call/, includes only parts below
it, plugins include only the SDK, and the emulators include nothing of ours."""
import pathlib
import re
import sys

LAYERS = ["base", "config", "plugin", "turn", "engine", "media", "cache", "store", "memory", "call", "delivery", "trace", "http", "ws", "dbus"]
# Folders, and what lies beside them: event is event.h and event.c.
CALL_LAYERS = ["event", "reach", "assistant", "call", "conversation", "live", "chat", "manager", "keeping"]
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)
PUBLIC = re.compile(r'^\s*#\s*include\s+<offhook/', re.MULTILINE)


def part_of(name):
    return name.split("/")[0].split(".")[0]


def layer_problems(root, folder, prefix, layers):
    for path in sorted((root / folder).rglob("*.[ch]")):
        layer = part_of(path.relative_to(root / folder).as_posix())
        if layer not in layers:
            if prefix:
                yield f"{path.relative_to(root)}: {layer} is no layer of {folder}; give it its place in tests/lint/layers.py"
            continue
        for name in INCLUDE.findall(path.read_text(encoding="utf-8")):
            if "/" not in name or not name.startswith(prefix):
                continue
            part = part_of(name[len(prefix):])
            if part not in layers[: layers.index(layer) + 1]:
                yield f"{path.relative_to(root)}: {layer} may not include {name}"


def core_problems(root):
    yield from layer_problems(root, "core", "", LAYERS)
    yield from layer_problems(root, "core/call", "call/", CALL_LAYERS)


def plugin_problems(root):
    for path in sorted((root / "plugins").rglob("*.[ch]")):
        if "tests" in path.parts:
            continue
        for name in INCLUDE.findall(path.read_text(encoding="utf-8")):
            if "/" in name:
                yield f"{path.relative_to(root)}: a plugin may not include \"{name}\""


def sdk_problems(root):
    for path in sorted((root / "core" / "sdk").rglob("*.[ch]")):
        for name in INCLUDE.findall(path.read_text(encoding="utf-8")):
            if not (path.parent / name).exists():
                yield f"{path.relative_to(root)}: the SDK may not include \"{name}\""


def emulator_problems(root):
    for path in sorted((root / "tests" / "emulators").rglob("*.[ch]")):
        if PUBLIC.search(path.read_text(encoding="utf-8")):
            yield f"{path.relative_to(root)}: an emulator shares no code with what it tests"


def main(root):
    problems = []
    for check in (core_problems, plugin_problems, sdk_problems, emulator_problems):
        problems += check(root)
    print("\n".join(problems) or "includes point one way")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
