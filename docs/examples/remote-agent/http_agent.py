#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A parcel service for the agent `remote`, over HTTP, with Python's own library.

REMOTE_SECRET=s3cret ./http_agent.py 8090   and   remote.url=http://127.0.0.1:8090/turn
"""
import base64
import hashlib
import hmac
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = os.environ.get("REMOTE_SECRET", "").encode()


def is_genuine(headers, body):
    """As Standard Webhooks has it: signed over id, time and body, and not an old one."""
    stamp = headers.get("webhook-timestamp", "0")
    content = f"{headers.get('webhook-id')}.{stamp}.".encode() + body
    digest = base64.b64encode(hmac.new(SECRET, content, hashlib.sha256).digest()).decode()
    given = headers.get("webhook-signature", "")
    return hmac.compare_digest("v1," + digest, given) and abs(time.time() - int(stamp)) < 300


def answer(turn):
    message = turn["message"].lower()
    if turn["kind"] == "start":
        return {} if "greeting" in turn["context"] else {"say": "Parcel service, hello!"}
    if turn["kind"] == "digits":
        return {"say": "Thank you, it comes tomorrow.", "variables": {"order": turn["message"]}}
    if "parcel" in message:
        return {"say": "Please key in your order number.", "expect": {"kind": "digits", "max": 4}}
    if "person" in message:
        return {"say": "One moment.", "hand_over": {"number": "+15550101", "summary": message}}
    if "bye" in message:
        return {"say": "Goodbye, and thank you!", "end": True}
    return {"answered": False}  # the next agent may know


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        genuine = not SECRET or is_genuine(self.headers, body)
        text = json.dumps(answer(json.loads(body)) if genuine else {}).encode()
        self.send_response(200 if genuine else 401)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
print(f"http://127.0.0.1:{server.server_port}/turn", flush=True)
server.serve_forever()
