#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A Chroma server for tests: version 2 of its HTTP interface, as far as its clients here go, in memory.

Prints {"port": N}. What a client gets wrong is answered as Chroma does, and counted as a problem besides.
"""

import argparse
import json
import math
import re
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

COLLECTIONS = re.compile(r"/api/v2/tenants/([^/]+)/databases/([^/]+)/collections(?:/([^/]+))?(?:/([a-z]+))?$")
MEMBERS = {
    "upsert": {"ids", "embeddings", "documents", "metadatas", "uris"},
    "query": {"query_embeddings", "n_results", "where", "where_document", "include", "ids"},
    "delete": {"ids", "where", "where_document"},
    "get": {"ids", "where", "limit", "offset", "include"},
}


class Refusal(Exception):
    def __init__(self, status, kind, message):
        super().__init__(message)
        self.status, self.kind = status, kind


class Collection:
    def __init__(self, name, body):
        hnsw = (body.get("configuration") or {}).get("hnsw") or {}
        self.id, self.name = str(uuid.uuid4()), name
        self.metadata, self.space = body.get("metadata"), hnsw.get("space", "l2")
        self.dimension, self.records = None, {}

    def view(self, tenant, database):
        return {"id": self.id, "name": self.name, "metadata": self.metadata, "dimension": self.dimension,
                "configuration_json": {"hnsw": {"space": self.space}}, "tenant": tenant, "database": database,
                "log_position": 0, "version": 0}

    def check(self, vectors):
        for vector in vectors:
            if not vector or not all(isinstance(x, (int, float)) and math.isfinite(x) for x in vector):
                raise Refusal(400, "InvalidArgumentError", "embeddings are lists of numbers")
            if self.dimension not in (None, len(vector)):
                raise Refusal(400, "InvalidArgumentError",
                              f"Collection expecting embedding with dimension of {self.dimension}, got {len(vector)}")

    def distance(self, a, b):
        dot = sum(x * y for x, y in zip(a, b))
        if self.space == "cosine":
            return 1 - dot / math.sqrt(sum(x * x for x in a) * sum(y * y for y in b))
        return sum((x - y) ** 2 for x, y in zip(a, b))


class Server:
    def __init__(self, token):
        self.token, self.lock = token, threading.Lock()
        self.databases, self.problems, self.requests, self.fault = {}, [], {}, None

    def find(self, key, name_or_id):
        for collection in self.databases.get(key, {}).values():
            if name_or_id in (collection.id, collection.name):
                return collection
        raise Refusal(404, "NotFoundError", f"Collection [{name_or_id}] does not exist")

    def create(self, key, body):
        name = body.get("name")
        if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{1,510}[A-Za-z0-9]", name):
            raise Refusal(400, "InvalidArgumentError", "a name of 3 to 512 characters from [a-zA-Z0-9._-]")
        there = self.databases.setdefault(key, {})
        if name in there and not body.get("get_or_create"):
            raise Refusal(409, "UniqueConstraintError", f"Collection [{name}] already exists")
        return there.setdefault(name, Collection(name, body))

    def upsert(self, collection, body):
        ids, vectors = body.get("ids"), body.get("embeddings")
        n = len(ids or [])
        if not n or any(len(body[m] or []) != n for m in ("embeddings", "documents", "metadatas") if m in body):
            raise Refusal(400, "InvalidArgumentError", "as many of each as there are ids")
        collection.check(vectors)
        collection.dimension = len(vectors[0])
        for i, key in enumerate(ids):
            collection.records[key] = (vectors[i], body["documents"][i], body["metadatas"][i])
        return {}

    def query(self, collection, body):
        where, vectors = body.get("where") or {}, body.get("query_embeddings")
        collection.check(vectors)
        found = {"ids": [], "distances": []}
        for vector in vectors:
            near = sorted((collection.distance(vector, record[0]), key) for key, record in collection.records.items()
                          if all(record[2].get(name) == value for name, value in where.items()))
            near = near[:body.get("n_results", 10)]
            found["ids"].append([key for _, key in near])
            found["distances"].append([distance for distance, _ in near])
        return dict(found, documents=None, metadatas=None, embeddings=None, uris=None, include=body.get("include"))

    def delete(self, collection, body):
        if not body.get("ids"):
            raise Refusal(400, "InvalidArgumentError", "which ids")
        for key in body["ids"]:
            collection.records.pop(key, None)
        return {}

    def answer(self, method, path, body):
        match = COLLECTIONS.match(path)
        if match is None:
            raise Refusal(404, "NotFoundError", path)
        key, which, verb = match.group(1, 2), match.group(3), match.group(4)
        self.requests[verb or method] = self.requests.get(verb or method, 0) + 1
        if method == "POST" and which is None:
            return self.create(key, body).view(*key)
        collection = self.find(key, which)
        if method == "GET" and verb is None and which == collection.name:
            return collection.view(*key)
        if method != "POST" or verb not in MEMBERS or which != collection.id:
            raise Refusal(405, "MethodNotAllowed", f"{method} {path}")
        if set(body) - MEMBERS[verb]:
            raise Refusal(422, "InvalidArgumentError", f"unknown members: {sorted(set(body) - MEMBERS[verb])}")
        return getattr(self, verb)(collection, body)

    def state(self):
        everything = [collection for database in self.databases.values() for collection in database.values()]
        return {"problems": self.problems, "requests": self.requests,
                "documents": sorted(record[1] for c in everything for record in c.records.values()),
                "users": sorted({record[2]["user_id"] for c in everything for record in c.records.values()}),
                "collections": sorted(c.name for c in everything)}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_state = None

    def reply(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def control(self, state, body):
        if self.path == "/emulator/fault":
            state.fault = body.get("fault")
        self.reply(200, state.state())

    def handle_request(self):
        state = self.server_state
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.startswith("/emulator/"):
            self.control(state, json.loads(data or b"{}"))
            return
        if state.fault == "slow":
            time.sleep(5)
        try:
            if state.fault == "500":
                self.reply(500, {"error": "InternalError", "message": "as was asked for"})
                return
            if state.token and self.headers.get("X-Chroma-Token") != state.token:
                raise Refusal(401, "AuthError", "Unauthorized")
            if data and self.headers.get("Content-Type") != "application/json":
                raise Refusal(415, "InvalidArgumentError", "not application/json")
            with state.lock:
                answer = state.answer(self.command, self.path, json.loads(data) if data else {})
            self.reply(200, answer)
        except Refusal as refusal:
            if refusal.status != 404:
                state.problems.append(f"{self.command} {self.path}: {refusal}")
            self.reply(refusal.status, {"error": refusal.kind, "message": str(refusal)})
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            state.problems.append(f"{self.command} {self.path}: {error!r}")
            self.reply(400, {"error": "InvalidArgumentError", "message": repr(error)})

    do_GET = do_POST = do_DELETE = handle_request

    def log_message(self, *arguments):
        pass


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", help="refuse requests without it")
    arguments = parser.parse_args()
    Handler.server_state = Server(arguments.token)
    server = ThreadingHTTPServer(("127.0.0.1", arguments.port), Handler)
    server.daemon_threads = True
    print(json.dumps({"port": server.server_port}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
