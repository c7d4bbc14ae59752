import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, test } from "vitest";
import { localShell } from "../nodes/local-shell.test-support.ts";
import { reachableAddress, reachesFrom } from "./client-address.ts";

test("our address towards a node is found and proved from there", async () => {
  expect(await reachableAddress(localShell, "127.0.0.1")).toBe("127.0.0.1");
});

test("an address that is not this machine's is refused with the option to give", async () => {
  await expect(reachableAddress(localShell, "127.0.0.1", "192.0.2.1")).rejects.toThrow(/--client-address/);
});

test("a port without a listener is not reached", async () => {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  expect(await reachesFrom(localShell, "127.0.0.1", port)).toBe(true);
  await new Promise((resolve) => server.close(resolve));
  expect(await reachesFrom(localShell, "127.0.0.1", port)).toBe(false);
});
