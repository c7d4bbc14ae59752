import { expect, test } from "vitest";
import { createClient } from "./client.ts";
import { echoImage, startTestGateway } from "./test-gateway.test-support.ts";

test("a function whose label allows it is scaled to zero, and a call starts it and waits", async () => {
  await using gateway = await startTestGateway();
  using client = createClient({ url: gateway.url });
  const scale = async (replicas: number): Promise<void> => {
    const request = { method: "POST", body: JSON.stringify({ serviceName: "sleepy", replicas }) };
    expect((await fetch(`${gateway.url}/system/scale-function/sleepy`, request)).status).toBe(202);
  };
  const replicas = async (): Promise<number | undefined> => (await client.describe("sleepy"))?.replicas;

  await client.deploy({ service: "sleepy", image: echoImage, labels: { "com.openfaas.scale.zero": "true" } });
  await client.waitReady("sleepy", { timeoutMs: 300_000 });
  await scale(0);
  await expect.poll(replicas).toBe(0);
  const calls = await Promise.all([1, 2].map(() => fetch(`${gateway.url}/function/sleepy`)));
  expect(calls.map(({ status }) => status)).toEqual([200, 200]);
  expect(await replicas()).toBe(1);

  await client.remove("sleepy");
  expect((await fetch(`${gateway.url}/function/sleepy`)).status).toBeOneOf([404, 503]);
});
