#!/usr/bin/env python3
"""Runs part N of M of a GLib test program, so that its parts can run side by side: of its cases, in the order of their
list, every M-th from the N-th on. Whatever is added to the program is in one of the parts. Usage: part.py N M PROGRAM"""
import os
import subprocess
import sys


def main(number, count, program):
    listed = subprocess.run([program, "-l"], stdout=subprocess.PIPE, text=True, check=True).stdout
    cases = [line for line in listed.splitlines() if line.startswith("/")]
    if not cases[number - 1 :: count]:
        sys.exit(f"{program}: part {number} of {count} is empty, there are {len(cases)} cases")
    arguments = [program]
    for at, case in enumerate(cases):
        if at % count != number - 1:
            arguments += ["-s", case]
    os.execv(program, arguments)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
