import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { createCaller, type CallerOptions, type CallRequest, type CallResult } from "./caller.ts";

const servers: Server[] = [];
afterEach(() => {
  vi.restoreAllMocks();
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

async function serve(listener: RequestListener): Promise<{ url: string; server: Server }> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server };
}

async function callAll(requests: readonly CallRequest[], options: Partial<CallerOptions> = {}): Promise<CallResult[]> {
  const caller = createCaller({ connection: "keepalive", timeoutMs: 2_000, ...options });
  const results: CallResult[] = [];
  for (const request of requests) results.push(await caller.call(request));
  caller.close();
  return results;
}

test("times from the end of sending to the first and the last byte", async () => {
  const { url } = await serve((_, outgoing) => {
    setTimeout(() => outgoing.write("a"), 50);
    setTimeout(() => outgoing.end("b"), 150);
  });
  const between = async (): Promise<number> => {
    const [result] = await callAll([{ url, body: "x" }]);
    expect(result).toMatchObject({ outcome: "answered", status: 200, body: Buffer.from("ab") });
    expect(result?.firstByteNs).toBeGreaterThan(45e6);
    return (result?.latencyNs ?? 0) - (result?.firstByteNs ?? 0);
  };
  await expect.poll(between).toBeGreaterThan(80e6); // a busy machine may see the first byte late
});

test("takes any status, type and body as it comes, redirects and compressed bytes included", async () => {
  const { url } = await serve((_, outgoing) => {
    const headers = { Location: "/", "Content-Encoding": "gzip", "Content-Type": "application/json" };
    outgoing.writeHead(307, { ...headers, "X-Duration-Seconds": "0.001500" }).end("{no json");
  });
  const [result] = await callAll([{ url }]);
  expect(result).toMatchObject({ status: 307, supervisorNs: 1_500_000, body: Buffer.from("{no json") });
  expect(result?.headers).toMatchObject({ location: "/", "content-type": "application/json" });
});

test("sends body, headers and method as given", async () => {
  const { url } = await serve((incoming, outgoing) => {
    void incoming.toArray().then((chunks) => {
      const { method, headers } = incoming;
      outgoing.end(
        JSON.stringify({ method, type: headers["content-type"], body: Buffer.concat(chunks as Buffer[]).toString() }),
      );
    });
  });
  const json = { url, headers: { "Content-Type": "application/json" }, body: '{"a": 1}' };
  const results = await callAll([json, { url, method: "GET" }, { ...json, method: "PUT" }]);
  expect(results.map(({ body }) => JSON.parse(body.toString()) as unknown)).toEqual([
    { method: "POST", type: "application/json", body: '{"a": 1}' },
    { method: "GET", body: "" },
    { method: "PUT", type: "application/json", body: '{"a": 1}' },
  ]);
});

test("keeps one connection, or opens a fresh one per call", async () => {
  let connections = 0;
  const { url, server } = await serve((_, outgoing) => outgoing.end());
  server.on("connection", () => (connections += 1));
  const three = [{ url }, { url }, { url }];
  await callAll(three);
  expect(connections).toBe(1);
  await callAll(three, { connection: "fresh" });
  expect(connections).toBe(4);
});

test("tells a timeout from an error, and gives neither a status", async () => {
  const silent = await serve(() => undefined);
  const cut = await serve((incoming, outgoing) => outgoing.write("half", () => incoming.socket.destroy()));
  const results = await callAll([{ url: silent.url, timeoutMs: 60 }, { url: cut.url }, { url: "http://127.0.0.1:1/" }]);
  expect(results.map(({ outcome, status }) => [outcome, status])).toEqual([
    ["timeout", 0],
    ["error", 0],
    ["error", 0],
  ]);
  expect(results[0]?.reason).toBe("no complete answer within 60 ms");
  expect(results[0]?.latencyNs).toBeGreaterThan(40e6);
  expect(results[2]?.reason).toMatch(/ECONNREFUSED/);
});

test("an answer after the limit is a time-out, also where this process slept and its timer has not run", async () => {
  const { url } = await serve((_, outgoing) => void setTimeout(() => outgoing.writeHead(502).end(), 80));
  vi.spyOn(AbortSignal, "timeout").mockReturnValueOnce(new AbortController().signal);
  const [result] = await callAll([{ url, timeoutMs: 60 }]);
  expect(result).toMatchObject({ outcome: "timeout", status: 0, reason: "no complete answer within 60 ms" });
  expect(result?.latencyNs).toBeGreaterThanOrEqual(60e6);
});

test("times out on an answer that stops in its middle", async () => {
  const { url } = await serve((_, outgoing) => void outgoing.write("half"));
  const [result] = await callAll([{ url, timeoutMs: 100 }]);
  expect(result).toMatchObject({ outcome: "timeout", status: 0 });
});
