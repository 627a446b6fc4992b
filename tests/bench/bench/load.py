# SPDX-License-Identifier: LGPL-2.1-or-later
"""Running the load generator."""

import json
import subprocess
import tempfile

from .process import GENERATOR_CPU, pin

SLACK_SECONDS = 90


class Load:
    """The generator of a build; run() returns its figures (see offhook-load --json)."""

    def __init__(self, build):
        self.program = str(build / "tests/bench/load/offhook-load")

    def start(self, mode, server, cpus=GENERATOR_CPU, **options):
        """Options are the generator's, with _ for -, True for a flag. Returns what finish() takes."""
        result = tempfile.NamedTemporaryFile(suffix=".json")
        command = [self.program, mode, "--url", server.url, "--server-pid", str(server.pid),
                   "--json", result.name]
        if server.url.startswith("wss"):
            command.append("--insecure")
        for name, value in options.items():
            command.append("--" + name.replace("_", "-"))
            if value is not True:
                command.append(str(value))
        child = subprocess.Popen(pin(cpus, command), stdout=subprocess.DEVNULL,
                                 stderr=subprocess.PIPE, text=True)
        return child, result, options.get("seconds", 10) + SLACK_SECONDS

    def finish(self, started):
        child, result, limit = started
        try:
            _, errors = child.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()
            raise RuntimeError("the load generator did not end in time") from None
        text = open(result.name).read()
        result.close()
        if not text:
            raise RuntimeError(f"the load generator failed: {errors}")
        return json.loads(text)

    def run(self, mode, server, **options):
        return self.finish(self.start(mode, server, **options))
