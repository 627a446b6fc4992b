# SPDX-License-Identifier: LGPL-2.1-or-later
"""The row about talking: how long callers wait, and how soon they are let in."""

import os
import sqlite3

from .process import Offhook

CALLS = 500
# core/turn: silence that ends speech, and the wait after a sentence; the frame in which the
# speech ends is voiced to its end.
VAD_STOP_MS = 200
SENTENCE_MS = 350
FRAME_MS = 20
VAD_START_MS = 200
COLUMNS = ("", "turns", "p50 ms", "p99", "max")


def read_own_shares(state):
    """What the daemon itself wrote down for each turn."""
    path = os.path.join(state, "offhook.db")
    store = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return sorted(row[0] for row in store.execute(
            "SELECT own_share_ms FROM turns WHERE own_share_ms >= 0 AND speech_ended_ms >= 0"))
    finally:
        store.close()


def pick(values, share):
    return values[min(len(values) - 1, int(share * len(values)))] if values else 0.0


class Conversation:
    def __init__(self, context):
        self.build, self.load, self.results = context.build, context.load, context.results

    def add(self, name, values):
        self.results.add(f"{CALLS} callers in conversation", COLUMNS,
                         (name, values["count"], f"{values['p50']:.1f}", f"{values['p99']:.1f}",
                          f"{values['max']:.1f}"))

    def talk(self):
        with Offhook(self.build, plugins=True,
                     assistant="agents=instant\nstt=instant\ntts=instant") as server:
            figures = self.load.run("talk", server, calls=CALLS, seconds=15, warmup=5,
                                    ramp_per_second=250)
            shares = read_own_shares(server.state)
        answer, barge_in = figures["answer_ms"], figures["barge_in_ms"]
        policy = VAD_STOP_MS + SENTENCE_MS + FRAME_MS
        self.add("answer, from the caller's last loud sample to the answer's first", answer)
        own = {"count": answer["count"],
               **{key: answer[key] - policy for key in ("p50", "p99", "max")}}
        self.add(f"of it not policy ({VAD_STOP_MS} ms silence, {SENTENCE_MS} ms after a sentence, "
                 f"the frame of {FRAME_MS} ms in which speech ends)", own)
        stored = {"count": len(shares), "p50": pick(shares, 0.5), "p99": pick(shares, 0.99),
                  "max": shares[-1] if shares else 0.0}
        self.add("own share as the daemon wrote it down (all turns, start-up too)", stored)
        self.add("barge-in, from the caller's first loud sample to silence", barge_in)
        self.results.note(f"Conversation: {figures['unanswered']} turns without an answer, "
                          f"{figures['failed']} calls failed, {figures['server_cores']:.2f} cores "
                          f"of the server, generator late by "
                          f"{figures['own_lateness_ms']['p99']:.1f} ms p99.")
        self.results.facts["own"] = own
        self.results.facts["stored"] = stored
        self.results.facts["barge_in"] = barge_in
        self.results.facts["barge_in_limit"] = VAD_START_MS + 40
