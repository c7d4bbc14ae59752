import { randomBytes } from "node:crypto";
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient, type GatewayClient } from "./client.ts";
import { endpointsAnnotation, lastExitAnnotation } from "./deployment.ts";
import { testOpenFaasContract } from "./openfaas-contract.test-support.ts";
import { echoImage, otherEchoImage, startTestGateway, type TestGateway } from "./test-gateway.test-support.ts";

testOpenFaasContract("embedded gateway", async () => {
  const basicAuth = { user: "admin", password: randomBytes(16).toString("hex") };
  const gateway = await startTestGateway({ basicAuth, callbackHosts: ["127.0.0.1"] });
  return { url: gateway.url, basicAuth, images: [echoImage, otherEchoImage], stop: gateway.close };
});

describe("embedded gateway", () => {
  let gateway: TestGateway;
  let client: GatewayClient;
  beforeAll(async () => {
    gateway = await startTestGateway();
    client = createClient({ url: gateway.url });
    await client.deploy({ service: "echo", image: echoImage });
    await client.waitReady("echo");
  });
  afterAll(async () => {
    client.close();
    await gateway.close();
  });

  test("says what it does not have: pages, and scaling by alerts", async () => {
    const pages = await fetch(`${gateway.url}/ui/`);
    expect([pages.status, await pages.text()]).toEqual([404, expect.stringMatching(/no web pages.*faas-cli/)]);
    const alert = await fetch(`${gateway.url}/system/alert`, { method: "POST", body: "{}" });
    expect([alert.status, await alert.text()]).toEqual([501, expect.stringContaining("scale-function")]);
  });

  test("tolerates faas-cli's empty Bearer where no credentials are set", async () => {
    const headers = { Authorization: "Bearer " };
    expect((await fetch(`${gateway.url}/system/functions`, { headers })).status).toBe(200);
  });

  test("answers with JSON that faas-cli's Go types can read", async () => {
    const answer = await fetch(`${gateway.url}/system/functions`);
    const [item] = (await answer.json()) as Record<string, unknown>[];
    for (const key of ["replicas", "availableReplicas"]) expect(item?.[key]).toSatisfy(Number.isSafeInteger);
    for (const key of ["labels", "annotations"]) {
      for (const value of Object.values(item?.[key] as object)) expect(value).toBeTypeOf("string");
    }
    expect(item?.["createdAt"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/);
  });

  test("takes bodies without a content type, as faas-cli's removals come", async () => {
    const body = '{"functionName":"nothing","namespace":"openfaas-fn"}';
    const answer = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { "Content-Length": body.length };
      const sent = request(`${gateway.url}/system/functions`, { method: "DELETE", headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.on("error", reject).end(body);
    });
    expect(answer).toBe(404);
  });

  test("refuses an unknown image and names the known ones", async () => {
    const deploying = client.deploy({ service: "x", image: "tests/nothing" });
    await expect(deploying).rejects.toThrow(/tests\/nothing:latest.*tests\/echo:1, tests\/echo:2/s);
  });

  test("refuses runtimes that are unknown or absent, with the reason", async () => {
    const deploy = (profile: string): Promise<void> =>
      client.deploy({ service: "x", image: echoImage, annotations: { "com.openfaas.profile": profile } });
    await expect(deploy("wasm")).rejects.toThrow(/unknown runtime "wasm"; known runtimes: native, gvisor/);
    await expect(deploy("gvisor")).rejects.toThrow(/gvisor is not available: this machine has no runsc/);
  });

  test("publishes the proof of each instance's runtime", async () => {
    const [proof] = client.proofs(await client.waitReady("echo"));
    expect(proof).toMatchObject({
      host: { identity: { runtime: "native" } },
      inside: { nodeVersion: process.version },
    });
    expect(proof?.instance).toMatch(/^kb-test-[0-9a-f]{6}$/);
    expect(proof?.startNs).toBeGreaterThan(0);
  });

  test("hands variables and secrets to the instance", async () => {
    await client.putSecret("token", "s3cret");
    await client.deploy({ service: "env", image: echoImage, envVars: { FLAVOUR: "salt" }, secrets: ["token"] });
    await client.waitReady("env");
    const read = async (name: string): Promise<string> =>
      (await client.invoke("env", { path: `/env?name=${name}` })).body.toString();
    expect(await read("FLAVOUR")).toBe("salt");
    expect(JSON.parse(await read("TEST_SECRETS"))).toEqual({ token: "s3cret" });
    await client.remove("env");
  });

  test("keeps labels and annotations named __proto__, and shows them", async () => {
    const named = { ["__proto__"]: "x" };
    await client.deploy({ service: "named", image: echoImage, labels: named, annotations: named });
    const { labels, annotations } = await client.waitReady("named");
    for (const shown of [labels, annotations]) expect(Object.entries(shown ?? {})).toContainEqual(["__proto__", "x"]);
    await client.remove("named");
  });

  test("holds a description until so many replicas are available, or the function is gone", async () => {
    await client.deploy({ service: "awaited", image: echoImage });
    const held = async (hold: string): Promise<Response> =>
      fetch(`${gateway.url}/system/function/awaited?namespace=openfaas-fn&hold=${hold}`);
    const available = async (): Promise<unknown> => (await held("1")).json();
    await expect.poll(available).toMatchObject({ availableReplicas: 1 });
    const startedMs = performance.now();
    expect(await (await held("2")).json()).toMatchObject({ availableReplicas: 1 });
    expect(performance.now() - startedMs).toBeGreaterThan(900);
    const gone = held("gone");
    await client.remove("awaited");
    expect([404, 200]).toContain((await gone).status); // 200: the removal took longer than a hold
    expect((await held("gone")).status).toBe(404);
  });

  test("keeps the instance on an equal deployment and replaces it on a changed one", async () => {
    const instance = async (): Promise<string | undefined> =>
      client.proofs(await client.waitReady("echo"))[0]?.instance;
    const first = await instance();
    await client.deploy({ service: "echo", image: echoImage });
    expect(await instance()).toBe(first);
    await client.deploy({ service: "echo", image: echoImage, envVars: { CHANGED: "1" } });
    expect(await instance()).not.toBe(first);
    expect((await client.invoke("echo", { path: "/env?name=CHANGED" })).body.toString()).toBe("1");
  });

  test("answers 503 while no instance is ready", async () => {
    await client.deploy({ service: "unready", image: echoImage, envVars: { never_listen: "1" } });
    const answer = await client.invoke("unready");
    expect(answer).toMatchObject({ outcome: "answered", status: 503 });
    expect(answer.body.toString()).toBe("No endpoints available for: unready.");
    expect(answer.headers["x-openfaas-internal"]).toBe("proxy");
    await client.remove("unready");
  });

  test("restarts an instance that exits, and tells its exit code and last words", async () => {
    await client.deploy({ service: "mortal", image: echoImage });
    await client.waitReady("mortal");
    await client.invoke("mortal", { path: "/print?text=farewell" });
    await client.invoke("mortal", { path: "/exit?code=7" });
    const failed = async (): Promise<unknown> => (await client.describe("mortal"))?.annotations?.[lastExitAnnotation];
    await expect.poll(failed).toBeDefined();
    const again = await client.waitReady("mortal");
    const exit = JSON.parse(again.annotations?.[lastExitAnnotation] ?? "{}") as Record<string, unknown>;
    expect(exit).toMatchObject({ reason: "exited with code 7", failures: 1, gaveUp: false });
    expect(exit["lastLines"]).toContain("farewell");
    await client.remove("mortal");
  });

  test(
    "gives up after five restarts, and waiting for it fails at once with the reason",
    { timeout: 180_000 },
    async () => {
      await client.deploy({ service: "doomed", image: echoImage, envVars: { start_failure: "no licence" } });
      const waiting = client.waitReady("doomed");
      await expect(waiting).rejects.toMatchObject({ code: "E_DEPLOY", details: { kind: "never-available" } });
      await expect(waiting).rejects.toThrow(/exited with code 3[^]*no licence/);
      await client.remove("doomed");
    },
  );

  test("cuts the connection when the answer breaks off in its middle", async () => {
    expect(await client.invoke("echo", { path: "/cut" })).toMatchObject({ outcome: "error", status: 0 });
    expect(await client.invoke("echo", { path: "/status?code=200" })).toMatchObject({ status: 200 });
  });

  test("passes events on as they come", async () => {
    const answer = await fetch(`${gateway.url}/function/echo/events`);
    const arrivals: number[] = [];
    await answer.body?.pipeTo(new WritableStream({ write: () => void arrivals.push(performance.now()) }));
    expect((arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0)).toBeGreaterThan(0); // apart, not at once
  });

  test("frees the place of a call whose client goes away", async () => {
    await client.deploy({ service: "left", image: echoImage, envVars: { max_inflight: "1" } });
    await client.waitReady("left");
    const leaving = await client.invoke("left", { path: "/slow?ms=600000", timeoutMs: 100 });
    expect(leaving).toMatchObject({ outcome: "timeout", status: 0, reason: "no complete answer within 100 ms" });
    await expect.poll(async () => (await client.invoke("left", { path: "/status?code=200" })).status).toBe(200);
    await client.remove("left");
  });

  test("keeps the connection usable after an answer that came before the body was read", async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 3; n += 1) {
      const body = Buffer.alloc(3_000_000);
      statuses.push((await client.invoke("nothing", { body })).status);
    }
    expect(statuses).toEqual([404, 404, 404]);
  });

  test("passes chunked requests of any method on as chunked", async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const sent = request(`${gateway.url}/function/echo/count`, { method: "DELETE" }, (response) => {
        response.on("data", (data: Buffer) => resolve(data.toString()));
      });
      sent.on("error", reject).setHeader("Transfer-Encoding", "chunked");
      sent.write("abc");
      sent.end("def");
    });
    expect(answer).toBe("6");
  });

  test("counts calls in the metrics and in invocationCount alike", async () => {
    await client.deploy({ service: "counted", image: echoImage });
    await client.waitReady("counted");
    for (const code of [200, 200, 500]) await client.invoke("counted", { path: `/status?code=${code}` });
    await expect.poll(async () => (await client.describe("counted"))?.invocationCount).toBe(3);
    const text = await (await fetch(gateway.metricsUrl)).text();
    const name = "counted.openfaas-fn";
    expect(text).toContain(`gateway_function_invocation_total{function_name="${name}",code="200"} 2`);
    expect(text).toContain(`gateway_function_invocation_total{function_name="${name}",code="500"} 1`);
    expect(text).toContain(`gateway_functions_seconds_count{function_name="${name}",code="200"} 2`);
    expect(text).toContain(`gateway_function_invocation_started{function_name="${name}"} 3`);
    expect(text).toContain(`gateway_service_count{function_name="${name}"} 1`);
    await client.remove("counted");
  });

  test("tells where the watchdog of an instance is, which serves its own paths and the function", async () => {
    const status = await client.waitReady("echo");
    const [endpoints] = JSON.parse(status.annotations?.[endpointsAnnotation] ?? "[]") as { watchdog: string }[];
    const watchdog = endpoints?.watchdog ?? "";
    const health = await fetch(`${watchdog}/_/health`);
    expect([health.status, await health.text()]).toEqual([200, "OK"]);
    expect((await fetch(`${watchdog}/_/health`, { method: "POST" })).status).toBe(405);
    expect((await fetch(`${watchdog}/_/ready`)).status).toBe(200);
    const answer = await fetch(`${watchdog}/status?code=201`);
    expect(answer.status).toBe(201);
    expect(answer.headers.get("x-duration-seconds")).toMatch(/^\d\.\d{6}$/);
    expect(answer.headers.get("x-served-by")).toBeNull();
  });

  test("lets calls in flight end when a function is removed", async () => {
    await client.deploy({ service: "drained", image: echoImage });
    await client.waitReady("drained");
    const call = client.invoke("drained", { path: "/slow?ms=3000" });
    await expect.poll(async () => (await fetch(gateway.metricsUrl)).text()).toContain('started{function_name="drained');
    await client.remove("drained");
    expect(await call).toMatchObject({ status: 200 });
  });
});

