#!/usr/bin/env python3
"""The conformance kit with an emulator in a service's place: @service@ in the plugin's description is where it listens.
Usage: with-service.py EMULATOR [OPTION...] -- OFFHOOK-CONFORM [OPTION...]"""
import subprocess
import sys


def main(words):
    split = words.index("--")
    with subprocess.Popen(words[:split], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as emulator:
        try:
            _, _, url = emulator.stdout.readline().strip().partition("=")
            if not url:
                sys.exit(f"{words[0]} did not say where it listens")
            program, *rest = words[split + 1 :]
            return subprocess.run([program, "--define", f"service={url}", *rest], check=False).returncode
        finally:
            emulator.kill()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
