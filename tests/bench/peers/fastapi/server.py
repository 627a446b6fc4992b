# SPDX-License-Identifier: LGPL-2.1-or-later
"""What one writes with FastAPI and uvicorn: each media message is parsed, its audio goes from mu-law
to 16 kHz PCM and back (audioop, which is C), and returns as JSON. One process, uvloop where it is
installed. Prints its port."""

import audioop
import base64
import json
import socket

import uvicorn
from fastapi import FastAPI, WebSocket, WebSocketDisconnect

WIDTH = 2
LINE_RATE = 8000
AGENT_RATE = 16000

app = FastAPI()


@app.websocket("/media")
async def media(websocket: WebSocket):
    await websocket.accept()
    stream_sid = None
    up = down = None
    try:
        while True:
            message = json.loads(await websocket.receive_text())
            event = message["event"]
            if event == "media":
                pcm = audioop.ulaw2lin(base64.b64decode(message["media"]["payload"]), WIDTH)
                pcm, up = audioop.ratecv(pcm, WIDTH, 1, LINE_RATE, AGENT_RATE, up)
                pcm, down = audioop.ratecv(pcm, WIDTH, 1, AGENT_RATE, LINE_RATE, down)
                payload = base64.b64encode(audioop.lin2ulaw(pcm, WIDTH)).decode("ascii")
                await websocket.send_text(json.dumps(
                    {"event": "media", "streamSid": stream_sid, "media": {"payload": payload}}))
            elif event == "start":
                stream_sid = message["start"]["streamSid"]
            elif event == "stop":
                await websocket.close()
                return
    except WebSocketDisconnect:
        pass


def main():
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(4096)
    print(listener.getsockname()[1], flush=True)
    config = uvicorn.Config(app, log_level="error", access_log=False, ws="websockets",
                            ws_per_message_deflate=False)
    uvicorn.Server(config).run(sockets=[listener])


main()
