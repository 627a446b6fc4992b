#!/usr/bin/env python3
"""A provider for the generic-http driver: takes requests over REST, reports by webhooks, and opens the media WebSocket,
as a party that listens, says a WAV file, listens to the answer and hangs up. Shares no code with what it tests.

Prints JSON lines of what happens; reads JSON lines with what to do ("do": webhook, inbound, leave, post, sms,
stream, stop)."""
import argparse
import asyncio
import audioop
import base64
import hashlib
import hmac
import http.server
import json
import struct
import sys
import threading
import urllib.error
import urllib.request

import websockets

FRAME_MS = 20
LOUD = 200  # of 32767, root mean square: somebody speaks
QUIET_FRAMES = 75  # a second and a half of silence: they have finished


def say(what, **more):
    print(json.dumps({"what": what, **more}), flush=True)


def read_wav(path):
    """A mono WAV file's samples and rate; the module wave reads no mu-law."""
    with open(path, "rb") as file:
        data = file.read()
    encoding, channels, rate = struct.unpack_from("<HHI", data, data.index(b"fmt ") + 8)
    at = data.index(b"data")
    sound = data[at + 8:at + 8 + struct.unpack_from("<I", data, at + 4)[0]]
    if channels != 1 or encoding not in (1, 7):
        raise ValueError(f"{path}: expected mono, PCM16 or mu-law")
    return (audioop.ulaw2lin(sound, 2) if encoding == 7 else sound), rate


class Sound:
    """The audio of the line: to and from 16-bit samples."""

    def __init__(self, name):
        self.encoding, rate = name.split("-")
        self.rate = int(rate)
        self.samples = self.rate // 1000 * FRAME_MS

    def encode(self, pcm):
        return {"mulaw": lambda: audioop.lin2ulaw(pcm, 2), "alaw": lambda: audioop.lin2alaw(pcm, 2)}.get(
            self.encoding, lambda: pcm)()

    def decode(self, data):
        return {"mulaw": lambda: audioop.ulaw2lin(data, 2), "alaw": lambda: audioop.alaw2lin(data, 2)}.get(
            self.encoding, lambda: data)()

    def frames(self, path):
        """A WAV file as frames of the line."""
        pcm, rate = read_wav(path)
        pcm, _ = audioop.ratecv(pcm, 2, 1, rate, self.rate, None)
        size = self.samples * 2
        return [self.encode(pcm[at:at + size].ljust(size, b"\0")) for at in range(0, len(pcm), size)]

    def silence(self):
        return self.encode(b"\0\0" * self.samples)


class Party:
    """Who is at the other end of one media WebSocket."""

    def __init__(self, options, call_id):
        self.options, self.call_id = options, call_id
        self.sound = Sound(options.format)
        self.script = self.sound.frames(options.say) if options.say else []
        self.loud = self.quiet = self.heard = 0
        self.turns = 0  # of theirs that have ended
        self.answers = 0  # those of them that came after all was said
        self.closing = False
        self.leaving = False  # hangs up when it has been quiet for a while

    def hear(self, data):
        self.heard += 1
        if audioop.rms(self.sound.decode(data), 2) > LOUD:
            self.loud, self.quiet = self.loud + 1, 0

    def listen(self):
        """One frame of time: has a turn of theirs ended with it?"""
        self.quiet += 1
        if self.loud < 5 or self.quiet < QUIET_FRAMES:
            return False
        self.loud, self.turns = 0, self.turns + 1
        self.answers += not self.script
        say("turn", call_id=self.call_id, n=self.turns)
        return True

    def next_frame(self):
        if self.turns > 0 and self.script:
            self.loud = self.quiet = 0  # who speaks does not listen
            return self.script.pop(0)
        return self.sound.silence()

    def wrap(self, data):
        if self.options.framing == "binary":
            return data
        return json.dumps({"event": "media", "media": {"payload": base64.b64encode(data).decode()}})

    async def send(self, socket):
        loop = asyncio.get_running_loop()
        begin = loop.time()
        sent = 0
        while not self.closing:
            await socket.send(self.wrap(self.next_frame()))
            sent += 1
            done = self.listen() and 0 < self.options.answers <= self.answers
            if done or (self.leaving and self.quiet >= 2 * QUIET_FRAMES):
                await socket.send(json.dumps({"event": "stop"}))
                break
            await asyncio.sleep(max(0, begin + sent * FRAME_MS / 1000 - loop.time()))

    async def receive(self, socket):
        async for message in socket:
            if isinstance(message, bytes):
                self.hear(message)
                continue
            body = json.loads(message)
            if body["event"] == "media":
                self.hear(base64.b64decode(body["media"]["payload"]))
            elif body["event"] == "mark":
                await socket.send(message)
                say("mark", name=body["name"])
            else:
                say("message", body=body)

    async def talk(self, url, start):
        try:
            async with websockets.connect(url) as socket:
                say("stream", call_id=self.call_id)
                if start:
                    await socket.send(json.dumps({"event": "start", "start": start}))
                sender = asyncio.create_task(self.send(socket))
                await self.receive(socket)
                sender.cancel()
        except websockets.exceptions.InvalidStatusCode as error:
            say("refused", call_id=self.call_id, status=error.status_code)
            return
        except websockets.exceptions.ConnectionClosed:
            pass
        say("closed", call_id=self.call_id, code=socket.close_code, heard=self.heard, turns=self.turns)


