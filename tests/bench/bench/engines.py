# SPDX-License-Identifier: LGPL-2.1-or-later
"""Rows about engines that take their time: how long callers wait, and whether it stays so."""

import os
import sqlite3
import statistics
import time

from .conversation import FRAME_MS, SENTENCE_MS, VAD_STOP_MS, pick
from .kernel import count_descriptors, read_memory
from .process import Offhook
from .services import FIRST_AUDIO_MS, FIRST_TOKEN_MS, LINES, RECOGNISER_MS, Services

CALLS = 200
AT_A_TIME = 50
SOAK_CALLS = 100
SOAK_SECONDS = int(os.environ.get("OFFHOOK_SOAK_SECONDS", "600"))
SOAK_STEPS = 10
ALLOWANCE_MS = 30
LIMIT_MS = (RECOGNISER_MS + FIRST_TOKEN_MS + FIRST_AUDIO_MS + VAD_STOP_MS + SENTENCE_MS + FRAME_MS +
            ALLOWANCE_MS)
COLUMNS = ("", "turns", "p50 ms", "p99", "max")
SOAK_COLUMNS = ("minute", "RSS MiB", "descriptors", "turns", "answer p50 ms", "max", "late")
# As the daemon wrote them down, in the order in which they follow each other.
STAGES = (
    ("from the caller's last sound to the decision that the turn has ended",
     "due_ms - speech_ended_ms"),
    (f"in it: the recogniser, {RECOGNISER_MS} ms", "stt_ms"),
    ("from there to asking the model", "committed_ms - due_ms"),
    (f"the model's first words, {FIRST_TOKEN_MS} ms", "agent_ms"),
    (f"the voice's first sound, {FIRST_AUDIO_MS} ms", "tts_ms"),
    ("from there to the first frame on the wire", "first_frame_ms - first_audio_ms"),
    ("all of it", "answer_delay_ms"),
    ("own share: not waited on purpose, and no engine at work", "own_share_ms"),
)


def read_turns(state, value):
    """Of the turns that were answered: which one, and its value."""
    store = sqlite3.connect(f"file:{os.path.join(state, 'offhook.db')}?mode=ro", uri=True)
    try:
        return {(call, turn): number for call, turn, number in store.execute(
            f"SELECT call_id, turn_index, {value} FROM turns "
            f"WHERE answer_delay_ms >= 0 AND {value} IS NOT NULL")}
    finally:
        store.close()


class Engines:
    def __init__(self, context):
        self.build, self.load, self.results = context.build, context.load, context.results

    def start_daemon(self, services):
        """Without what hides how slow they are: fillers, and the sound of what was said before."""
        return Offhook(self.build, media="recording=false\nphrase-cache-mib=0",
                       assistant=services.get_assistant() + "\nfiller-after-ms=0",
                       rest=services.get_sections())

    def add(self, line, name, count, p50, p99, longest):
        self.results.add(f"{CALLS} callers, an answer through three engines: {line}", COLUMNS,
                         (name, count, f"{p50:.1f}", f"{p99:.1f}", f"{longest:.1f}"))

    def talk(self, server):
        """Some callers after the others; the slowest of them count."""
        rounds = [self.load.run("talk", server, calls=AT_A_TIME, seconds=15, warmup=5,
                                ramp_per_second=AT_A_TIME)
                  for _ in range(CALLS // AT_A_TIME)]
        answers = [figures["answer_ms"] for figures in rounds]
        return {
            "count": sum(answer["count"] for answer in answers),
            "p50": statistics.median(answer["p50"] for answer in answers),
            "p99": max(answer["p99"] for answer in answers),
            "max": max(answer["max"] for answer in answers),
            "failed": sum(figures["unanswered"] + figures["failed"] for figures in rounds),
            "late": max(figures["own_lateness_ms"]["p99"] for figures in rounds),
        }

    def answer(self, line):
        with Services(self.build, line) as services, self.start_daemon(services) as server:
            answer = self.talk(server)
            stages = {title: sorted(read_turns(server.state, value).values())
                      for title, value in STAGES}
        self.add(line, "answer, from the caller's last loud sample to the answer's first",
                 *(answer[key] for key in ("count", "p50", "p99", "max")))
        for title, values in stages.items():
            self.add(line, title, len(values), pick(values, 0.5), pick(values, 0.99),
                     values[-1] if values else 0.0)
        self.results.note(f"Engines ({line}): {AT_A_TIME} calls at a time; p99 and longest are those "
                          f"of the slowest {AT_A_TIME}; {answer['failed']} calls or turns failed, "
                          f"generator late by {answer['late']:.1f} ms p99.")
        self.results.facts["engines", line] = {**answer, "limit": LIMIT_MS}

    def engines(self):
        self.answer("openai")

    def elevenlabs(self):
        self.answer("elevenlabs")

    def sample(self, server, name, seen):
        """A row; @seen are the turns of those before."""
        turns = read_turns(server.state, "answer_delay_ms")
        delays = sorted(delay for turn, delay in turns.items() if turn not in seen)
        seen.update(turns)
        late = sum(delay > LIMIT_MS for delay in delays)
        rss, _ = read_memory(server.pid)
        descriptors = count_descriptors(server.pid)
        self.results.add(f"{SOAK_CALLS} callers in conversation for {SOAK_SECONDS} s", SOAK_COLUMNS,
                         (name, f"{rss / 1024:.1f}", descriptors, len(delays),
                          f"{pick(delays, 0.5):.1f}", f"{delays[-1] if delays else 0:.1f}", late))
        return rss, descriptors, late

    def soak(self):
        """Ten minutes, so only when it is asked for by name."""
        seen = set()
        with Services(self.build, list(LINES)[-1]) as services, self.start_daemon(services) as server:
            self.sample(server, "before", seen)
            started = self.load.start("talk", server, calls=SOAK_CALLS, seconds=SOAK_SECONDS,
                                      warmup=5, ramp_per_second=50)
            samples = []
            for step in range(1, SOAK_STEPS + 1):
                time.sleep(SOAK_SECONDS / SOAK_STEPS)
                samples.append(self.sample(server, f"{SOAK_SECONDS / SOAK_STEPS * step / 60:.1f}",
                                           seen))
            figures = self.load.finish(started)
            time.sleep(5)
            self.sample(server, "after the calls", seen)
        self.results.note(f"Soak: {figures['turns']} turns, {figures['unanswered']} without an "
                          f"answer, {figures['failed']} calls failed; answer p99 "
                          f"{figures['answer_ms']['p99']:.1f} ms at the caller.")
        self.results.facts["soak"] = {
            "growth_kib": samples[-1][0] - samples[1][0],
            "descriptors": samples[-1][1] - samples[1][1],
            "late": sum(late for _, _, late in samples),
            "failed": figures["unanswered"] + figures["failed"],
        }
