#!/usr/bin/env python3
"""Checks what the pages show against the programs: each piece of configuration passes --check-config, but
for files that it names and that are not here, and each command of offhook is one that there is.

    examples.py ROOT OFFHOOKD OFFHOOK
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

CONFIGURATION = re.compile(r"(?:#.*\n)*\[[a-z]+(?::[\w-]+)?\]\n")
COMMAND = re.compile(r"^(?:\w+=\S+ )*(?:\S*/)?offhook ((?:-c \S+ |--?[\w-]+(?:=| )\S+ )*)([a-z][a-z-]*)", re.MULTILINE)
# What is not here is not the page's mistake: files of a real installation, a driver that the reader writes.
NOT_HERE = re.compile(r"No such file or directory|\[plugins\] path: .* is no folder|driver \"yours\"")


def blocks(path):
    """Each piece of text that is set in, with the number of its first line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    at = 0
    while at < len(lines):
        end = at
        while end < len(lines) and (lines[end].startswith("    ") or (not lines[end] and end > at)):
            end += 1
        if end > at:
            yield at + 1, "\n".join(line[4:] for line in lines[at:end]).strip() + "\n"
        at = max(end, at + 1)


def check_configuration(offhookd, text):
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "offhookd.conf").write_text(text, encoding="utf-8")
        # No key of the one who runs this has a say.
        environment = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "ASAN_OPTIONS", "LSAN_OPTIONS") if name in os.environ}
        done = subprocess.run([offhookd, "--check-config", "--config", "offhookd.conf"], cwd=folder, capture_output=True, text=True,
                              env={**environment, "HOME": folder, "OFFHOOK_STATE_DIR": folder})
    if done.returncode not in (0, 78):
        yield f"exit status {done.returncode}: {done.stderr}"
    if done.returncode == 78:
        yield from (line for line in (done.stdout + done.stderr).splitlines() if line and not NOT_HERE.search(line))


def list_commands(offhook):
    text = subprocess.run([offhook, "--help"], capture_output=True, text=True, check=True).stdout
    return set(re.findall(r"^ {2}([a-z][a-z-]*)\b", text, re.MULTILINE))


def main(root, offhookd, offhook):
    commands = list_commands(offhook)
    problems, n_checked, n_commands = [], 0, 0
    for path in [root / "README.md", *sorted(root.glob("docs/**/*.md")), *sorted(root.glob("packaging/*.md"))]:
        for line, text in blocks(path):
            where = f"{path.relative_to(root)}:{line}"
            if CONFIGURATION.match(text):
                n_checked += 1
                problems += [f"{where}: {problem}" for problem in check_configuration(offhookd, text)]
            for _, command in COMMAND.findall(text):
                n_commands += 1
                if command not in commands:
                    problems.append(f"{where}: there is no command offhook {command}")
    if n_checked < 20 or n_commands < 40:
        problems.append(f"only {n_checked} configurations and {n_commands} commands found: the pages have another form now")
    print("\n".join(problems) or f"{n_checked} configurations and {n_commands} commands are as the programs have them")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), *map(os.path.abspath, sys.argv[2:4])))