class Provider:
    def __init__(self, options, loop):
        self.options, self.loop = options, loop
        self.parties = {}
        self.webhooks = {}  # call id -> where it is reported
        self.count = 0

    # ---- reports ----

    def sign(self, body, headers):
        if self.options.auth == "hmac":
            digest = hmac.new(self.options.secret.encode(), body, hashlib.sha256)
            headers["X-Signature"] = "sha256=" + digest.hexdigest()
        elif self.options.auth == "key":
            headers["Authorization"] = "Bearer " + self.options.secret

    def post_now(self, url, body, headers=None):
        text = json.dumps(body).encode()
        sent = {"Content-Type": "application/json"}
        if headers is None:
            self.sign(text, sent)
        request = urllib.request.Request(url, text, {**sent, **(headers or {})})
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                status, answer = response.status, response.read()
        except urllib.error.HTTPError as error:
            status, answer = error.code, error.read()
        try:
            return status, json.loads(answer)
        except ValueError:
            return status, {}

    async def post(self, url, body, headers=None):
        status, answer = await self.loop.run_in_executor(None, self.post_now, url, body, headers)
        say("answer", event=body.get("event_type"), status=status, body=answer)
        return answer

    async def report(self, call_id, event, **data):
        url = self.webhooks.get(call_id, self.options.webhook)
        return await self.post(url, {"provider": "peer", "event_type": event, "call_id": call_id, "data": data})

    # ---- calls ----

    async def connect(self, call_id, url, start=None):
        party = self.parties[call_id] = Party(self.options, call_id)
        await party.talk(url, start)
        await self.report(call_id, "completed")

    async def place(self, call_id, request):
        await self.report(call_id, "ringing")
        if request["to"].endswith("01"):
            await self.report(call_id, "busy")
            return
        if request["to"].endswith("02"):
            return  # it rings and rings
        await self.report(call_id, "answered")
        await self.connect(call_id, request["media_url"])

    async def hang_up(self, call_id):
        party = self.parties.get(call_id)
        if party:
            party.closing = True
        else:
            await self.report(call_id, "completed")

    async def inbound(self, command):
        answer = await self.report(command["call_id"], "inbound", **{"from": command["from"], "to": command["to"]})
        url = answer.get("media_url")
        if not url:
            return
        if not self.options.token_in_start:
            await self.connect(command["call_id"], url)
            return
        url, token = url.split("?token=")
        await self.connect(command["call_id"], url, {"token": token, "call_id": command["call_id"]})

    # ---- requests ----

    def take(self, request, authorization):
        """What the provider answers: status, body."""
        say("request", body=request)
        if authorization != "Bearer " + self.options.key:
            return 401, {"error": {"message": "who are you?"}}
        action = request.get("action")
        if action == "make_call":
            self.count += 1
            call_id = f"peer-{self.count}"
            self.webhooks[call_id] = request["webhook_url"]
            if request["to"].endswith("03"):
                return 422, {"error": {"message": "this number can't be called"}}
            self.spawn(self.place(call_id, request))
            return 201, {"call_id": call_id}
        if action == "hang_up":
            self.spawn(self.hang_up(request["call_id"]))
        if action == "send_sms":
            self.spawn(self.report("", "delivered", message_id="sms-1"))
            return 202, {"message_id": "sms-1"}
        return 200, {}

    def spawn(self, coroutine):
        asyncio.run_coroutine_threadsafe(coroutine, self.loop)

    async def obey(self, command):
        if command["do"] == "webhook":
            self.options.webhook = command["url"]
        elif command["do"] == "inbound":
            await self.inbound(command)
        elif command["do"] == "sms":
            await self.report("", "sms", message_id=command["id"], text=command["text"],
                              **{"from": command["from"], "to": command["to"]})
        elif command["do"] == "post":
            await self.post(self.options.webhook + command.get("path", ""), command["body"],
                            command.get("headers", {}))
        elif command["do"] == "leave":
            party = self.parties[command["call_id"]]
            party.quiet, party.leaving = 0, True
        elif command["do"] == "stream":
            await Party(self.options, "again").talk(command["url"], None)


def make_handler(provider):
    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self, status, body):
            text = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.answer(*provider.take(json.loads(body), self.headers.get("Authorization")))

        def do_GET(self):
            known = self.headers.get("Authorization") == "Bearer " + provider.options.key
            self.answer(200 if known else 401, {})

        def log_message(self, *_):
            pass

    return Handler


async def obey_lines(provider):
    loop = asyncio.get_running_loop()
    while True:
        line = await loop.run_in_executor(None, sys.stdin.readline)
        if not line or json.loads(line)["do"] == "stop":
            return
        provider.spawn(provider.obey(json.loads(line)))


async def main(options):
    provider = Provider(options, asyncio.get_running_loop())
    server = http.server.ThreadingHTTPServer(("127.0.0.1", options.port), make_handler(provider))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    say("ready", url=f"http://127.0.0.1:{server.server_port}/")
    try:
        await obey_lines(provider)
    finally:
        server.shutdown()


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--webhook", default="http://127.0.0.1:3000/voice/webhook/generic",
                        help="where calls that come in are reported")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--key", default="key", help="what requests must bring as a Bearer")
    parser.add_argument("--auth", choices=["key", "hmac", "none"], default="key", help="how webhooks prove themselves")
    parser.add_argument("--secret", help="with what; default: --key")
    parser.add_argument("--framing", choices=["binary", "json"], default="binary")
    parser.add_argument("--format", default="l16-16000", help="mulaw-8000, alaw-8000, l16-8000, l16-16000, l16-24000")
    parser.add_argument("--token-in-start", action="store_true", help="the token in the start message, not in the URL")
    parser.add_argument("--say", help="a mono WAV file, said when they have spoken first")
    parser.add_argument("--answers", type=int, default=0, help="after which the party hangs up; 0: never")
    options = parser.parse_args()
    options.secret = options.secret or options.key
    return options


if __name__ == "__main__":
    asyncio.run(main(parse()))
