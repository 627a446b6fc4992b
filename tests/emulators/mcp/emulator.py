#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The emulator of an MCP server. It speaks the protocol by itself: it shares no code with the client it tries.

    emulator.py --stdio [--era legacy|modern|both] [--log FILE]
    emulator.py --http  ...                                       prints its URL first
"""

import argparse
import json
import os
import signal
import threading

import http_wire
import protocol
import stdio_wire


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    way = parser.add_mutually_exclusive_group(required=True)
    way.add_argument("--stdio", action="store_true")
    way.add_argument("--http", action="store_true")
    parser.add_argument("--era", choices=["legacy", "modern", "both"], default="both")
    parser.add_argument("--log", help="what comes in, one JSON object a line")
    parser.add_argument("--page", type=int, default=1000, help="tools in one page of the list")
    parser.add_argument("--endless", action="store_true", help="there is always a next page")
    parser.add_argument("--grows", action="store_true", help="each list has a tool more")
    parser.add_argument("--ttl", type=int, help="ttlMs of lists")
    parser.add_argument("--on-discover", choices=["refuse", "silent", "exit"], default="refuse",
                        help="what a legacy server does that is asked in the modern protocol")
    parser.add_argument("--discover-error", type=int, default=-32601)
    parser.add_argument("--unsupported", type=lambda s: s.split(","), help="-32022 that names these versions")
    parser.add_argument("--version", help="protocolVersion of initialize")
    parser.add_argument("--refuse-version", help="-32602 for any other version, which names this one")
    parser.add_argument("--junk", action="store_true", help="stdio: prints what it must not")
    parser.add_argument("--die", action="store_true", help="stdio: ends at once, with a reason")
    parser.add_argument("--stubborn", action="store_true", help="stdio: ends only by SIGKILL")
    parser.add_argument("--child", action="store_true", help="stdio: has a child of its own")
    parser.add_argument("--runaway", action="store_true", help="stdio: has a child in a session of its own that SIGTERM does not end")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--sse", action="store_true", help="http: answers are events")
    parser.add_argument("--keeps-open", action="store_true", help="http: the stream goes on after the answer")
    parser.add_argument("--listen", action="store_true", help="http: GET is answered")
    parser.add_argument("--no-session", action="store_true")
    parser.add_argument("--no-delete", action="store_true")
    parser.add_argument("--forget-after", type=int, help="http: calls after which a session is forgotten")
    parser.add_argument("--forget-lists", action="store_true", help="http: a session is forgotten when tools are listed")
    parser.add_argument("--downgrade-after", type=int, help="http: lists after which only 2025-06-18 is spoken")
    parser.add_argument("--unauthorized", action="store_true", help="http: wants OAuth")
    parser.add_argument("--token", help="http: the bearer token it wants")
    parser.add_argument("--old-sse", action="store_true", help="http: 405 for all that is posted")
    parser.add_argument("--down-for", type=int, help="http: the first requests are answered with 503")
    return parser.parse_args()


def main():
    options = parse()
    lock = threading.Lock()
    file = open(options.log, "a", encoding="utf-8") if options.log else None

    def log(**entry):
        if file is not None:
            with lock:
                file.write(json.dumps(entry) + "\n")
                file.flush()

    log(what="started", pid=os.getpid(), environment=sorted(os.environ), group=os.getpgid(0))
    if options.stubborn:
        signal.signal(signal.SIGTERM, lambda *_: log(what="sigterm"))
    if options.child:
        pid = os.fork()
        if pid == 0:
            while True:
                signal.pause()
        log(what="child", pid=pid)
    if options.runaway and os.fork() == 0:
        os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        log(what="child", pid=os.getpid())
        while True:
            signal.pause()
    server = protocol.Server(options, log)
    if options.stdio:
        stdio_wire.serve(server, options, log)
    else:
        http_wire.serve(server, options, log)


main()
