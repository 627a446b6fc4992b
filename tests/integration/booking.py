#!/usr/bin/env python3
"""A restaurant's booking service, as tools ask it. Says its port, then a line of JSON for each request:
{"method", "path", "body", "authorization"}, and {"gone": path} when whoever asked for something slow has
hung up. Loopback only."""
import argparse
import http.server
import json
import select
import threading

ANSWERS = {
    "/empty": (204, None, b""),
    "/broken": (500, "text/html", b"<h1>Trouble</h1>"),
    "/garbage": (200, "application/json", b'{"booking": {"id"'),
    "/large": (200, "text/plain", b"x" * 1000000),
    "/moved": (302, "text/plain", b""),
}


class Bookings:
    """What is booked, by id; lines are written whole."""

    def __init__(self):
        self.lock = threading.Lock()
        self.by_id = {}

    def say(self, **line):
        with self.lock:
            print(json.dumps(line), flush=True)

    def add(self, booking):
        with self.lock:
            name = f"b{len(self.by_id) + 1}"
            self.by_id[name] = booking
        return {"id": name, "table": 7, **booking}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def answer(self, status, kind=None, body=b""):
        self.send_response(status)
        if kind is not None:
            self.send_header("Content-Type", kind)
        if status == 302:
            self.send_header("Location", "/bookings")
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def answer_json(self, status, value):
        self.answer(status, "application/json", json.dumps(value).encode())

    def hang(self):
        """Until the other side has had enough."""
        while select.select([self.connection], [], [], 60)[0]:
            if not self.connection.recv(4096):
                break
        self.server.bookings.say(gone=self.path)
        self.close_connection = True

    def read_body(self):
        text = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        return json.loads(text) if text else None

    def handle_any(self):
        body = self.read_body()
        bookings = self.server.bookings
        bookings.say(method=self.command, path=self.path, body=body,
                     authorization=self.headers.get("Authorization"))
        path = self.path.partition("?")[0]
        if path == "/slow":
            self.hang()
        elif path in ANSWERS:
            self.answer(*ANSWERS[path])
        elif self.server.key is not None and self.headers.get("Authorization") != f"Bearer {self.server.key}":
            self.answer_json(401, {"error": "who are you?"})
        elif path == "/bookings" and self.command == "POST":
            self.answer_json(201, {"booking": bookings.add(body)})
        elif path == "/bookings" and self.command == "GET":
            self.answer_json(200, {"bookings": [{"id": name, **b} for name, b in bookings.by_id.items()]})
        elif path.startswith("/bookings/") and self.command in ("PATCH", "DELETE"):
            self.change(path.removeprefix("/bookings/"), body)
        else:
            self.answer_json(404, {"error": "no such thing"})

    def change(self, name, body):
        by_id = self.server.bookings.by_id
        if name not in by_id:
            self.answer_json(404, {"error": f"no booking {name}"})
        elif self.command == "DELETE":
            del by_id[name]
            self.answer(204)
        else:
            by_id[name].update(body)
            self.answer_json(200, {"booking": {"id": name, **by_id[name]}})

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--key", help="refuse whoever does not say it")
    arguments = parser.parse_args()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.bookings = Bookings()
    server.key = arguments.key
    server.bookings.say(port=server.server_port)
    server.serve_forever()


if __name__ == "__main__":
    main()
