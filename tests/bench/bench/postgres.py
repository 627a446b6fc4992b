# SPDX-License-Identifier: LGPL-2.1-or-later
"""A PostgreSQL of our own, with Debian's settings, on the generator's processor: a database is on
another machine."""

import glob
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from urllib.parse import quote

from .process import GENERATOR_CPU, Unavailable, pin

START_SECONDS = 30


class Postgres:
    """Server and database; gone afterwards."""

    def __init__(self):
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
        if not found:
            raise Unavailable("PostgreSQL (Debian: postgresql)")
        self.programs = found[-1]
        self.dir = tempfile.mkdtemp(prefix="offhook-bench-pg-")
        # It refuses to run as root.
        self.user = "postgres" if os.geteuid() == 0 else None
        if self.user:
            os.chown(self.dir, pwd.getpwnam(self.user).pw_uid, -1)
        self.data = os.path.join(self.dir, "data")
        self.child = None
        try:
            self.run("initdb", "-D", self.data, "-U", "offhook", "-A", "trust", "-E", "UTF8",
                     "--locale=C.UTF-8")
            self.start()
            self.run("createdb", "-h", self.dir, "-U", "offhook", "calls")
        except BaseException:
            self.stop()
            raise
        self.url = f"postgresql://offhook@/calls?host={quote(self.dir, safe='')}"

    def run(self, program, *arguments):
        done = subprocess.run([os.path.join(self.programs, program), *arguments], text=True,
                              capture_output=True, user=self.user, cwd=self.dir)
        if done.returncode != 0:
            raise RuntimeError(f"{program} failed: {done.stderr}")
        return done.stdout

    def start(self):
        command = ["nice", "-n", "10", os.path.join(self.programs, "postgres"), "-D", self.data,
                   "-k", self.dir, "-c", "listen_addresses="]
        self.child = subprocess.Popen(pin(GENERATOR_CPU, command), user=self.user, cwd=self.dir,
                                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        ready = [os.path.join(self.programs, "pg_isready"), "-q", "-h", self.dir]
        deadline = time.monotonic() + START_SECONDS
        while subprocess.run(ready).returncode != 0:
            if time.monotonic() > deadline or self.child.poll() is not None:
                raise RuntimeError("PostgreSQL does not start")
            time.sleep(0.1)

    def ask(self, sql):
        """The first column of the first row."""
        return self.run("psql", "-X", "-A", "-t", "-q", "-h", self.dir, "-U", "offhook", "-d",
                        "calls", "-c", sql).strip()

    def stop(self):
        if self.child is not None and self.child.poll() is None:
            self.child.terminate()
            try:
                self.child.wait(20)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()
        shutil.rmtree(self.dir, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.stop()
