// SPDX-License-Identifier: LGPL-2.1-or-later
// A server made with the official SDK of the protocol of 2026-07-28, which also serves older clients.
//   node server.mjs stdio
//   node server.mjs http      prints its URL; loopback only
import { createServer } from "node:http";
import { McpServer, createMcpHandler, fromJsonSchema, inputRequired } from "@modelcontextprotocol/server";

const booking = fromJsonSchema({
  type: "object",
  properties: {
    name: { type: "string", "x-mcp-header": "Guest" },
    people: { type: "integer", minimum: 1 },
  },
  required: ["name", "people"],
});

function make() {
  const server = new McpServer({ name: "restaurant", version: "1.0.0" });
  server.registerTool("book", { description: "Books a table", inputSchema: booking }, async ({ name, people }) => ({
    content: [{ type: "text", text: `booked for ${name}, ${people}` }],
    structuredContent: { name, people },
  }));
  server.registerTool("refuse", { description: "Never works" }, async () => {
    throw new Error("the kitchen is closed");
  });
  server.registerTool("ask", { description: "Wants to ask something" }, async () => inputRequired({
    inputRequests: { sure: inputRequired.elicit({
      message: "Are you sure?",
      requestedSchema: { type: "object", properties: { sure: { type: "boolean" } } },
    }) },
  }));
  return server;
}

if (process.argv[2] === "stdio") {
  const { serveStdio } = await import("@modelcontextprotocol/server/stdio");
  serveStdio(make);
} else {
  const { toNodeHandler } = await import("@modelcontextprotocol/node");
  const server = createServer(toNodeHandler(createMcpHandler(make)));
  server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}/mcp`));
}
