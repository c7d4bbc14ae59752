import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createClient, type GatewayClient } from "./client.ts";
import { lastExitAnnotation } from "./deployment.ts";

/** A gateway that still describes a removed function `times` times, with the reason that keeps it. */
async function slowGateway(times: number, reason?: string): Promise<GatewayClient> {
  let left = times;
  const annotations = reason === undefined ? {} : { [lastExitAnnotation]: JSON.stringify({ reason }) };
  const status = { name: "f", image: "i", replicas: 1, availableReplicas: 0, annotations };
  const server = createServer(({ method }, answer) => {
    if (method === "DELETE") answer.writeHead(202).end();
    else if (left-- > 0) answer.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(status));
    else answer.writeHead(404).end();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const client = createClient({ url: `http://127.0.0.1:${port}` });
  onTestFinished(() => {
    client.close();
    server.close();
  });
  return client;
}

test("a function that ends slowly is waited for, also past the time of one that something keeps", async () => {
  const client = await slowGateway(3);
  await expect(client.remove("f", { keptMs: 0 })).resolves.toBeUndefined();
});

test("a function that something keeps is given up earlier, with the reason", async () => {
  const client = await slowGateway(Infinity, "node n is not ready");
  await expect(client.remove("f", { keptMs: 0 })).rejects.toMatchObject({
    code: "E_TIMEOUT",
    message: expect.stringMatching(/function f to be gone; last seen: node n is not ready/) as string,
  });
});
