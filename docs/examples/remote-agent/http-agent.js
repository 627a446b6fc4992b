#!/usr/bin/env node
// SPDX-License-Identifier: LGPL-2.1-or-later
// A parcel service for the agent `remote`, over HTTP, with what Node brings along. Says what it says
// as server-sent events, as a language model would.
//
// REMOTE_SECRET=s3cret ./http-agent.js 8090   and   remote.url=http://127.0.0.1:8090/turn
const crypto = require("crypto");
const http = require("http");

const secret = process.env.REMOTE_SECRET || "";

// As Standard Webhooks has it: signed over id, time and body, and not an old one.
function isGenuine(headers, body) {
  const stamp = headers["webhook-timestamp"] || "0";
  const content = `${headers["webhook-id"]}.${stamp}.${body}`;
  const digest = crypto.createHmac("sha256", secret).update(content).digest("base64");
  const given = Buffer.from(headers["webhook-signature"] || "");
  const expected = Buffer.from(`v1,${digest}`);
  return given.length === expected.length && crypto.timingSafeEqual(given, expected) &&
    Math.abs(Date.now() / 1000 - Number(stamp)) < 300;
}

// The answer in the parts in which it becomes known.
function* answer(turn) {
  const message = turn.message.toLowerCase();
  if (turn.kind === "start") {
    if (!turn.context.greeting) yield { say: "Parcel service, hello!" };
  } else if (turn.kind === "digits") {
    yield { say: "Thank you. ", variables: { order: turn.message } };
    yield { say: "It comes tomorrow." };
  } else if (message.includes("parcel")) {
    yield { say: "Please key in your order number.", expect: { kind: "digits", max: 4 } };
  } else if (message.includes("person")) {
    yield { say: "One moment.", hand_over: { number: "+15550101", summary: message } };
  } else if (message.includes("bye")) {
    yield { say: "Goodbye, and thank you!", end: true };
  } else {
    yield { answered: false }; // the next agent may know
  }
}

const server = http.createServer((request, response) => {
  const pieces = [];
  request.on("data", (piece) => pieces.push(piece));
  request.on("end", () => {
    const body = Buffer.concat(pieces).toString();
    if (secret && !isGenuine(request.headers, body)) return response.writeHead(401).end();
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const part of answer(JSON.parse(body))) response.write(`data: ${JSON.stringify(part)}\n\n`);
    response.end("data: [DONE]\n\n");
  });
});
server.listen(Number(process.argv[2]), "127.0.0.1", () =>
  console.log(`http://127.0.0.1:${server.address().port}/turn`));
