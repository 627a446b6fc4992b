# SPDX-License-Identifier: LGPL-2.1-or-later
"""What an MCP server answers, whichever way the messages come: both protocols, and all that it can do wrong."""

import base64
import json
import os
import threading

MODERN = "2026-07-28"
LEGACY = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"]
META = "io.modelcontextprotocol/"
OBJECT = {"type": "object", "properties": {}}


class Failure(Exception):
    """A JSON-RPC error. http: the status that it has over HTTP."""

    def __init__(self, code, text, data=None, http=200):
        super().__init__(text)
        self.error = {"code": code, "message": text}
        if data is not None:
            self.error["data"] = data
        self.http = http


class Silence(Exception):
    """No answer at all."""


def text(words, **more):
    return {"content": [{"type": "text", "text": words}], **more}


def make_tools():
    region = {"type": "object", "properties": {"region": {"type": "string", "x-mcp-header": "Region"},
                                               "n": {"type": "integer", "x-mcp-header": "Count"}}}
    spoiled = {"type": "object", "properties": {"list": {"type": "array", "items": {
        "type": "string", "x-mcp-header": "Item"}}}}
    names = ["echo", "crm.find", "weather", "fail", "picture", "slow", "progress", "end", "change", "refuse",
             "ask", "interact", "strange", "long", "quiet-session"]
    tools = [{"name": name, "description": f"Tool {name}", "inputSchema": OBJECT} for name in names]
    tools.append({"name": "region", "title": "Region", "inputSchema": region})
    tools.append({"name": "spoiled", "inputSchema": spoiled})
    tools.append({"name": "no-schema"})
    tools.append({"name": "echo", "description": "the same name again", "inputSchema": OBJECT})
    tools[1]["annotations"] = {"readOnlyHint": True}
    return tools


class Call:
    """One request that is being answered. wire: where else to send to."""

    def __init__(self, server, message, wire):
        self.server = server
        self.id = message["id"]
        self.params = message.get("params", {})
        self.wire = wire
        self.cancelled = threading.Event()
        self.modern = META + "protocolVersion" in self.params.get("_meta", {})

    def notify(self, method, params=None):
        self.wire.send({"jsonrpc": "2.0", "method": method, "params": params or {}})

    def progress(self, step):
        token = self.params.get("_meta", {}).get("progressToken")
        self.notify("notifications/progress", {"progressToken": token, "progress": step})


