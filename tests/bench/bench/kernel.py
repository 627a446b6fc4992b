# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the kernel says of a process and of the machine."""

import os
import platform
import subprocess


def read_memory(pid):
    """RSS and PSS in KiB."""
    values = {}
    with open(f"/proc/{pid}/smaps_rollup") as file:
        for line in file:
            name, _, rest = line.partition(":")
            if name in ("Rss", "Pss"):
                values[name] = int(rest.split()[0])
    return values["Rss"], values["Pss"]


def count_threads(pid):
    return len(os.listdir(f"/proc/{pid}/task"))


def count_descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def run_text(command):
    try:
        return subprocess.run(command, capture_output=True, text=True).stdout.strip()
    except OSError:
        return ""


def describe():
    """The machine, in lines."""
    model = "?"
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.split(":")[1].strip()
                break
    with open("/proc/meminfo") as file:
        memory = int(file.readline().split()[1]) // 1024 // 1024
    with open("/proc/sys/net/ipv4/tcp_congestion_control") as file:
        congestion = file.read().strip()
    virtual = run_text(["systemd-detect-virt"]) or "unknown"
    versions = [run_text(["node", "--version"]) and "Node " + run_text(["node", "--version"]),
                run_text(["/usr/bin/python3", "--version"])]
    load = os.getloadavg()[0]
    return [f"{os.cpu_count()} x {model}, {memory} GiB; virtualisation: {virtual}",
            f"Linux {platform.release()}, TCP {congestion}; "
            + ", ".join(v for v in versions if v),
            f"load average when the run began: {load:.2f}"]


def read_steal():
    """Ticks that the hypervisor took, and all ticks."""
    with open("/proc/stat") as file:
        fields = [int(f) for f in file.readline().split()[1:9]]
    return fields[7], sum(fields)
