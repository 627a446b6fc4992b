#!/usr/bin/env python3
"""A system of the user's that is told of events: checks each request's signature, by itself and with what
docs/webhooks.md gives for that, and answers as it was told to. Prints its port. POST /control with
{"status", "headers", "times", "type", "call", "hang"} says what goes wrong, for so many requests (-1: all) of that
type or call; GET /log has all requests: {"id", "type", "call_id", "status", "body"}; GET /state what it counted."""
import argparse
import base64
import hashlib
import hmac
import http.server
import json
import re
import subprocess
import sys
import threading
import time

LOCK = threading.Lock()
LOG = []
STATE = {"taken": 0, "refused": 0, "bad": 0, "parallel": 0, "most_parallel": 0}
PLAN = {}


def load_snippet(path, language):
    text = open(path, encoding="utf-8").read()
    return re.search(rf"```{language}\n(.*?)```", text, re.DOTALL).group(1)


def sign(secret, name, stamp, body):
    key = base64.b64decode(secret[len("whsec_"):])
    mac = hmac.new(key, name.encode() + b"." + stamp.encode() + b"." + body, hashlib.sha256)
    return "v1," + base64.b64encode(mac.digest()).decode()


def verify_in_node(node, snippet, secret, headers, body):
    """What Node says, if there is one."""
    script = snippet + """
const input = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
process.stdout.write(String(verify(input.secret, input.headers, Buffer.from(input.body, "base64"))));"""
    told = {"secret": secret, "headers": headers, "body": base64.b64encode(body).decode()}
    result = subprocess.run([node, "-e", script], input=json.dumps(told), capture_output=True, text=True, check=True)
    return result.stdout == "true"


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, value=None, headers=()):
        body = json.dumps(value).encode() if value is not None else b""
        self.send_response(status)
        for name, text in headers:
            self.send_header(name, text)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        with LOCK:
            self.answer(200, LOG if self.path == "/log" else STATE)

    def check(self, body):
        headers = {name.lower(): value for name, value in self.headers.items()}
        options = self.server.options
        name, stamp = headers["webhook-id"], headers["webhook-timestamp"]
        good = hmac.compare_digest(headers["webhook-signature"], sign(options.secret, name, stamp, body))
        good = good and headers["content-type"] == "application/json" and abs(time.time() - int(stamp)) < 60
        good = good and self.server.verify(options.secret, headers, body)
        if options.node and STATE["taken"] == 0:
            good = good and verify_in_node(options.node, self.server.script, options.secret, headers, body)
        return good and not self.server.verify(options.secret, headers, body + b" ")

    def choose(self, event):
        """The status and what else there is to the answer."""
        if PLAN.get("times", 0) == 0 or PLAN.get("type") not in (None, event["type"]):
            return 204, {}
        if PLAN.get("call") not in (None, event["data"].get("call_id")):
            return 204, {}
        PLAN["times"] -= 1
        return PLAN.get("status", 204), dict(PLAN)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/control":
            with LOCK:
                PLAN.clear()
                PLAN.update(json.loads(body))
            self.answer(200, {})
            return
        event = json.loads(body)
        with LOCK:
            STATE["parallel"] += 1
            STATE["most_parallel"] = max(STATE["most_parallel"], STATE["parallel"])
            good = self.path == "/hook?from=offhook" and self.check(body)
            status, plan = self.choose(event)
            STATE["bad"] += not good
            STATE["taken" if status // 100 == 2 else "refused"] += 1
            LOG.append({"id": self.headers["webhook-id"], "type": event["type"], "status": status, "at": time.time(),
                        "call_id": event["data"].get("call_id"), "body": event})
        time.sleep(plan.get("hang", self.server.options.slow))
        with LOCK:
            STATE["parallel"] -= 1
        self.answer(status, headers=plan.get("headers", {}).items())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--secret", required=True)
    parser.add_argument("--docs", required=True, help="docs/webhooks.md")
    parser.add_argument("--node", default="", help="the program, if there is one")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--slow", type=float, default=0, help="seconds before each answer")
    options = parser.parse_args()
    scope = {}
    exec(load_snippet(options.docs, "python"), scope)  # what readers are given
    http.server.ThreadingHTTPServer.request_queue_size = 128
    server = http.server.ThreadingHTTPServer(("127.0.0.1", options.port), Receiver)
    server.daemon_threads = True
    server.options = options
    server.verify = scope["verify"]
    server.script = load_snippet(options.docs, "javascript")
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    sys.exit(main())
