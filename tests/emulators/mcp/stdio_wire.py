# SPDX-License-Identifier: LGPL-2.1-or-later
"""Messages as lines on standard input and output."""

import json
import os
import sys
import threading
import time


class Wire:
    def __init__(self, output, lock):
        self.output = output
        self.lock = lock
        self.status = 200

    def send(self, message):
        with self.lock:
            self.output.write(json.dumps(message) + "\n")
            self.output.flush()

    def end(self):
        os._exit(7)

    def marks(self):
        return {}


def chatter(output, lock):
    """What a protocol's output is not for, and more on the standard error than a pipe takes."""
    with lock:
        output.write("Server is running!\n\n[1, 2]\n{\"jsonrpc\": \"1.0\"}\n{broken\n")
        output.flush()
    sys.stderr.write("debug " + "e" * 200000 + "\n")
    for _ in range(3000):
        sys.stderr.write("a line on the standard error that nobody asked for\n")
    sys.stderr.flush()


def serve(server, options, log):
    output = sys.stdout
    lock = threading.Lock()
    wire = Wire(output, lock)
    server.outside = wire.send
    if options.die:
        sys.stderr.write("cannot find module 'everything'\n")
        sys.exit(4)
    if options.junk:
        chatter(output, lock)

    def answer(message):
        response = server.handle(message, Wire(output, lock))
        if response is not None:
            wire.send(response)

    for line in sys.stdin:
        message = json.loads(line)
        log(what="message", message=message)
        if options.junk:
            chatter(output, lock)
        if message.get("method") in ("tools/call", "tools/list"):
            threading.Thread(target=answer, args=(message,), daemon=True).start()
        else:
            answer(message)
    log(what="stdin-closed")
    while options.stubborn:
        time.sleep(0.01)
