import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { connectUpstream } from "./upstream.ts";

/** A port that nothing listens on, and a gateway that starts there later. */
async function reservePort() {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method ?? ""} ${request.url ?? ""}`);
    response.end("fine");
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${port}`, start: () => listen(port), asked };
}

const lostNodes = () => Promise.resolve([]);

test("a gateway that refuses connections for a moment is asked again, once it listens", async () => {
  const { url, start, asked } = await reservePort();
  const upstream = connectUpstream({ url, lostNodes, refusedMs: 300_000 });
  const answer = upstream.ask("POST", "/system/functions", { service: "f" });
  await expect(fetch(url)).rejects.toThrow(); // so was the connection before it
  await start();
  expect((await answer).data).toBe("fine");
  expect(asked).toEqual(["POST /system/functions"]);
});

test("a gateway that keeps refusing connections is an error with its address", async () => {
  const { url } = await reservePort();
  const upstream = connectUpstream({ url, lostNodes, refusedMs: 0 });
  await expect(upstream.ask("GET", "/system/info")).rejects.toThrow(`the gateway ${url} does not answer`);
  await expect(upstream.stream("GET", "/system/logs")).rejects.toThrow(/ECONNREFUSED/);
});

test("a gateway that refuses connections while a node is lost is an error at once", async () => {
  const { url } = await reservePort();
  const upstream = connectUpstream({ url, lostNodes: () => Promise.resolve(["node-1"]), refusedMs: 300_000 });
  await expect(upstream.ask("GET", "/system/info")).rejects.toThrow(/ECONNREFUSED[^]*; node node-1 is not ready/);
});
