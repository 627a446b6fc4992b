# SPDX-License-Identifier: LGPL-2.1-or-later
"""Streamable HTTP: one message a request, answered with JSON or with events."""

import base64
import json
import queue
import socket
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from protocol import META


def decode(value):
    if value is not None and value.startswith("=?base64?") and value.endswith("?="):
        return base64.b64decode(value[9:-2]).decode()
    return value


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    # ---- a wire for the server ----

    def send(self, message):
        """A message that goes before the answer: then it must be events."""
        with self.lock:
            self.begin_events()
            self.write_event(message)

    def end(self):
        self.close_connection = True
        self.ended = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def marks(self):
        return {name.lower(): decode(value) for name, value in self.headers.items()
                if name.lower().startswith("mcp-param-")}

    # ---- events ----

    def begin_events(self):
        if self.events:
            return
        self.events = True
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.send_session()
        self.end_headers()
        self.write_chunk(": hello\n\nid: 0\ndata:\n\n")

    def write_chunk(self, words):
        data = words.encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def write_event(self, message):
        self.write_chunk("event: message\r\nid: 1\r\ndata: " + json.dumps(message) + "\r\n\r\n")

    def send_session(self):
        if self.new_session:
            self.send_header("Mcp-Session-Id", self.new_session)

    # ---- answers ----

    def answer(self, status, body=None, headers=()):
        data = json.dumps(body).encode() if body is not None else b""
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if data:
            self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.send_session()
        self.end_headers()
        self.wfile.write(data)

    def refuse(self, status, code, words):
        self.answer(status, {"jsonrpc": "2.0", "id": None, "error": {"code": code, "message": words}})

    def is_let_in(self):
        o = self.server.options
        if o.unauthorized:
            self.answer(401, headers=[("WWW-Authenticate", "Bearer resource_metadata=\"x\"")])
            return False
        if o.token and self.headers.get("Authorization") != "Bearer " + o.token:
            self.answer(401)
            return False
        if o.down_for and self.server.count_down():
            self.answer(503)
            return False
        return True

    def check_headers(self, message):
        """The headers of the modern protocol say the same as the body, or it is refused."""
        params = message.get("params", {})
        version = params.get("_meta", {}).get(META + "protocolVersion")
        if version is None or self.server.options.era == "legacy":
            return True
        expected = {"MCP-Protocol-Version": version, "Mcp-Method": message["method"]}
        if message["method"] == "tools/call":
            expected["Mcp-Name"] = params["name"]
            if params["name"] == "region":
                for name, key in (("Mcp-Param-Region", "region"), ("Mcp-Param-Count", "n")):
                    value = params.get("arguments", {}).get(key)
                    if value is not None:
                        expected[name] = str(value)
        for name, value in expected.items():
            if decode(self.headers.get(name)) != value:
                self.refuse(400, -32020, f"{name} is not {value}")
                return False
        return True

    def check_session(self, message):
        """What the legacy protocol has besides: a session, and the version in each request after the first."""
        o = self.server.options
        method = message.get("method")
        if o.era == "modern" or META + "protocolVersion" in message.get("params", {}).get("_meta", {}):
            return True
        session = self.headers.get("Mcp-Session-Id")
        if method == "initialize":
            if self.headers.get("MCP-Protocol-Version") is not None or session is not None:
                self.refuse(400, -32600, "headers of a session that has not begun")
                return False
            if not o.no_session:
                self.new_session = self.server.begin_session()
            return True
        if self.headers.get("MCP-Protocol-Version") is None:
            self.refuse(400, -32600, "MCP-Protocol-Version is missing")
            return False
        if not o.no_session and session is None:
            self.refuse(400, -32000, "Mcp-Session-Id is missing")
            return False
        if not o.no_session and not self.server.knows(session, method):
            self.refuse(404, -32001, "Session not found")
            return False
        if not o.no_session and not self.server.is_initialized(session, method):
            self.refuse(400, -32600, "not initialized")
            return False
        return True

    # ---- methods ----

    def setup(self):
        super().setup()
        self.lock = threading.Lock()

    def begin(self):
        self.events = False
        self.ended = False
        self.answered = False
        self.new_session = None
        self.status = 200

    def do_POST(self):
        self.begin()
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        message = json.loads(body)
        self.server.log(what="message", message=message, headers=dict(self.headers.items()))
        o = self.server.options
        if not self.is_let_in():
            return
        if o.old_sse:
            self.answer(405)
            return
        if "text/event-stream" not in self.headers.get("Accept", "") or \
                self.headers.get("Content-Type") != "application/json":
            self.answer(406)
            return
        if not self.check_session(message) or not self.check_headers(message):
            return
        if message.get("method") == "tools/call":
            threading.Thread(target=self.watch, args=(message["id"],), daemon=True).start()
        response = self.server.mcp.handle(message, self)
        self.answered = True
        if self.ended:
            return
        self.finish_post(message, response)

    def watch(self, request_id):
        """Tells when the client has closed the connection while a call is under way."""
        while not self.answered:
            try:
                if self.connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b"":
                    self.server.mcp.cancel(request_id)
                return
            except BlockingIOError:
                time.sleep(0.01)
            except OSError:
                return

    def finish_post(self, message, response):
        try:
            if "id" not in message or "method" not in message:
                self.answer(202)
            elif response is None:
                self.end()
            elif self.events or (self.server.options.sse and self.status == 200):
                with self.lock:
                    self.begin_events()
                    self.write_event(response)
                    if not self.server.options.keeps_open:
                        self.write_chunk("")
                if self.server.options.keeps_open:
                    time.sleep(20)
            else:
                self.answer(self.status, response)
        except OSError:
            self.close_connection = True

    def do_GET(self):
        self.begin()
        self.server.log(what="get", headers=dict(self.headers.items()))
        if not self.server.options.listen:
            self.answer(405)
            return
        self.begin_events()
        try:
            while True:
                message = self.server.outbox.get()
                self.write_event(message)
        except OSError:
            self.close_connection = True

    def do_DELETE(self):
        self.begin()
        session = self.headers.get("Mcp-Session-Id")
        self.server.log(what="delete", session=session)
        self.answer(405 if self.server.options.no_delete else 200)

    def log_message(self, *arguments):
        pass


class HttpServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, mcp, options, log):
        super().__init__(("127.0.0.1", options.port), Handler)
        self.mcp = mcp
        self.options = options
        self.log = log
        self.outbox = queue.Queue()
        self.sessions = {}  # -> [calls, initialized]
        self.refused = 0
        mcp.outside = self.outbox.put

    def begin_session(self):
        session = uuid.uuid4().hex
        self.sessions[session] = [0, False]
        return session

    def knows(self, session, method):
        entry = self.sessions.get(session)
        if entry is None:
            return False
        if method == "tools/list" and self.options.forget_lists:
            del self.sessions[session]
            return False
        if method == "tools/call":
            entry[0] += 1
            if self.options.forget_after and entry[0] > self.options.forget_after:
                del self.sessions[session]
                return False
        return True

    def is_initialized(self, session, method):
        if method == "notifications/initialized":
            self.sessions[session][1] = True
        return self.sessions[session][1]

    def count_down(self):
        self.refused += 1
        return self.refused <= self.options.down_for

    def handle_error(self, request, client_address):
        pass


def serve(mcp, options, log):
    server = HttpServer(mcp, options, log)
    print(f"http://127.0.0.1:{server.server_address[1]}/mcp", flush=True)
    server.serve_forever()
