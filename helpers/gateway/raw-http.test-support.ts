/** HTTP/1 byte by byte, for tests of what a proxy changes on the way. Text is Latin-1: one character per byte. */
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { once } from "node:events";
import { within } from "../base/deadline.ts";

export interface Message {
  /** `GET /path HTTP/1.1` or `HTTP/1.1 200 OK`. */
  readonly start: string;
  /** In order, as they came. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Without chunks. */
  readonly body: string;
}

const end = "\r\n\r\n";

/** The first message of a text and what follows it; `undefined` when it is not complete. `closed`: nothing comes after. */
export function takeMessage(text: string, closed = false): { message: Message; rest: string } | undefined {
  const at = text.indexOf(end);
  if (at === -1) return undefined;
  const [start = "", ...lines] = text.slice(0, at).split("\r\n");
  const headers = lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
  });
  const valueOf = (name: string): string | undefined => headers.find(([key]) => key.toLowerCase() === name)?.[1];
  const after = text.slice(at + end.length);
  const taken = (body: string, rest: string) => ({ message: { start, headers, body }, rest });
  if (valueOf("transfer-encoding") === "chunked") {
    const chunks = takeChunks(after);
    return chunks && taken(chunks.body, chunks.rest);
  }
  const length = valueOf("content-length");
  if (length === undefined && closed && start.startsWith("HTTP/")) return taken(after, "");
  if (after.length < Number(length ?? 0)) return closed ? taken(after, "") : undefined;
  return taken(after.slice(0, Number(length ?? 0)), after.slice(Number(length ?? 0)));
}

function takeChunks(text: string): { body: string; rest: string } | undefined {
  let body = "";
  for (let rest = text; ;) {
    const line = rest.indexOf("\r\n");
    const size = Number.parseInt(rest.slice(0, line), 16);
    if (line === -1 || rest.length < line + 2 + size + 2) return undefined;
    body += rest.slice(line + 2, line + 2 + size);
    rest = rest.slice(line + 2 + size + 2);
    if (size === 0) return { body, rest };
  }
}

/** Sends a text as it is and reads the answers until the other side closes the connection. */
export async function sendRaw(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).setEncoding("latin1");
  let received = "";
  socket.on("data", (data: string) => (received += data)); // a cut is an answer too
  socket.write(text, "latin1");
  try {
    await within({ what: `the end of the answer to ${text.slice(0, 60)}`, timeoutMs: 60_000 }, () =>
      untilClosed(socket),
    );
  } finally {
    socket.destroy();
  }
  return received;
}

/** Resolves however it closes: `once` of `node:events` would reject where the other side resets it. */
export const untilClosed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => socket.on("error", () => undefined).once("close", () => resolve()));

export interface RawFunction extends AsyncDisposable {
  readonly port: number;
  /** What it was asked, without the questions about its health. */
  readonly seen: Message[];
  /** Bytes of the answer to a request; `undefined` drops the connection. */
  reply: (request: Message) => string | undefined;
  /** Drops all connections. */
  readonly drop: () => void;
}

/** A function that keeps the exact bytes of its requests, and answers with the exact bytes it is given. */
export async function startRawFunction(unseen = /^GET \/_\/(?:health|sandbox) /): Promise<RawFunction> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    let received = "";
    sockets.add(socket.setEncoding("latin1"));
    socket.on("close", () => sockets.delete(socket)).on("error", () => undefined);
    socket.on("data", (data) => {
      received += String(data);
      for (let next = takeMessage(received); next !== undefined; next = takeMessage(received)) {
        received = next.rest;
        const asked = unseen.test(next.message.start);
        if (!asked) served.seen.push(next.message);
        const answer = asked ? "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" : served.reply(next.message);
        if (answer === undefined) socket.destroy();
        else socket.write(answer, "latin1");
      }
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const served: RawFunction = {
    port: (server.address() as AddressInfo).port,
    seen: [],
    reply: () => "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nhi",
    drop() {
      for (const socket of sockets) socket.destroy();
    },
    async [Symbol.asyncDispose]() {
      served.drop();
      server.close();
      await once(server, "close");
    },
  };
  return served;
}
