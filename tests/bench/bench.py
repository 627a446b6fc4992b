# SPDX-License-Identifier: LGPL-2.1-or-later
"""Measures a build of Offhook and what people use instead, on this machine, in one run.

Called by run.sh, which builds. Every server runs on the first processor, the load generator on the
second."""

import argparse
import json
import sys
import time
from pathlib import Path
from types import SimpleNamespace

from bench import kernel, targets
from bench.audio import Audio
from bench.conversation import Conversation
from bench.engines import Engines
from bench.history import History
from bench.life import Life
from bench.load import Load
from bench.results import Results, format_results, write_page
from bench.writing import Writing

SOURCE = Path(__file__).resolve().parents[2]
ROWS = ("floor", "node", "fastapi", "echo", "vonage", "ladder1", "ladder2", "turn", "recording", "memory",
        "tls", "talk", "engines", "control", "start", "churn")
NAMED = ("elevenlabs", "soak", "store", "history")  # minutes each: only by name

PLACED = ("store", "history")  # each in a place of its own when it is run alone


def parse_arguments():
    parser = argparse.ArgumentParser(description="Runs the benchmark, or some rows of it.")
    parser.add_argument("--build", type=Path, required=True, help="a finished build folder")
    parser.add_argument("--write", action="store_true", help="put it into docs/performance.md")
    parser.add_argument("rows", nargs="*", metavar="ROW", help=" ".join(ROWS + NAMED))
    arguments = parser.parse_args()
    unknown = set(arguments.rows) - set(ROWS + NAMED)
    if unknown:
        parser.error(f"no such row: {', '.join(sorted(unknown))}; there are "
                     f"{', '.join(ROWS + NAMED)}")
    return arguments


def measure(context, rows):
    parts = (Audio(context), Conversation(context), Engines(context), Life(context),
             Writing(context), History(context))
    for row in rows:
        began = time.monotonic()
        print(f"{row} ...", file=sys.stderr, flush=True)
        step = next(getattr(part, row) for part in parts if hasattr(part, row))
        try:
            step()
        except RuntimeError as error:
            context.results.note(f"{row} failed: {error}")
        print(f"{row}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)


def main():
    arguments = parse_arguments()
    results = Results()
    machine = kernel.describe()
    context = SimpleNamespace(build=arguments.build.resolve(), source=SOURCE,
                              load=Load(arguments.build.resolve()), results=results)
    began, steal = time.monotonic(), kernel.read_steal()
    measure(context, [row for row in ROWS + NAMED if row in (arguments.rows or ROWS)])
    stolen, ticks = (b - a for a, b in zip(steal, kernel.read_steal()))
    machine.append(f"measured in {time.monotonic() - began:.0f} s; the hypervisor took "
                   f"{100 * stolen / max(ticks, 1):.1f} % of the processors meanwhile")
    targets.judge(results)
    text = format_results(results, machine)
    print(text)
    with open(arguments.build / "bench.json", "w") as file:
        json.dump({" ".join(map(str, key)) if isinstance(key, tuple) else key: value
                   for key, value in results.facts.items()}, file, indent=1)
    if arguments.write:
        alone = len(arguments.rows) == 1 and arguments.rows[0] in PLACED
        write_page(SOURCE / "docs/performance.md", text, arguments.rows[0] if alone else None)


main()
