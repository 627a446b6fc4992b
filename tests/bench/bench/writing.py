# SPDX-License-Identifier: LGPL-2.1-or-later
"""Row about writing down what happens in calls, while they go on."""

import os
import re
import sqlite3
import subprocess
import tempfile
import time
from contextlib import nullcontext
from types import SimpleNamespace

from .audio import LATE_MS, lost
from .postgres import Postgres
from .process import SERVER_CPU, Offhook, Unavailable, pin

CALLS = 500
# What is measured are the pings of these: calls of another driver, on the same media thread.
ECHO_CALLS = 100
RAMP_SECONDS = 2
WARMUP = 2
SECONDS = 8
# How often each caller has a turn: as in a conversation, and twice as often.
PACES = (("no turns", 0), ("a turn every 4 s", 4000), ("a turn every 2 s", 2000))
ASSISTANT = "agents=instant\nstt=instant\ntts=instant"
ECHO = ("[driver:vonage]\nrequire-signature=false\nstream-auth=none\n"
        "[assistant:echo]\ndriver=vonage\nagents=echo\n")
ROWS_WRITTEN = ("SELECT (SELECT count(*) FROM {0}call_events) + (SELECT count(*) FROM {0}messages) "
                "+ (SELECT count(*) FROM {0}turns)")
TURNS = "SELECT count(*) FROM {0}turns"
COLUMNS = ("", "turns/s", "events, messages and turns written/s", "audio p50 ms", "p99",
           "more than without", "lost", "cores of the server")
LONE_CALLS = 3000


class SqliteFile:
    """The file of a daemon that runs."""

    name, prefix = "SQLite", ""

    def __init__(self, server):
        self.path = os.path.join(server.state, "offhook.db")

    def ask(self, sql):
        store = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)
        try:
            return store.execute(sql.format(self.prefix)).fetchone()[0]
        finally:
            store.close()


class PostgresSchema:
    name, prefix = "PostgreSQL", "offhook."

    def __init__(self, database):
        self.database = database

    def ask(self, sql):
        return int(self.database.ask(sql.format(self.prefix)))


class Writing:
    def __init__(self, context):
        self.build, self.load, self.results = context.build, context.load, context.results

    def count(self, store):
        return time.monotonic(), store.ask(TURNS), store.ask(ROWS_WRITTEN)

    def run(self, database, every_ms):
        """The generator's figures, turns a second and rows a second."""
        store_keys = f"[store]\nurl={database.url}\n" if database else ""
        keys = {"keys_every_ms": every_ms} if every_ms else {}
        with Offhook(self.build, plugins=True, assistant=ASSISTANT,
                     rest=ECHO + store_keys) as server:
            store = PostgresSchema(database) if database else SqliteFile(server)
            echo = SimpleNamespace(pid=server.pid,
                                   url=server.url.replace("/media/twilio", "/media/vonage"))
            times = {"warmup": WARMUP, "seconds": SECONDS}
            talk = self.load.start("feed", server, calls=CALLS,
                                   ramp_per_second=CALLS // RAMP_SECONDS, **times, **keys)
            pings = self.load.start("echo", echo, calls=ECHO_CALLS, l16=True,
                                    ramp_per_second=ECHO_CALLS // RAMP_SECONDS, **times)
            time.sleep(RAMP_SECONDS + WARMUP)
            begin, turns, rows = self.count(store)
            time.sleep(SECONDS - 2)  # counting is part of it, and is done before the calls end
            end, more_turns, more_rows = self.count(store)
            figures = self.load.finish(pings)
            failed = self.load.finish(talk)["failed"]
        figures["failed"] += failed
        return figures, (more_turns - turns) / (end - begin), (more_rows - rows) / (end - begin)

    def measure(self, name, database):
        base = None
        for pace, every_ms in PACES:
            figures, turns, rows = self.run(database, every_ms)
            delay = figures["delay_ms"]
            base = delay["p99"] if base is None else base
            self.results.add(f"{CALLS} calls whose turns are written down, and {ECHO_CALLS} whose sound is measured", COLUMNS,
                             (f"{name}: {pace}", f"{turns:.0f}", f"{rows:.0f}",
                              f"{delay['p50']:.1f}", f"{delay['p99']:.1f}",
                              f"{delay['p99'] - base:+.1f}", lost(figures),
                              f"{figures['server_cores']:.2f}"))
            self.results.facts["store", name, pace] = {"moved": delay["p99"] - base,
                                                       "lost": lost(figures), "turns": turns,
                                                       "rows": rows}
            late = figures["own_lateness_ms"]["p99"]
            if late > LATE_MS:
                self.results.note(f"{name}, {pace}: the generator's own sends were up to "
                                  f"{late:.0f} ms late (p99).")

    def write_alone(self, name, url):
        """As fast as the store takes it, without calls."""
        command = [str(self.build / "tests/bench/store/bench-store"), url, str(LONE_CALLS)]
        done = subprocess.run(pin(SERVER_CPU, command), capture_output=True, text=True, timeout=120)
        found = re.search(r": (\d+)/s .*, ([\d.]+) us of the main thread", done.stdout)
        if done.returncode != 0 or found is None:
            raise RuntimeError(f"bench-store {name}: {done.stderr}")
        self.results.add("Writing without calls, as fast as it goes",
                         ("", "events, messages, turns, ... a second", "main thread, us each"),
                         (name, *found.groups()))

    def store(self):
        subprocess.run(["ninja", "-C", self.build, "tests/bench/store/bench-store"],
                       stdout=subprocess.DEVNULL, check=True)
        for name, make in (("SQLite", nullcontext), ("PostgreSQL", Postgres)):
            try:
                with make() as database:
                    self.measure(name, database)
                with make() as database, tempfile.TemporaryDirectory() as path:
                    self.write_alone(name, database.url if database
                                     else f"sqlite:{path}/store.db")
            except Unavailable as missing:
                self.results.note(f"{name} was skipped: not installed: {missing}")
