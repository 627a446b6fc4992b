#!/usr/bin/env python3
"""The ABI of the SDK's libraries is the recorded one, or has more; what they export is in an installed header.
Usage: check-abi.py [--renew] SOURCE_ROOT LIBRARY..."""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

LIST = "tests/abi/private-symbols.txt"
# All types, for the tables of functions that a plugin fills in are in no function's arguments.
DUMP = ["--drop-private-types", "--load-all-types", "--no-corpus-path", "--no-comp-dir-path", "--no-show-locs",
        "--no-write-default-sizes", "--type-id-style", "hash"]
# What abidiff says of a function or a type that was there and is gone or otherwise; what other libraries have is theirs.
CHANGE = re.compile(r"^\s*\[[CD]\] .*offhook", re.IGNORECASE | re.MULTILINE)


def record_of(root, library):
    return root / "tests/abi" / (re.sub(r"^lib(.*)\.so.*$", r"\1", pathlib.Path(library).name) + ".abi")


def dump(root, library, record):
    command = ["abidw", "--headers-dir", root / "core/sdk/offhook", *DUMP, library]
    record.write_bytes(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def compare(root, record, library):
    """What was there and is gone or otherwise; nothing when all is as recorded, or more."""
    with tempfile.TemporaryDirectory(prefix="offhook-abi-") as name:
        now = pathlib.Path(name) / "now.abi"
        dump(root, library, now)
        result = subprocess.run(["abidiff", "--no-added-syms", "--non-reachable-types", record, now],
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if result.returncode & 3:
        return f"abidiff: exit {result.returncode}\n{result.stdout}"
    return result.stdout if CHANGE.search(result.stdout) else ""


def exported(library):
    lines = subprocess.run(["nm", "-D", "--defined-only", library], check=True, stdout=subprocess.PIPE, text=True).stdout
    return {words[2] for words in map(str.split, lines.splitlines()) if len(words) == 3 and words[1] != "A"}


def find_hidden(root, libraries):
    words = set()
    for header in (root / "core/sdk/offhook").glob("*.h"):
        words |= set(re.findall(r"\w+", header.read_text(encoding="utf-8")))
    return {symbol for library in libraries for symbol in exported(library)} - words


def check_symbols(root, libraries):
    listed = set((root / LIST).read_text(encoding="utf-8").splitlines()[1:])
    hidden = find_hidden(root, libraries)
    for symbol in sorted(hidden - listed):
        yield f"{symbol} is exported, but in no installed header: make it G_GNUC_INTERNAL, or static"
    for symbol in sorted(listed - hidden):
        yield f"{symbol} is not exported any more: take it out of {LIST}"


def renew(root, libraries):
    head = (root / LIST).read_text(encoding="utf-8").splitlines()[0]
    (root / LIST).write_text("\n".join([head, *sorted(find_hidden(root, libraries))]) + "\n", encoding="utf-8")
    for library in libraries:
        dump(root, library, record_of(root, library))


def check(root, libraries):
    problems = list(check_symbols(root, libraries))
    for library in libraries:
        difference = compare(root, record_of(root, library), library)
        if difference:
            problems.append(f"{difference}\nA plugin built before may not work with this {library}. If that is meant, raise "
                            "OFFHOOK_PLUGIN_ABI_MAJOR in core/sdk/offhook/plugin.h (or its minor, when only spare members were "
                            "given a name), and record it: tests/abi/check-abi.py --renew SOURCE_ROOT LIBRARY...")
    # A check that can't fail is none: another library is not what was recorded.
    if not compare(root, record_of(root, libraries[0]), libraries[-1]):
        problems.append("abidiff sees no difference between two libraries")
    return problems


def main(words):
    if not shutil.which("abidiff"):
        print("abidiff is not there (package abigail-tools)")
        return 77
    renewing = words[0] == "--renew"
    root, *libraries = words[1:] if renewing else words
    root = pathlib.Path(root)
    if renewing:
        renew(root, libraries)
        return 0
    problems = check(root, libraries)
    print("\n".join(problems) or "the ABI is as recorded, or has more")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
