# SPDX-License-Identifier: LGPL-2.1-or-later
"""The emulators of speech and language services, each told how slow it is."""

import json
import tempfile

from .process import GENERATOR_CPU, Process

RECOGNISER_MS = 250
FIRST_TOKEN_MS = 300
FIRST_AUDIO_MS = 120
HEARD = "What are your opening hours?"
ANSWER = "We are open from nine to six, every day but Sunday."
# What comes after the first word and the first sound comes at once: only the firsts are in question.
ARGUMENTS = {
    "openai": ["--voice", "tone", "--transcript", str(RECOGNISER_MS), "--first-token",
               str(FIRST_TOKEN_MS), "--tokens-per-second", "10000", "--first-audio",
               str(FIRST_AUDIO_MS)],
    "elevenlabs": ["--voice", "tone", "--first-audio", str(FIRST_AUDIO_MS)],
}
SCRIPT = {"transcripts": [HEARD], "answers": [{"text": ANSWER}]}
SETTINGS = {"openai": "", "elevenlabs": "api-key=any\n"}
# The engines of an assistant, by role.
LINES = {
    "openai": {"stt": "openai", "llm": "openai", "tts": "openai"},
    "elevenlabs": {"stt": "openai", "llm": "openai", "tts": "elevenlabs"},
}


class Service(Process):
    """`offhook emulate NAME`, on the generator's processor."""

    def __init__(self, build, name):
        self.name = name
        program = build / f"tests/emulators/{name}/offhook-emulate-{name}"
        command = [str(program), *ARGUMENTS[name]]
        if name == "openai":
            self.script = tempfile.NamedTemporaryFile("w", suffix=".json")
            json.dump(SCRIPT, self.script)
            self.script.flush()
            command += ["--script", self.script.name]
        super().__init__(command, cpus=GENERATOR_CPU)
        self.setting = self.child.stdout.readline().strip()
        if not self.setting.startswith("base-url="):
            self.stop()
            raise RuntimeError(f"the emulator of {name} does not serve:\n{self.read_log()}")

    def get_section(self):
        return f"[engine:{self.name}]\n{self.setting}\n{SETTINGS[self.name]}"


class Services:
    """All that a line of engines needs."""

    def __init__(self, build, line):
        self.roles = LINES[line]
        self.services = [Service(build, name) for name in sorted(set(self.roles.values()))]

    def get_assistant(self):
        return "agents=orchestrator\n" + "\n".join(f"{role}={name}"
                                                  for role, name in self.roles.items())

    def get_sections(self):
        return "".join(service.get_section() for service in self.services)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        for service in self.services:
            service.stop()
