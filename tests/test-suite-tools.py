#!/usr/bin/env python3
"""count.py on logs as meson writes them, part.py on a program that lists cases as GLib's do, and what is seen of a step
that takes long (packaging/progress.sh)."""
import json
import os
import pathlib
import pty
import stat
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
LONG = "# before\n" * 40


def entry(name, result="OK", seconds=1.0, **more):
    return {"name": f"offhook:core / {name}", "result": result, "starttime": 100.0, "duration": seconds, **more}


class Tools(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = pathlib.Path(self.folder.name)

    def write_log(self, kind, *entries):
        path = self.root / kind / "meson-logs" / "testlog.json"
        path.parent.mkdir(parents=True)
        path.write_text("".join(json.dumps(entry) + "\n" for entry in entries))
        return path

    def count(self, *paths):
        result = subprocess.run([sys.executable, HERE / "count.py", *paths], stdout=subprocess.PIPE, text=True)
        return result.returncode, result.stdout.splitlines()

    def test_all_good(self):
        code, lines = self.count(
            self.write_log("plain", entry("one", seconds=2.0), entry("two", "SKIP"), entry("three", seconds=7.5)),
            self.write_log("asan", entry("one", seconds=30.0)),
        )
        self.assertEqual(code, 0)
        self.assertEqual(lines[-1], "3 passed, 0 failed, 1 skipped")
        self.assertEqual(lines[1].split(), ["30.0", "s", "asan", "one"])
        self.assertIn("plain: 3 programs in 8 s", lines)
        self.assertIn("asan: 1 programs in 30 s", lines)
        self.assertFalse([line for line in lines if "FAILED" in line])

    def test_reasons(self):
        printed = LONG + "ok 1 /a\nBail out! ERROR:a.c:2: assertion failed\n" + "# after\n" * 40 + "# died of this\n"
        found = LONG + "==7==ERROR: AddressSanitizer: heap-use-after-free\n    #0 0x1 in free_twice\n" + LONG
        code, lines = self.count(
            self.write_log(
                "asan",
                entry("good"),
                entry("asserts", "ERROR", 3.25, stdout=printed),
                entry("frees", "FAIL", stdout=LONG, stderr=found),
                entry("hangs", "TIMEOUT", stdout=LONG + "# the last\n"),
            )
        )
        self.assertEqual(code, 1)
        self.assertEqual(lines[-1], "1 passed, 3 failed")
        first, second, third = [at for at, line in enumerate(lines) if line.startswith("FAILED")]
        self.assertEqual(lines[first], "FAILED asan asserts: ERROR, 3.2 s")
        self.assertIn("    Bail out! ERROR:a.c:2: assertion failed", lines[first:second])
        self.assertIn("    # died of this", lines[first:second])
        self.assertIn("        #0 0x1 in free_twice", lines[second:third])
        self.assertEqual(lines[-2], "    # the last")
        self.assertLessEqual(max(second - first, third - second, len(lines) - 1 - third), 16)

    def test_alone(self):
        log = self.write_log(
            "asan",
            entry("good"),
            entry("late", "FAIL", 9.0, stdout="not ok 1 /late\n"),
            entry("broken", "FAIL", 9.0, stdout="not ok 1 /first\n"),
            entry("never", "TIMEOUT", 60.0),
        )
        names = subprocess.run([sys.executable, HERE / "count.py", "--failed", log], stdout=subprocess.PIPE, text=True)
        self.assertEqual(names.stdout.split(), ["late", "broken", "never"])
        log.with_name("testlog-alone.json").write_text(
            json.dumps(entry("late", seconds=2.0)) + "\n" + json.dumps(entry("broken", "FAIL", stdout="not ok 1 /again\n"))
        )
        code, lines = self.count(log)
        self.assertEqual((code, lines[-1]), (1, "2 passed, 2 failed"))
        self.assertIn("FAILED BESIDE OTHERS, passed alone: asan late: FAIL, 9.0 s", lines)
        self.assertIn("    not ok 1 /late", lines)
        self.assertIn("    not ok 1 /again", lines)
        self.assertNotIn("    not ok 1 /first", lines)
        self.assertTrue([line for line in lines if line.startswith("FAILED asan never")])

    def test_nothing(self):
        self.assertEqual(self.count(self.root / "none.json"), (1, ["Longest:", "0 passed, 1 failed"]))
        self.assertEqual(self.count(self.write_log("plain"))[0], 1)
        code, lines = self.count(self.write_log("tsan", entry("one")), self.root / "none.json")
        self.assertEqual((code, lines[-1]), (1, "1 passed, 1 failed"))

    def test_parts(self):
        program = self.root / "program"
        program.write_text('#!/bin/sh\n[ "$1" = -l ] && echo "# seed\n1..5\n/a\n/b\n/c/d\n/c/e\n/f" || echo "$@"\n')
        program.chmod(program.stat().st_mode | stat.S_IXUSR)

        def run(*arguments):
            return subprocess.run([HERE / "part.py", *arguments, program], stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL, text=True)

        self.assertEqual(run("1", "2").stdout, "-s /b -s /c/e\n")
        self.assertEqual(run("2", "2").stdout, "-s /a -s /c/d -s /f\n")
        self.assertEqual(run("5", "5").stdout, "-s /a -s /b -s /c/d -s /c/e\n")
        self.assertNotEqual(run("6", "6").returncode, 0)

    # Of a build that is stuck at its third file until that is seen. The reader of the step is at @reader, its end @writer.
    def watch_step(self, reader, writer):
        gate = self.root / "gate"
        os.mkfifo(gate)
        build = f'echo "[2/10] a.c"; printf "a.c:1: warning: [9/9]\\n[3/10] b.c\\n  ^\\n"; read -r _ < {gate}'
        script = f'. "$1"; step_line_every=1; step "Building it" bash -c \'{build}\''
        progress = HERE.parent / "packaging" / "progress.sh"
        step = subprocess.Popen(["bash", "-c", script, "-", progress], stdin=subprocess.DEVNULL, stdout=writer)
        os.close(writer)
        seen = b""
        while b"3 of 10" not in seen:
            said = os.read(reader, 4096)
            self.assertTrue(said, seen)
            seen += said
        gate.write_text("go on\n")
        try:
            while said := os.read(reader, 4096):
                seen += said
        except OSError:  # how a terminal ends
            pass
        os.close(reader)
        self.assertEqual(step.wait(), 0)
        return seen.decode()

    def test_step(self):
        lines = self.watch_step(*os.pipe()).splitlines()
        self.assertEqual(lines[0], "Building it ")
        self.assertIn("  3 of 10 ", lines[1])
        self.assertRegex(lines[-1], r" done \([0-9]+ s\)$")

    def test_step_in_terminal(self):
        seen = self.watch_step(*pty.openpty())
        self.assertEqual(seen.count("\n"), 1)
        self.assertIn("\rBuilding it 3 of 10 \x1b[K", seen)
        self.assertRegex(seen, "\rBuilding it \\.\\.\\.\x1b\\[K done \\([0-9]+ s\\)\r\n$")


if __name__ == "__main__":
    unittest.main()
