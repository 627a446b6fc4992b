# SPDX-License-Identifier: LGPL-2.1-or-later
"""Programs as child processes, each on the processors it is given."""

import os
import shutil
import subprocess
import tempfile
import time

SERVER_CPU = "0"
GENERATOR_CPU = "1"
ALL_CPUS = "0,1"
START_SECONDS = 20


class Unavailable(Exception):
    """Something a row needs is not installed; the message says what."""


def pin(cpus, command):
    """One processor is all there is on some machines: then nothing is pinned."""
    return ["taskset", "-c", cpus, *command] if (os.cpu_count() or 1) > 1 else command


class Process:
    """A program that prints its port as its first line, or writes it to a file: see wait_url."""

    def __init__(self, command, cpus=SERVER_CPU, env=None):
        self.log = tempfile.TemporaryFile("w+")
        self.child = subprocess.Popen(pin(cpus, command), stdout=subprocess.PIPE, stderr=self.log,
                                      text=True, env={**os.environ, **(env or {})})

    @property
    def pid(self):
        return self.child.pid

    def read_port(self):
        line = self.child.stdout.readline()
        if not line.strip().isdigit():
            self.stop()
            raise RuntimeError(f"{self.child.args}: printed no port\n{self.read_log()}")
        return int(line)

    def read_log(self):
        self.log.seek(0)
        return self.log.read()

    def stop(self):
        if self.child.poll() is None:
            self.child.terminate()
            try:
                self.child.wait(10)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.stop()


class Peer(Process):
    """One of tests/bench/peers."""

    def __init__(self, command, scheme="ws", env=None):
        super().__init__(command, env=env)
        self.url = f"{scheme}://127.0.0.1:{self.read_port()}/media"


def start_raw(build):
    return Peer([str(build / "tests/bench/peers/raw/bench-raw")], scheme="tcp")


def start_node(source):
    node = shutil.which("node")
    env = {"NODE_PATH": "/usr/share/nodejs"}
    if node is None or subprocess.run([node, "-e", "require('ws')"], capture_output=True,
                                      env={**os.environ, **env}).returncode:
        raise Unavailable("node with the package ws (Debian: nodejs, node-ws)")
    return Peer([node, str(source / "tests/bench/peers/node/server.js")], env=env)


def start_fastapi(source):
    python = "/usr/bin/python3"  # the distribution's, which has the distribution's packages
    if not os.path.exists(python) or subprocess.run(
            [python, "-c", "import fastapi, uvicorn, websockets"], capture_output=True).returncode:
        raise Unavailable("fastapi, uvicorn and websockets (Debian: python3-fastapi, "
                          "python3-uvicorn, python3-websockets)")
    return Peer([python, "-W", "ignore", str(source / "tests/bench/peers/fastapi/server.py")])


class Offhook(Process):
    """The daemon of this build, with a configuration and state of its own."""

    def __init__(self, build, assistant="agents=echo", threads=1, media="recording=false",
                 server="", rest="", plugins=False, cpus=SERVER_CPU, driver="twilio"):
        self.dir = tempfile.TemporaryDirectory(prefix="offhook-bench-")
        path = self.dir.name
        self.state = os.path.join(path, "state")
        os.mkdir(self.state)
        plugin_dir = os.path.join(path, "plugins")
        os.mkdir(plugin_dir)
        if plugins:
            for name in ("agent-instant.so", "engine-instant.so"):
                shutil.copy(build / "tests/bench/plugins" / name, plugin_dir)
        config = os.path.join(path, "offhookd.conf")
        with open(config, "w") as file:
            file.write(f"[server]\nlisten=127.0.0.1:0\nauth=none\nstate-dir={self.state}\n"
                       "max-calls=100000\nrate-limit-calls=0\nrate-limit-health=0\n"
                       f"{server}\n[media]\nthreads={threads}\n{media}\n"
                       f"[log]\nlevel=warning\n[plugins]\npath={plugin_dir}\n"
                       f"[driver:{driver}]\nrequire-signature=false\nstream-auth=none\n"
                       f"[assistant:bench]\ndriver={driver}\n{assistant}\n{rest}\n")
        self.began = time.monotonic()
        super().__init__([str(build / "core/offhookd"), "--config", config], cpus=cpus)
        self.http = self.wait_url()
        self.url = self.http.replace("http", "ws", 1) + f"/media/{driver}"

    def wait_url(self):
        """Where it listens."""
        path = os.path.join(self.state, "url")
        while time.monotonic() - self.began < START_SECONDS and self.child.poll() is None:
            try:
                with open(path) as file:
                    text = file.read().strip()
                if text:
                    return text
            except FileNotFoundError:
                pass
            time.sleep(0.001)
        self.stop()
        raise RuntimeError(f"offhookd does not listen:\n{self.read_log()}")

    def stop(self):
        super().stop()
        self.dir.cleanup()
