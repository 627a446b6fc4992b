#!/usr/bin/env python3
"""A collector of traces: takes OTLP over HTTP in JSON and looks whether each request is one, by the
protocol's own schema (tests/data/opentelemetry, compiled by protoc) and the rules that stand only in its
text. Says its port, then a line of JSON for each span: {"name", "trace", "id", "parent", "start", "end",
"attributes", "failed"}, or {"problem"}."""
import argparse
import base64
import http.server
import importlib
import json
import pathlib
import re
import subprocess
import sys
import tempfile

from google.protobuf import json_format


def load_schema(folder):
    """The message classes of the .proto files in folder."""
    out = tempfile.mkdtemp(prefix="otlp-")
    files = sorted(str(path) for path in pathlib.Path(folder).rglob("*.proto"))
    subprocess.run(["protoc", f"--proto_path={folder}", f"--python_out={out}", *files], check=True)
    sys.path.insert(0, out)
    return importlib.import_module("opentelemetry.proto.collector.trace.v1.trace_service_pb2")


def fix_ids(spans):
    """Ids are hexadecimal in OTLP, where protobuf's JSON has base64."""
    for span in spans:
        for field, digits in (("traceId", 32), ("spanId", 16), ("parentSpanId", 16)):
            text = span.get(field, "")
            if field == "parentSpanId" and text == "":
                continue
            if not re.fullmatch(f"[0-9a-f]{{{digits}}}", text) or set(text) == {"0"}:
                raise ValueError(f"{field} is {text!r}")
            span[field] = base64.b64encode(bytes.fromhex(text)).decode()


def get_value(value):
    return getattr(value, value.WhichOneof("value"))


def get_attributes(attributes):
    keys = [attribute.key for attribute in attributes]
    if len(keys) != len(set(keys)):
        raise ValueError(f"a key twice: {keys}")
    return {attribute.key: get_value(attribute.value) for attribute in attributes}


def read_request(schema, text):
    body = json.loads(text)
    for resource in body["resourceSpans"]:
        for scope in resource["scopeSpans"]:
            fix_ids(scope["spans"])
    request = json_format.ParseDict(body, schema.ExportTraceServiceRequest())
    for resource in request.resource_spans:
        about = get_attributes(resource.resource.attributes)
        for scope in resource.scope_spans:
            for span in scope.spans:
                if span.start_time_unix_nano == 0 or span.end_time_unix_nano < span.start_time_unix_nano:
                    raise ValueError(f"{span.name} ends before it begins")
                yield {
                    "name": span.name,
                    "service": about["service.name"],
                    "trace": span.trace_id.hex(),
                    "id": span.span_id.hex(),
                    "parent": span.parent_span_id.hex(),
                    "start": span.start_time_unix_nano,
                    "end": span.end_time_unix_nano,
                    "attributes": get_attributes(span.attributes),
                    "failed": span.status.code == 2,
                }


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def tell(self, what):
        print(json.dumps(what), flush=True)

    def check_head(self):
        if self.path != "/v1/traces":
            raise ValueError(f"path {self.path}")
        if self.headers["Content-Type"] != "application/json":
            raise ValueError(f"Content-Type {self.headers['Content-Type']}")
        for header in self.server.options.require:
            name, value = header.split("=", 1)
            if self.headers[name] != value:
                raise ValueError(f"{name} is {self.headers[name]}")

    def reply(self, status, text):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def do_POST(self):
        text = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.options.refuse > 0:
            self.server.options.refuse -= 1
            self.tell({"refused": self.server.options.status})
            self.reply(self.server.options.status, "{}")
            return
        try:
            self.check_head()
            spans = list(read_request(self.server.schema, text))
        except (ValueError, KeyError, TypeError, json_format.ParseError) as error:
            self.tell({"problem": f"{type(error).__name__}: {error}"})
            self.reply(400, "{}")
            return
        for span in spans:
            self.tell(span)
        rejected = min(self.server.options.reject, len(spans))
        self.server.options.reject -= rejected
        self.reply(200, json.dumps({"partialSuccess": {"rejectedSpans": str(rejected)}} if rejected else {}))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("schema", help="folder of the .proto files")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--require", action="append", default=[], metavar="HEADER=VALUE")
    parser.add_argument("--refuse", type=int, default=0, help="so many requests first")
    parser.add_argument("--status", type=int, default=503, help="with which they are refused")
    parser.add_argument("--reject", type=int, default=0, help="so many spans of accepted requests")
    options = parser.parse_args()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", options.port), Handler)
    server.options = options
    server.schema = load_schema(options.schema)
    print(json.dumps({"port": server.server_port}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
