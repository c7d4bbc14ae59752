/** A gateway in this process before a function that keeps the bytes it gets, and connections to it whose end is known. */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import { within } from "../../base/deadline.ts";
import { createClient } from "../../gateway/client.ts";
import { functionPrefix, parseFunctionPath } from "../../gateway/function-path.ts";
import { type RawFunction, startRawFunction, untilClosed } from "../../gateway/raw-http.test-support.ts";
import { rawRuntime } from "../../gateway/raw-runtime.test-support.ts";
import { echoImage, startTestGateway, type TestGateway } from "../../gateway/test-gateway.test-support.ts";

export interface WatchedGateway extends AsyncDisposable {
  readonly gateway: TestGateway;
  readonly target: RawFunction;
  /** What the gateway has read as calls of the function: `GET /path`, until it is taken out. */
  readonly calls: string[];
  /** Sends these pieces on one connection, each group once all before it is answered, then hangs up. @returns the answers */
  readonly talk: (...groups: readonly (readonly Buffer[])[]) => Promise<string>;
}

/** The gateway's end of a connection. */
interface OtherEnd {
  readonly socket: Socket;
  /** Without an answer that is complete. */
  readonly underWay: Set<IncomingMessage>;
}

export async function watchGateway(): Promise<WatchedGateway> {
  const target = await startRawFunction(/^GET \/_\/(?:health|sandbox)\/? /);
  const gateway = await startTestGateway({ runtimes: [rawRuntime(() => target.port)] });
  const port = Number(new URL(gateway.url).port);
  const ends = new Map<number, OtherEnd>();
  const calls: string[] = [];
  const onConnection = (message: unknown): void => {
    const { socket } = message as { readonly socket: Socket };
    const { localPort, remotePort = 0 } = socket;
    if (localPort !== port) return;
    ends.set(remotePort, { socket, underWay: new Set() });
    socket.once("close", () => ends.delete(remotePort));
  };
  const onRequest = (message: unknown): void => {
    const { request, response } = message as { readonly request: IncomingMessage; readonly response: ServerResponse };
    const end = ends.get(request.socket.remotePort ?? 0);
    if (end === undefined) return;
    end.underWay.add(request);
    response.once("close", () => end.underWay.delete(request));
    const url = (request.url ?? "").replace(/^https?:\/\/[^/?#]*/i, "");
    const called = url.startsWith(functionPrefix) ? parseFunctionPath(url, functionPrefix) : undefined;
    if (called?.name === "target") calls.push(`${request.method} ${called.path}`);
  };
  subscribe("net.server.socket", onConnection);
  subscribe("http.server.request.start", onRequest);
  using client = createClient({ url: gateway.url });
  await client.deploy({ service: "target", image: echoImage });
  await client.waitReady("target");

  const talk: WatchedGateway["talk"] = async (...groups) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true }).setEncoding("latin1");
    let answers = "";
    let closed = false;
    let sent = 0;
    socket.on("data", (text: string) => (answers += text)).on("error", () => undefined);
    socket.once("close", () => (closed = true));
    await once(socket, "connect");
    const { localPort = 0 } = socket;
    const answered = async (): Promise<void> => {
      for (let end = ends.get(localPort); !closed; end = ends.get(localPort)) {
        if (end !== undefined && end.socket.bytesRead >= sent && waitsForMore(end)) return;
        await turn();
      }
    };
    const what = "the gateway to answer or to hang up";
    await within({ what, timeoutMs: 120_000 }, async () => {
      for (const group of groups) {
        for (const piece of group) {
          if (!closed) socket.write(piece);
          sent += piece.length;
          await turn();
        }
        await answered();
      }
      socket.end();
      if (!closed) await untilClosed(socket);
    });
    return answers;
  };
  return {
    gateway,
    target,
    calls,
    talk,
    async [Symbol.asyncDispose]() {
      unsubscribe("net.server.socket", onConnection);
      unsubscribe("http.server.request.start", onRequest);
      await gateway.close();
      await target[Symbol.asyncDispose]();
    },
  };
}

/** All that it has read to its end is answered. */
const waitsForMore = ({ underWay }: OtherEnd): boolean => [...underWay].every(({ complete }) => !complete);