test("a gateway that holds calls answers once the function is ready", async () => {
  await using gateway = await startTestGateway({ holdUntilReady: true });
  using client = createClient({ url: gateway.url });
  await client.deploy({ service: "held", image: echoImage });
  expect(await client.invoke("held", { path: "/status?code=200" })).toMatchObject({ status: 200 });
});

test("says why an instance never became ready, with its last lines", async () => {
  let lastExit = "";
  for (const readyMs of [3_000, 30_000, 120_000]) {
    await using gateway = await startTestGateway({ timeouts: { readyMs } });
    using client = createClient({ url: gateway.url });
    await client.deploy({ service: "mute", image: echoImage, envVars: { never_listen: "1" } });
    const read = async (): Promise<string> =>
      (lastExit = (await client.describe("mute"))?.annotations?.[lastExitAnnotation] ?? "");
    await expect.poll(read).toMatch(`timed out after ${readyMs} ms waiting for an answer`);
    if (lastExit.includes("listens nowhere")) break; // else a busy machine did not start the program in time
  }
  expect(lastExit).toContain("listens nowhere");
});

test("answers 502 when the gateway's own timeout comes first", async () => {
  await using gateway = await startTestGateway({ timeouts: { upstreamMs: 1 } });
  using client = createClient({ url: gateway.url });
  await client.deploy({ service: "slow", image: echoImage });
  await expect.poll(async () => (await client.describe("slow"))?.availableReplicas).toBe(1);
  const answer = await client.invoke("slow", { path: "/slow?ms=600000" });
  expect([answer.status, answer.body.length]).toEqual([502, 0]);
  expect(answer.headers["x-openfaas-internal"]).toBeUndefined();
});
