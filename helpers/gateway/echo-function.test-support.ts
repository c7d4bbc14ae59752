/** The function that contract tests deploy. Its path says what it does. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";

type Action = (incoming: IncomingMessage, outgoing: ServerResponse, url: URL) => void | Promise<void>;

const actions: Readonly<Record<string, Action>> = {
  "/_/health": (_, outgoing) => void outgoing.end("OK"),
  "/_/sandbox": (_, outgoing) =>
    void outgoing.end(
      JSON.stringify({ procVersion: "test", procCmdline: "test", dmesg: "none", nodeVersion: process.version }),
    ),
  "/status": (_, outgoing, url) => {
    outgoing.statusCode = Number(url.searchParams.get("code"));
    outgoing.end("as asked");
  },
  "/env": (_, outgoing, url) => void outgoing.end(process.env[url.searchParams.get("name") ?? ""] ?? ""),
  "/bytes": (_, outgoing, url) => void outgoing.end(Buffer.alloc(Number(url.searchParams.get("count")), 7)),
  "/count": async (incoming, outgoing) => void outgoing.end(String((await text(incoming)).length)),
  "/slow": (_, outgoing, url) => {
    setTimeout(() => outgoing.end("slow"), Number(url.searchParams.get("ms")));
  },
  "/hop": (_, outgoing) => {
    const headers = { "X-Kept": "1", "X-Listed": "1", Connection: "keep-alive, X-Listed", "Proxy-Authenticate": "x" };
    outgoing.writeHead(200, headers).end("hop");
  },
  "/untyped": (_, outgoing) => void outgoing.end("no type"),
  "/cut": (_, outgoing) => {
    outgoing.write("half", () => outgoing.destroy());
  },
  "/drop": (incoming) => void incoming.socket.destroy(),
  "/print": (_, outgoing, url) => {
    process.stdout.write(`${url.searchParams.get("text") ?? ""}\n`, () => outgoing.end());
  },
  "/exit": (_, outgoing, url) => {
    outgoing.end("bye", () => process.exit(Number(url.searchParams.get("code"))));
  },
  "/events": async (_, outgoing) => {
    outgoing.writeHead(200, { "Content-Type": "text/event-stream" });
    for (const event of ["one", "two"]) {
      outgoing.write(`data: ${event}\n\n`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    outgoing.end();
  },
};

const echo: Action = async (incoming, outgoing) => {
  const body = await text(incoming);
  const seen = { method: incoming.method, url: incoming.url, headers: incoming.headers, body };
  outgoing.setHeader("Content-Type", "application/json").end(JSON.stringify(seen));
};

const server = createServer((incoming, outgoing) => {
  const url = new URL(incoming.url ?? "/", "http://function");
  void (actions[url.pathname] ?? echo)(incoming, outgoing, url);
});

if (process.env["start_failure"] !== undefined) {
  process.stderr.write(`${process.env["start_failure"]}\n`, () => process.exit(3));
} else if (process.env["never_listen"] !== undefined) {
  process.stdout.write("listens nowhere\n");
  setInterval(() => undefined, 1e6);
} else {
  const port = Number(process.env["http_port"]);
  server.listen(port, () => process.stdout.write(`listening on ${port}\n`));
}
