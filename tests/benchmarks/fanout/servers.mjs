// Servers of Node to compare a relay with, each a process of its own: node servers.mjs NAME
//
// It says which port it has.  Each sends a page to everyone when anyone says "send SIZE NUMBER".
import { createServer } from "node:http";

const WIDTH = 12;
const pages = new Map();

function page(said) {
  const [, size, number] = said.split(" ");
  if (!pages.has(size)) {
    const row = Array(WIDTH).fill("x".repeat(Math.max(1, Math.floor(size / (100 * WIDTH)) - 4)));
    pages.set(size, Array(100).fill(row));
  }
  return { uuid: "0".repeat(36), total_number: 100, data: pages.get(size), page_no: Number(number) };
}

async function ws(server) {
  const { WebSocket, WebSocketServer } = await import("ws");
  const everybody = new WebSocketServer({ server, perMessageDeflate: false });
  everybody.on("connection", (one) =>
    one.on("message", (said) => {
      const text = JSON.stringify(page(String(said)));
      for (const other of everybody.clients)
        if (other.readyState === WebSocket.OPEN) other.send(text);
    }),
  );
}

async function socketio(server) {
  const { Server } = await import("socket.io");
  const everybody = new Server(server, { transports: ["websocket"], perMessageDeflate: false });
  everybody.on("connection", (one) => one.on("send", (said) => everybody.emit("page", page(said))));
}

const server = createServer();
await { ws, socketio }[process.argv[2]](server);
server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () =>
  console.log(`listening on port ${server.address().port}`),
);
