#!/usr/bin/env python3
"""Reads meson's JSON test logs, BUILD/KIND/meson-logs/testlog.json, and says for the reader of the end of a long log what
failed and why, and which programs took longest. The last line is "N passed, N failed[, N skipped]".

Where testlog-alone.json is beside a log, it holds the second run of what had failed, one at a time: its results count,
and what failed only beside others is named. --failed prints the names of what failed, for that.

Exits with 1 when anything failed, when a log is missing, or when nothing ran at all.
"""
import json
import pathlib
import re
import sys

GOOD = {"OK", "EXPECTEDFAIL"}
SKIPPED = {"SKIP"}
N_LONGEST = 10
# What is shown of one that failed, and of how many.
N_LINES = 15
N_BEFORE = 3
N_CHARACTERS = 300
N_SHOWN = 10
# Where the reason begins: of a test, of a sanitizer, of a program in Python.
REASON = re.compile(r"^not ok\b|^Bail out!|\bERROR: \w+Sanitizer\b|: runtime error: |^WARNING: ThreadSanitizer|^Traceback ")


def read_log(path):
    """The tests of a log, each with its kind."""
    kind = pathlib.Path(path).absolute().parent.parent.name
    with open(path, encoding="utf-8") as log:
        results = [json.loads(line) for line in log if line.strip()]
    for result in results:
        result["kind"] = kind
        result["program"] = result["name"].split(" / ")[-1]
    return results


def read_results(path):
    """The tests of a log; those that had a second run, alone, as they were then, with how they had been before."""
    results = read_log(path)
    alone = pathlib.Path(path).with_name("testlog-alone.json")
    again = {result["name"]: result for result in read_log(alone)} if alone.exists() else {}
    for at, result in enumerate(results):
        if is_failure(result) and result["name"] in again:
            results[at] = again[result["name"]] | {"before": result}
    return results


def is_failure(result):
    return result["result"] not in GOOD | SKIPPED


def shorten(lines, n):
    """The first and the last of them: a daemon's log that follows a reason tells at its end why it died."""
    if len(lines) <= n:
        return lines
    return lines[: n - n // 2] + ["..."] + lines[len(lines) - n // 2 + 1 :]


def choose_lines(result):
    """The lines from the first reason on in what it printed and in its errors, with a few before; without a reason its
    last ones."""
    outputs = [result.get(name, "").strip().splitlines() for name in ("stdout", "stderr")]
    chosen = []
    for lines in outputs:
        at = next((number for number, line in enumerate(lines) if REASON.search(line)), None)
        if at is not None:
            chosen.append(lines[max(at - N_BEFORE, 0) :])
    if not chosen:
        return (outputs[0] + outputs[1])[-N_LINES:]
    share = N_LINES // len(chosen)
    return [line for lines in chosen for line in shorten(lines, share)]


def describe(result):
    return f"{result['kind']} {result['program']}: {result['result']}, {result['duration']:.1f} s"


def print_failures(word, failures):
    for number, result in enumerate(failures):
        print(f"{word} {describe(result)}")
        if number < N_SHOWN:
            for line in choose_lines(result):
                print("    " + line[:N_CHARACTERS])


def print_times(results):
    print("Longest:")
    for result in sorted(results, key=lambda result: -result["duration"])[:N_LONGEST]:
        print(f"    {result['duration']:6.1f} s {result['kind']} {result['program']}")
    for kind in dict.fromkeys(result["kind"] for result in results):
        own = [result for result in results if result["kind"] == kind]
        begin = min(result["starttime"] for result in own)
        end = max(result["starttime"] + result["duration"] for result in own)
        print(f"{kind}: {len(own)} programs in {end - begin:.0f} s")


def print_failed_names(paths):
    for path in paths:
        for result in read_log(path):
            if is_failure(result):
                print(result["program"])


def main(paths):
    if paths[:1] == ["--failed"]:
        return print_failed_names(paths[1:])
    results = []
    unread = 0
    for path in paths:
        try:
            results += read_results(path)
        except (OSError, ValueError, KeyError) as error:
            print(f"{path}: {error}", file=sys.stderr)
            unread += 1
    failures = [result for result in results if is_failure(result)]
    unsteady = [result["before"] for result in results if "before" in result and not is_failure(result)]
    passed = sum(result["result"] in GOOD for result in results)
    skipped = sum(result["result"] in SKIPPED for result in results)
    failed = len(failures) + unread
    print_times(results)
    print_failures("FAILED BESIDE OTHERS, passed alone:", unsteady)
    print_failures("FAILED", failures)
    sys.stdout.flush()
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 0 if failed == 0 and passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
