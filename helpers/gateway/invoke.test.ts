import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createInvoke } from "./invoke.ts";
import { createMetrics } from "./metrics.ts";
import type { ServedFunction } from "./provider.ts";

test("a held call whose client has gone is not handed on", async () => {
  const handled: string[] = [];
  const change = Promise.withResolvers<unknown>();
  let replicas = 0;
  const deployed: Pick<ServedFunction, "pick" | "changed" | "availableReplicas"> = {
    availableReplicas: () => replicas,
    changed: () => change.promise,
    pick: () =>
      replicas === 0
        ? undefined
        : {
            handle: (_, outgoing, { path }) => {
              handled.push(path);
              outgoing.end();
            },
          },
  };
  const invoke = createInvoke({
    find: () => deployed as ServedFunction,
    metrics: createMetrics(() => new Map()),
    gatewayTimeoutMs: 60_000,
    holdUntilReady: true,
  });
  const left = Promise.withResolvers<unknown>();
  const server = createServer((incoming, outgoing) => {
    if (incoming.url === "/function/f/left") outgoing.once("close", () => left.resolve(undefined));
    invoke(incoming, outgoing);
    if (incoming.url === "/function/f/left") leaving.destroy();
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const get = (path: string) => connect(port, "127.0.0.1").end(`GET /function/f/${path} HTTP/1.1\r\nHost: h\r\n\r\n`);
  const leaving = get("left");
  await left.promise;
  replicas = 1;
  change.resolve(undefined);
  await once(get("stays").resume(), "close");
  expect(handled).toEqual(["/stays"]);
});
