import { rm } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startService } from "../base/child-service.ts";
import { createClient } from "./client.ts";
import { endpointsAnnotation } from "./deployment.ts";
import type { GatewayInfo, GatewayServiceOptions } from "./gateway-service.ts";
import { echoImage, makeImages, testRuntimeSettings } from "./test-gateway.test-support.ts";

const entry = new URL("main.ts", import.meta.url);
const start = (options: unknown) => startService<GatewayInfo>(entry, options, { name: "gateway", timeoutMs: 60_000 });
let imagesDirectory: string;
beforeAll(async () => (imagesDirectory = await makeImages()));
afterAll(() => rm(imagesDirectory, { recursive: true, force: true }));

test("runs as a process of its own and takes its instances with it", async () => {
  const options: GatewayServiceOptions = {
    host: "127.0.0.1",
    imagesDirectory,
    runtimeSettings: { ...testRuntimeSettings(imagesDirectory), runId: "service" },
    defaultRuntime: "native",
    basicAuth: { user: "admin", password: "for this test" },
  };
  await using gateway = await start(options);
  using client = createClient({ url: gateway.info.url, basicAuth: options.basicAuth });
  for (const service of ["one", "two"]) await client.deploy({ service, image: echoImage });
  const statuses = await Promise.all(["one", "two"].map((name) => client.waitReady(name)));
  expect(statuses.map((status) => client.proofs(status)[0]?.inside.nodeVersion)).toEqual([
    process.version,
    process.version,
  ]);
  expect((await fetch(gateway.info.metricsUrl)).status).toBe(200);
  const functions = statuses.map(({ annotations }) => {
    const [endpoints] = JSON.parse(annotations?.[endpointsAnnotation] ?? "[]") as { watchdog: string }[];
    return endpoints?.watchdog ?? "";
  });
  for (const url of functions) expect((await fetch(`${url}/_/health`)).status).toBe(200);
  await gateway.stop();
  for (const url of functions) await expect(fetch(`${url}/_/health`)).rejects.toThrow();
});

test("says which option is unusable, and does not start", async () => {
  await expect(start({ host: "everywhere", imagesDirectory })).rejects.toThrow(
    /unusable options of the gateway.*host/s,
  );
});
