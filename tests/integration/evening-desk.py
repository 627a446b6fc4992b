#!/usr/bin/env python3
"""The booking desk of a restaurant, as an HTTP service: POST /bookings books, PATCH /bookings/{id} changes, and
GET /bookings tells all of it. It prints the address that it listens on, on loopback only, and keeps what it was asked."""
import http.server
import json
import re
import sys

bookings = []
requests = []


class Desk(http.server.BaseHTTPRequestHandler):
    def reply(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def read(self):
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        requests.append({"method": self.command, "path": self.path, "body": body,
                         "authorization": self.headers.get("Authorization")})
        return body

    def do_GET(self):
        self.reply(200, {"bookings": bookings, "requests": requests})

    def do_POST(self):
        body = self.read()
        if self.headers.get("Authorization") != f"Bearer {sys.argv[1]}":
            self.reply(401, {"error": "who are you?"})
            return
        bookings.append({"id": f"b{len(bookings) + 1}", **body})
        self.reply(201, bookings[-1])

    def do_PATCH(self):
        body = self.read()
        name = re.fullmatch(r"/bookings/(b\d+)", self.path)
        found = [booking for booking in bookings if name and booking["id"] == name.group(1)]
        if not found:
            self.reply(404, {"error": "no such booking"})
            return
        found[0].update(body)
        self.reply(200, found[0])

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Desk)
print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
server.serve_forever()
