import { createServer } from "node:http";
import { once } from "node:events";
import { type AddressInfo, createServer as createSilent } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createCaller } from "../../gateway/caller.ts";
import { createTarget } from "../../gateway/target.ts";
import { gatewayTimeouts } from "./platform.ts";

test("a call to an instance that stopped is a time-out of its caller: the gateway's limit comes later", async () => {
  const silent = createSilent();
  await once(silent.listen(0, "127.0.0.1"), "listening");
  const { upstreamMs } = gatewayTimeouts({ callTimeoutMs: 100, readyTimeoutMs: 1_000 });
  const target = createTarget("f", { host: "127.0.0.1", port: (silent.address() as AddressInfo).port }, upstreamMs);
  const none = { requestHeaders: [], responseHeaders: [], replacedHeaders: new Set<string>() };
  const statuses: number[] = [];
  const gateway = createServer((incoming, outgoing) => {
    outgoing.once("close", () => statuses.push(outgoing.headersSent ? outgoing.statusCode : 0));
    target.handle(incoming, outgoing, { ...none, path: "/", callId: "1", defaultContentType: "text/plain" });
  });
  await once(gateway.listen(0, "127.0.0.1"), "listening");
  const caller = createCaller({ connection: "fresh", timeoutMs: 100 });
  onTestFinished(() => {
    caller.close();
    target.close();
    gateway.close();
    silent.close();
  });
  const url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}/`;
  expect(await caller.call({ url })).toMatchObject({ outcome: "timeout", status: 0 });
  await expect.poll(() => statuses, { timeout: 60_000 }).toEqual([0]);
});