class Server:
    def __init__(self, options, log):
        self.options = options
        self.log = log
        self.tools = make_tools()
        self.calls = {}
        self.replies = {}  # to our own requests
        self.replied = threading.Condition()
        self.lists = 0
        self.lock = threading.Lock()

    # ---- messages ----

    def handle(self, message, wire):
        """The response; None for what has none."""
        if "method" not in message:
            with self.replied:
                self.replies[message.get("id")] = message
                self.replied.notify_all()
            return None
        if "id" not in message:
            self.take_notification(message)
            return None
        call = Call(self, message, wire)
        with self.lock:
            self.calls[call.id] = call
        try:
            result = self.answer(message["method"], call)
            return {"jsonrpc": "2.0", "id": call.id, "result": result}
        except Failure as failure:
            wire.status = failure.http
            return {"jsonrpc": "2.0", "id": call.id, "error": failure.error}
        except Silence:
            return None
        finally:
            with self.lock:
                self.calls.pop(call.id, None)

    def take_notification(self, message):
        if message["method"] == "notifications/cancelled":
            with self.lock:
                call = self.calls.get(message["params"]["requestId"])
            if call is not None:
                call.cancelled.set()

    def cancel(self, request_id):
        with self.lock:
            call = self.calls.get(request_id)
        if call is not None:
            self.log(what="abandoned", id=request_id)
            call.cancelled.set()

    def answer(self, method, call):
        if call.modern:
            self.check_modern(method, call)
        elif self.options.era == "modern":
            raise Failure(-32602, "only the protocol of 2026-07-28", http=400)
        if method == "initialize":
            return self.initialize(call)
        if method == "server/discover":
            return self.discover(call)
        if method == "ping" and not call.modern:
            return {}
        if method == "tools/list":
            return self.list(call)
        if method == "tools/call":
            return self.call(call)
        raise Failure(-32601, "Method not found", http=404 if call.modern else 200)

    # ---- beginnings ----

    def check_modern(self, method, call):
        o = self.options
        if o.era == "legacy" and method == "server/discover":
            if o.on_discover == "silent":
                raise Silence
            if o.on_discover == "exit":
                os._exit(3)
        if o.era == "legacy":
            raise Failure(o.discover_error, "what is that?", http=400)
        version = call.params["_meta"][META + "protocolVersion"]
        for key in ("clientInfo", "clientCapabilities"):
            if META + key not in call.params["_meta"]:
                raise Failure(-32602, f"_meta without {key}", http=400)
        if o.downgrade_after and self.lists >= o.downgrade_after:
            raise Failure(-32022, "Unsupported protocol version", {"supported": ["2025-06-18"]}, http=400)
        if o.unsupported or version != MODERN:
            raise Failure(-32022, "Unsupported protocol version",
                          {"supported": o.unsupported or [MODERN], "requested": version}, http=400)

    def discover(self, call):
        if not call.modern:
            raise Failure(-32601, "Method not found")
        return {"resultType": "complete", "supportedVersions": [MODERN], "capabilities": {"tools": {}},
                "_meta": {META + "serverInfo": {"name": "emulator", "version": "1"}}}

    def initialize(self, call):
        o = self.options
        if o.refuse_version and call.params["protocolVersion"] != o.refuse_version:
            raise Failure(-32602, "Unsupported protocol version", {"supported": [o.refuse_version]}, http=400)
        version = o.version or call.params["protocolVersion"]
        return {"protocolVersion": version, "capabilities": {"tools": {"listChanged": True}},
                "serverInfo": {"name": "emulator", "version": "1"}}

    # ---- tools ----

    def list(self, call):
        o = self.options
        with self.lock:
            self.lists += 1
            if o.grows:
                self.tools.append({"name": f"grown-{self.lists}", "inputSchema": OBJECT})
            tools = list(self.tools)
        at = int(call.params.get("cursor", "0"))
        if o.endless:
            result = {"tools": [{"name": f"t{at}", "inputSchema": OBJECT}], "nextCursor": str(at + 1)}
        else:
            result = {"tools": tools[at:at + o.page]}
            if at + o.page < len(tools):
                result["nextCursor"] = str(at + o.page)
        if call.modern:
            result.update(resultType="complete", cacheScope="private")
            if o.ttl is not None:
                result["ttlMs"] = o.ttl
        return result

    def call(self, call):
        name = call.params.get("name", "")
        arguments = call.params.get("arguments", {})
        function = getattr(self, "do_" + name.replace(".", "_").replace("-", "_"), None)
        if function is None:
            raise Failure(-32602, f"Unknown tool: {name}")
        result = function(call, arguments)
        if call.modern:
            result.setdefault("resultType", "complete")
        return result

    def do_echo(self, call, arguments):
        return text(json.dumps(arguments, sort_keys=True))

    def do_crm_find(self, call, arguments):
        found = {"name": "Ada", "n": 3}
        return text(json.dumps(found), structuredContent=found, isError=False)

    def do_weather(self, call, arguments):
        return text("Now:", structuredContent={"degrees": 21})

    def do_fail(self, call, arguments):
        return text("The day must be in the future.", isError=True)

    def do_picture(self, call, arguments):
        data = base64.b64encode(b"x" * 100).decode()
        return {"content": [{"type": "text", "text": "Here it is."},
                            {"type": "image", "data": data, "mimeType": "image/png"},
                            {"type": "audio", "data": data, "mimeType": "audio/wav"},
                            {"type": "resource_link", "uri": "file:///secret", "name": "x"},
                            {"type": "resource", "resource": {"uri": "file:///secret", "text": "y"}},
                            {"type": "hologram"}]}

    def do_slow(self, call, arguments):
        """Answers when it is too late: after the cancellation."""
        self.log(what="slow", id=call.id)
        cancelled = call.cancelled.wait(60)
        self.log(what="slow-ended", id=call.id, cancelled=cancelled)
        return text("late")

    def do_progress(self, call, arguments):
        for step in range(int(arguments["steps"])):
            if call.cancelled.wait(int(arguments["ms"]) / 1000):
                break
            call.progress(step + 1)
        return text("worked")

    def do_end(self, call, arguments):
        self.log(what="end", id=call.id)
        call.wire.end()
        raise Silence

    def do_change(self, call, arguments):
        with self.lock:
            self.tools.append({"name": f"new-{len(self.tools)}", "inputSchema": OBJECT})
        for _ in range(5):
            self.announce(call)
        return text("changed")

    def announce(self, call):
        call.notify("notifications/tools/list_changed")

    def do_refuse(self, call, arguments):
        raise Failure(-32602, "Invalid params: no such table")

    def do_ask(self, call, arguments):
        """Asks back: an honest question and one that the client has not said it can answer."""
        replies = []
        for number, method in enumerate(("ping", "sampling/createMessage")):
            our_id = f"q{number}" if number else 77
            call.wire.send({"jsonrpc": "2.0", "id": our_id, "method": method, "params": {}})
            with self.replied:
                if not self.replied.wait_for(lambda: our_id in self.replies, 20):
                    raise Failure(-32603, "no reply")
                reply = self.replies.pop(our_id)
            replies.append(reply["error"]["code"] if "error" in reply else reply["result"])
        return text(json.dumps(replies))

    def do_interact(self, call, arguments):
        return {"resultType": "input_required", "inputRequests": {}, "requestState": "s"}

    def do_strange(self, call, arguments):
        return {"resultType": "surprise", "content": []}

    def do_long(self, call, arguments):
        return text("x" * (5 * 1024 * 1024))

    def do_region(self, call, arguments):
        return text(json.dumps(call.wire.marks(), sort_keys=True))

    def do_quiet_session(self, call, arguments):
        """The server has other things to tell, outside of any request."""
        threading.Timer(0.05, self.announce_outside).start()
        return text("will do")

    def announce_outside(self):
        with self.lock:
            self.tools.append({"name": f"quiet-{len(self.tools)}", "inputSchema": OBJECT})
        self.outside({"jsonrpc": "2.0", "method": "notifications/tools/list_changed"})

    def outside(self, message):
        """Sends a message that belongs to no request. Set by the wire."""
        raise NotImplementedError
