# SPDX-License-Identifier: LGPL-2.1-or-later
"""Row about looking back over very many calls, in each kind of database."""

import json
import os
import subprocess

CALLS = int(os.environ.get("OFFHOOK_HISTORY_CALLS", "1000000"))
STORES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
PAGE_MS = 20
SEARCH_MS = 200
NOT_INSTALLED = 77
# Minutes on a machine that does nothing else, many more on one that does.
FILL_SECONDS = 7200
COLUMNS = ("", *(f"{store} {figure}" for store in STORES.values()
                 for figure in ("p50 ms", "p99", "max")), "rows")


def is_search(what):
    return what.startswith("search")


def is_page(what):
    return not is_search(what) and not what.startswith("statistics")


class History:
    def __init__(self, context):
        self.build, self.results = context.build, context.results

    def measure(self, store):
        """What the program prints, or None."""
        program = self.build / "tests/bench/store/bench-history"
        done = subprocess.run([program, store, str(CALLS)], stdout=subprocess.PIPE, text=True,
                              timeout=FILL_SECONDS, check=False)
        if done.returncode == NOT_INSTALLED:
            self.results.note(f"History: {STORES[store]} is not installed.")
            return None
        if done.returncode != 0:
            raise RuntimeError(f"bench-history {store} ended with {done.returncode}")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def history(self):
        subprocess.run(["ninja", "-C", self.build, "tests/bench/store/bench-history"],
                       stdout=subprocess.DEVNULL, check=True)
        runs = {store: lines for store in STORES if (lines := self.measure(store)) is not None}
        for store, lines in runs.items():
            self.results.note(f"History: {STORES[store]} was filled in {lines[0]['seconds']:.0f} s.")
            for name, wanted in (("page", is_page), ("search", is_search)):
                self.results.facts["history", name, STORES[store]] = max(
                    (line for line in lines[1:] if wanted(line["what"])),
                    key=lambda line: line["p99"])
        self.add(runs)

    def add(self, runs):
        table = f"{CALLS:,} calls, {3 * CALLS:,} messages: how long one waits"
        for i, line in enumerate(next(iter(runs.values()))[1:], start=1):
            cells = []
            for store in STORES:
                figures = runs[store][i] if store in runs else None
                cells += [f"{figures[key]:.1f}" if figures else "-"
                          for key in ("p50", "p99", "max")]
            self.results.add(table, COLUMNS, (line["what"], *cells, f"{line['rows']:.0f}"))
