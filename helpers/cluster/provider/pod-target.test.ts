import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createInvoke } from "../../gateway/invoke.ts";
import { createMetrics } from "../../gateway/metrics.ts";
import type { ServedFunction } from "../../gateway/provider.ts";
import { createPodTarget, type PodTarget } from "./pod-target.ts";

async function listen(handler: RequestListener): Promise<{ server: Server; port: number }> {
  const server = createServer(handler).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, port: (server.address() as AddressInfo).port };
}

/** The gateway's way of a call with one pod, which is a server of this process. */
async function gatewayBefore(target: PodTarget): Promise<string> {
  const deployed = { pick: () => target, availableReplicas: () => 1 } as unknown as ServedFunction;
  const metrics = createMetrics(() => new Map());
  const invoke = createInvoke({ find: () => deployed, metrics, gatewayTimeoutMs: 60_000, holdUntilReady: false });
  return `http://127.0.0.1:${(await listen(invoke)).port}/function/echo`;
}

const podAt = (port: number, timeoutMs = 60_000): PodTarget =>
  createPodTarget("echo", { pod: "echo-1", ip: "127.0.0.1" }, timeoutMs, port);

test("the watchdog's duration and errors pass; the gateway's own headers replace the pod's", async () => {
  const seen: (string | undefined)[] = [];
  const { port } = await listen((incoming, outgoing) => {
    seen.push(incoming.url);
    const late = { "X-OpenFaaS-Internal": "of-watchdog", "X-Duration-Seconds": "0.500000" };
    outgoing.writeHead(504, { ...late, "X-Served-By": "pod", "Content-Length": 0 }).end();
  });
  const answer = await fetch(`${await gatewayBefore(podAt(port))}/a?b=1`);
  expect([answer.status, seen]).toEqual([504, ["/a?b=1"]]);
  expect(answer.headers.get("x-openfaas-internal")).toBe("of-watchdog");
  expect(answer.headers.get("x-duration-seconds")).toBe("0.500000");
  expect(answer.headers.get("x-served-by")).toMatch(/^kalium-bench\//);
  expect(answer.headers.get("x-call-id")).not.toBeNull();
});

test("a pod that cannot be reached gives 500 in the provider's words", async () => {
  const { server, port } = await listen(() => undefined);
  server.close();
  const answer = await fetch(await gatewayBefore(podAt(port)));
  expect([answer.status, await answer.text()]).toEqual([500, "Can't reach service for: echo."]);
  expect(answer.headers.get("x-openfaas-internal")).toBe("proxy");
  expect(answer.headers.get("x-duration-seconds")).toBeNull();
});

test("the gateway's timeout gives an empty 502", async () => {
  const { port } = await listen(() => undefined);
  const answer = await fetch(await gatewayBefore(podAt(port, 100)));
  expect([answer.status, await answer.text()]).toEqual([502, ""]);
});

test("calls share a kept connection; a retired pod's call in flight ends well, and its connection with it", async () => {
  const answers: (() => void)[] = [];
  const { server, port } = await listen((incoming, outgoing) => {
    if (incoming.url === "/held") answers.push(() => outgoing.end("held"));
    else outgoing.end("once");
  });
  let connections = 0;
  server.on("connection", () => (connections += 1));
  const target = podAt(port);
  const url = await gatewayBefore(target);
  for (let n = 0; n < 3; n += 1) await (await fetch(url)).text();
  expect(connections).toBe(1);
  const held = fetch(`${url}/held`);
  await expect.poll(() => answers.length).toBe(1);
  target.retire();
  answers[0]?.();
  expect(await (await held).text()).toBe("held");
  await expect.poll(() => new Promise((resolve) => server.getConnections((_, count) => resolve(count)))).toBe(0);
});
