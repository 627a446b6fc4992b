# SPDX-License-Identifier: LGPL-2.1-or-later
"""Rows about frames: what one costs, and how many calls a thread carries."""

import os
import subprocess
import tempfile

from .process import ALL_CPUS, Offhook, Unavailable, start_fastapi, start_node, start_raw

LADDER = (100, 500, 1000, 1500, 2000, 3000)
RAMP = 1000
FRAME_COLUMNS = ("server", "calls", "CPU us/frame", "cores", "delay p50 ms", "p99", "max",
                 "lost", "KiB/call", "threads", "generator us/frame", "its sends late p99 ms")
MAX_P99_MS = 20.0
LATE_MS = 5.0
# An answer that lasts as long as a row, and no longer than so short a sentence may (10 s and half a
# second for each of its 16 characters): the daemon would end it.
LONG_ANSWER = "[engine:instant]\nspeech-ms=17000"


def lost(figures):
    """Pings, samples and calls that did not come back."""
    return (figures["pings_lost"] + figures["pings_misordered"] + figures["samples_lost"]
            + figures["samples_inserted"] + figures["failed"]
            + figures["calls"] - figures["live_at_end"])


def frame_row(name, figures):
    delay = figures["delay_ms"]
    return (name, figures["calls"], f"{figures['server_us_per_frame']:.1f}",
            f"{figures['server_cores']:.2f}",
            *(f"{delay[key]:.1f}" if delay["count"] else "-" for key in ("p50", "p99", "max")),
            lost(figures), f"{figures['rss_kib_per_call']:.0f}", figures["threads"],
            f"{figures['own_us_per_frame']:.1f}", f"{figures['own_lateness_ms']['p99']:.1f}")


class Audio:
    def __init__(self, context):
        self.build, self.source = context.build, context.source
        self.load, self.results = context.load, context.results

    def measure(self, name, start, loads, mode="echo", table="CPU per 20 ms frame, both ways",
                **options):
        """One server, at several loads in turn."""
        try:
            with start() as server:
                for calls in loads:
                    figures = self.load.run(mode, server, calls=calls,
                                            **{"seconds": 6, "warmup": 2,
                                               "ramp_per_second": RAMP, **options})
                    self.results.facts[name, calls] = figures
                    self.check_generator(name, figures)
                    self.results.add(table, FRAME_COLUMNS, frame_row(name, figures))
                    yield figures
        except Unavailable as missing:
            self.results.note(f"{name} was skipped: not installed: {missing}")

    def floor(self):
        list(self.measure("raw TCP", lambda: start_raw(self.build), (100, 500, 1000), mode="raw"))

    def node(self):
        list(self.measure("Node ws", lambda: start_node(self.source), (100, 200, 300)))

    def fastapi(self):
        list(self.measure("FastAPI", lambda: start_fastapi(self.source), (50, 100)))

    def echo(self):
        list(self.measure("Offhook", lambda: Offhook(self.build),
                          (50, 100, 200, 300, 500, 1000)))

    def vonage(self):
        """Linear sound at 16 kHz: twice the samples, but no JSON, no base64, no G.711."""
        list(self.measure("Offhook, Vonage's L16", lambda: Offhook(self.build, driver="vonage"),
                          (100, 500, 1000), l16=True))

    def check_generator(self, name, figures):
        """When the generator did not get its processor, the delays are not the server's."""
        late = figures["own_lateness_ms"]["p99"]
        if late > LATE_MS:
            self.results.note(f"{name}, {figures['calls']} calls: the generator's own sends were "
                              f"up to {late:.0f} ms late (p99): the delays there are bounds from "
                              "above.")

    def climb(self, name, start, cpus):
        """The highest rung with nothing lost and a p99 under 20 ms; a bad one is tried twice."""
        best = 0
        for calls in LADDER:
            for _ in range(2):
                with start() as server:
                    figures = self.load.run("echo", server, cpus=cpus, calls=calls, seconds=6,
                                            warmup=2, ramp_per_second=RAMP)
                good = lost(figures) == 0 and figures["delay_ms"]["p99"] < MAX_P99_MS
                if good:
                    break
            self.results.add(f"Ladder, {name}", FRAME_COLUMNS, frame_row("Offhook", figures))
            self.results.facts[name, calls] = figures
            self.check_generator(name, figures)
            if not good:
                break
            best = calls
        self.results.facts[name] = best

    def ladder1(self):
        self.climb("one media thread", lambda: Offhook(self.build), "1")

    def ladder2(self):
        self.climb("two media threads",
                   lambda: Offhook(self.build, threads=2, cpus=ALL_CPUS), ALL_CPUS)
        self.results.note("With two media threads the generator shares both processors with the "
                          "server, as there are only two: the same work alone would go further.")

    def turn(self):
        start = lambda: Offhook(self.build, plugins=True, media="recording=false",
                                assistant="agents=instant\nstt=instant\ntts=instant",
                                rest=LONG_ANSWER)
        list(self.measure("turn engine: VAD, paced voice, marks", start, (500,), mode="feed",
                          table="More than echo"))

    def recording(self):
        start = lambda: Offhook(self.build, media="recording=true")
        list(self.measure("recording on", start, (500,), table="More than echo"))

    def memory(self):
        start = lambda: Offhook(self.build, plugins=True, media="recording=true",
                                assistant="agents=instant\nstt=instant\ntts=instant",
                                rest=LONG_ANSWER)
        list(self.measure("turn engine and recording", start, (500,), mode="feed",
                          table="More than echo"))

    def tls(self):
        with tempfile.TemporaryDirectory() as path:
            key, certificate = os.path.join(path, "key.pem"), os.path.join(path, "cert.pem")
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                            "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-out",
                            certificate, "-days", "2", "-subj", "/CN=localhost"],
                           check=True, capture_output=True)
            start = lambda: Offhook(self.build,
                                    server=f"tls-certificate={certificate}\ntls-key={key}")
            list(self.measure("TLS", start, (200, 500), table="More than echo",
                              ramp_per_second=200))
