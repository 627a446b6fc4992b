#!/usr/bin/env node
// SPDX-License-Identifier: LGPL-2.1-or-later
// The same over a WebSocket, with the library `ws`: each conversation is a connection.
//
// ./websocket-agent.js 8090   and   remote.url=ws://127.0.0.1:8090/
const { WebSocketServer } = require("ws");

async function answer(turn, send) {
  const message = turn.message.toLowerCase();
  if (turn.kind === "start") {
    if (!turn.context.greeting) send("say", { text: "Parcel service, hello!" });
  } else if (turn.kind === "digits") {
    send("say", { text: "One moment, I am looking. " });
    await new Promise((resolve) => setTimeout(resolve, 100)); // where a database would be asked
    send("say", { text: "It comes tomorrow." });
    send("note", { event: "parcel.found", data: { order: turn.message } });
  } else if (message.includes("parcel")) {
    send("say", { text: "Please key in your order number." });
    send("expect", { kind: "digits", max: 4 });
  } else if (message.includes("person")) {
    send("say", { text: "One moment." });
    send("act", { action: "transfer", to: "+15550101", summary: message });
  } else if (message.includes("bye")) {
    send("say", { text: "Goodbye, and thank you!" });
    send("act", { action: "hang_up" });
  } else {
    return send("done", { answered: false }); // the next agent may know
  }
  send("done", {});
}

const server = new WebSocketServer({ host: "127.0.0.1", port: Number(process.argv[2]) }, () =>
  console.log(`ws://127.0.0.1:${server.address().port}/`));

server.on("connection", (socket) => {
  let current = 0; // the turn that counts: of one that the caller has cut off nothing more is said
  socket.on("message", (text) => {
    const message = JSON.parse(text);
    if (message.type === "cancel") current = 0;
    if (message.type !== "turn") return;
    current = message.id;
    answer(message, (type, members) => {
      if (current === message.id) socket.send(JSON.stringify({ type, id: message.id, ...members }));
    });
  });
});
