# SPDX-License-Identifier: LGPL-2.1-or-later
"""Rows about the process: starting, idling, calls that come and go, and REST beside the audio."""

import base64
import os
import re
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
from urllib.parse import urlsplit

from .kernel import count_threads, read_memory
from .process import GENERATOR_CPU, Offhook, Unavailable, pin

CONTROL_CALLS = 500
WRK_SECONDS = 8
CHURN_TOTAL = 10000
CHURN_ROUNDS = 6

INITIATE = """wrk.method = "POST"
wrk.body = '{"phone_number":"+15550100001"}'
wrk.headers["Content-Type"] = "application/json"
"""


def accept_call(server):
    """A WebSocket handshake, as the carrier's first sign of a call; returns when it is taken."""
    where = urlsplit(server.url)
    key = base64.b64encode(os.urandom(16)).decode()
    with socket.create_connection((where.hostname, where.port), timeout=5) as line:
        line.sendall(f"GET {where.path} HTTP/1.1\r\nHost: {where.netloc}\r\nUpgrade: websocket\r\n"
                     "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                     f"Sec-WebSocket-Key: {key}\r\n\r\n".encode())
        if b" 101 " not in line.recv(4096):
            raise RuntimeError("the daemon refused a call")


class Life:
    def __init__(self, context):
        self.build, self.load, self.results = context.build, context.load, context.results

    def fact(self, name, value):
        self.results.add("The process", ("", ""), (name, value))

    def start(self):
        times = []
        for _ in range(5):
            with Offhook(self.build) as server:
                accept_call(server)
                times.append((time.monotonic() - server.began) * 1000)
        with Offhook(self.build) as server:
            time.sleep(1)
            rss, pss = read_memory(server.pid)
            threads = count_threads(server.pid)
        self.results.facts["idle_threads"] = threads
        self.fact("start to first accepted call, median of 5",
                  f"{statistics.median(times):.0f} ms")
        self.fact("idle memory, RSS / PSS", f"{rss / 1024:.1f} / {pss / 1024:.1f} MiB")
        self.fact("threads, idle", threads)

    def churn(self):
        memory = []
        failed = 0
        with Offhook(self.build) as server:
            for _ in range(CHURN_ROUNDS):
                figures = self.load.run("churn", server, total=CHURN_TOTAL, concurrency=300,
                                        hold_ms=200, ramp_per_second=2000, seconds=60)
                failed += figures["failed"] + CHURN_TOTAL - figures["started"]
                memory.append((figures["rss_kib_before"], figures["rss_kib"],
                               figures["seconds"]))
            time.sleep(2)
            after, _ = read_memory(server.pid)
            threads = count_threads(server.pid)
        # The first rounds fill caches and find out how much is needed at once.
        growth = after - memory[-2][1]
        self.results.facts["growth_kib"] = growth
        self.results.facts["churn_failed"] = failed
        sizes = [memory[0][0], *(round_[1] for round_ in memory[:-1]), after]
        self.fact(f"memory before and after each {CHURN_TOTAL} calls",
                  ", ".join(f"{size / 1024:.1f}" for size in sizes) + " MiB")
        self.fact("calls a second that came and went",
                  f"{CHURN_TOTAL / memory[-1][2]:.0f} ({failed} failed)")
        self.fact("threads after them", threads)

    def wrk(self, server, path, script=None):
        program = shutil.which("wrk")
        if program is None:
            raise Unavailable("wrk")
        command = ["nice", "-n", "10", program, "-t1", "-c4", f"-d{WRK_SECONDS}s"]
        if script is not None:
            command += ["-s", script]
        text = subprocess.run(pin(GENERATOR_CPU, [*command, server.http + path]),
                              capture_output=True, text=True, timeout=WRK_SECONDS + 30).stdout
        rate = re.search(r"Requests/sec:\s*([\d.]+)", text)
        bad = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
        return float(rate.group(1)) if rate else 0.0, int(bad.group(1)) if bad else 0

    def control_run(self, path, script):
        """The audio's p99 of calls during which REST is asked as fast as it answers."""
        # Nobody picks up: what is measured is the control plane, not more audio.
        rest = ("[assistant:outbound]\ndriver=loopback\nagents=echo\n"
                "[driver:loopback]\nanswer-delay-ms=60000\nring-timeout-ms=1000")
        server_keys = "voice-provider=loopback"
        with Offhook(self.build, rest=rest, server=server_keys) as server:
            started = self.load.start("echo", server, calls=CONTROL_CALLS, warmup=2,
                                      seconds=WRK_SECONDS, ramp_per_second=500)
            rate, bad = 0.0, 0
            if path is not None:
                time.sleep(CONTROL_CALLS / 500 + 2)
                rate, bad = self.wrk(server, path, script)
            return self.load.finish(started), rate, bad

    def control(self):
        with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
            script.write(INITIATE)
            script.flush()
            rows = (("no REST traffic", None, None), ("GET /voice/calls", "/voice/calls", None),
                    ("POST /voice/calls/initiate", "/voice/calls/initiate", script.name))
            base = None
            for name, path, lua in rows:
                try:
                    figures, rate, bad = self.control_run(path, lua)
                except Unavailable as missing:
                    self.results.note(f"REST was skipped: not installed: {missing}")
                    return
                p99 = figures["delay_ms"]["p99"]
                base = p99 if base is None else base
                self.results.facts["control", name] = p99 - base
                lost = figures["pings_lost"] + figures["samples_lost"] + figures["failed"]
                self.results.add(f"REST while {CONTROL_CALLS} calls run",
                                 ("", "requests/s", "refused", "audio p99 ms", "more than without",
                                  "lost"),
                                 (name, f"{rate:.0f}" if path else "-", bad, f"{p99:.1f}",
                                  f"{p99 - base:+.1f}", lost))
