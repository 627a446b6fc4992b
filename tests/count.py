#!/usr/bin/env python3
"""Counts the results in meson's JSON test logs and prints "N passed, N failed, N skipped".

Exits with 1 when anything failed, when a log is missing, or when nothing ran at all.
"""
import json
import sys

GOOD = {"OK", "EXPECTEDFAIL"}
SKIPPED = {"SKIP"}


def main(paths):
    passed = failed = skipped = 0
    for path in paths:
        try:
            with open(path, encoding="utf-8") as log:
                results = [json.loads(line)["result"] for line in log if line.strip()]
        except OSError as error:
            print(f"{path}: {error.strerror}", file=sys.stderr)
            failed += 1
            continue
        passed += sum(result in GOOD for result in results)
        skipped += sum(result in SKIPPED for result in results)
        failed += sum(result not in GOOD | SKIPPED for result in results)
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 0 if failed == 0 and passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
