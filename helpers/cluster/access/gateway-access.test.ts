import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { someFacts } from "../testing/some-facts.ts";
import { startFakeCluster } from "../front/fake-cluster.test-support.ts";
import { reachGateway } from "./gateway-access.ts";

async function serve(status: number): Promise<string> {
  const server = createServer((_, response) => response.writeHead(status).end()).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const factsWith = (...urls: readonly string[]) => ({
  gateway: { ...someFacts.gateway, urls: urls.map((url) => ({ via: "pod-ip" as const, url })) },
});

test("the first address that answers is taken, and the user's own before all", async () => {
  const [down, up] = [await serve(503), await serve(200)];
  expect(await reachGateway(factsWith(down, up), {})).toMatchObject({ url: up, via: "pod-ip" });
  expect(await reachGateway(factsWith(up), { gatewayUrl: `${up}/` })).toMatchObject({ url: up, via: "given" });
});

test("an address of the user's that does not answer is an error: no other way is taken in its place", async () => {
  const [down, up] = [await serve(503), await serve(200)];
  await expect(reachGateway(factsWith(up), { gatewayUrl: down })).rejects.toThrow(/status 503[^]*KALIUM_GATEWAY_URL/);
});

test("where neither an address nor a port-forward answers, each of them is reported", async () => {
  await using fake = await startFakeCluster(); // without port-forwards
  const down = await serve(503);
  const reaching = reachGateway(factsWith(down), { kubeconfig: fake.kubeconfig });
  await expect(reaching).rejects.toThrow(/status 503; http:\/\/127\.0\.0\.1:\d+: [^]*cluster -- doctor/);
});
