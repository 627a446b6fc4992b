#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The same over a WebSocket, with the library `websockets`: each conversation is a coroutine.

./websocket_agent.py 8090   and   remote.url=ws://127.0.0.1:8090/
"""
import asyncio
import json
import sys

import websockets


async def answer(turn, send):
    message = turn["message"].lower()
    if turn["kind"] == "start":
        if "greeting" not in turn["context"]:
            await send("say", text="Parcel service, hello!")
    elif turn["kind"] == "digits":
        await send("say", text="One moment, I am looking. ")
        await asyncio.sleep(0.1)  # where a database would be asked; the caller hears the above
        await send("say", text="It comes tomorrow.")
        await send("note", event="parcel.found", data={"order": turn["message"]})
    elif "parcel" in message:
        await send("say", text="Please key in your order number.")
        await send("expect", kind="digits", max=4)
    elif "person" in message:
        await send("say", text="One moment.")
        await send("act", action="transfer", to="+15550101", summary=message)
    elif "bye" in message:
        await send("say", text="Goodbye, and thank you!")
        await send("act", action="hang_up")
    else:
        return await send("done", answered=False)  # the next agent may know
    await send("done")


async def converse(socket, path=None):
    task = None
    async for text in socket:
        message = json.loads(text)
        if message["type"] in ("turn", "cancel", "close") and task:
            task.cancel()  # the caller went on

        async def send(what, /, turn_id=message.get("id"), **members):
            await socket.send(json.dumps({"type": what, "id": turn_id, **members}))

        if message["type"] == "turn":
            task = asyncio.create_task(answer(message, send))


async def main():
    async with websockets.serve(converse, "127.0.0.1", int(sys.argv[1])) as server:
        print(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/", flush=True)
        await asyncio.Future()


asyncio.run(main())
