import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createClient } from "./client.ts";

test("once a gateway has not even answered that it is there, later requests fail at once", async () => {
  const asked: (string | undefined)[] = [];
  const silent = createServer(({ url }) => asked.push(url));
  onTestFinished(() => {
    silent.closeAllConnections();
    silent.close();
  });
  await once(silent.listen(0, "127.0.0.1"), "listening");
  const { port } = silent.address() as AddressInfo;
  using client = createClient({ url: `http://127.0.0.1:${port}`, requestTimeoutMs: 100, aliveTimeoutMs: 100 });
  const lost = {
    code: "E_SERVICE",
    message: expect.stringContaining(`the gateway at http://127.0.0.1:${port} does not answer`) as string,
  };
  await expect(client.describe("f")).rejects.toMatchObject(lost);
  await expect(client.remove("f")).rejects.toMatchObject(lost);
  await expect(client.alive()).rejects.toMatchObject(lost);
  expect(asked.length).toBeLessThanOrEqual(2); // the request, and whether it is there
});
