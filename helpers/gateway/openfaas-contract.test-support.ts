/** What every OpenFaaS-compatible gateway must do, as tests against its URL. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BasicAuth } from "./basic-auth.ts";
import { createClient, type GatewayClient } from "./client.ts";

/** A gateway under test. */
export interface GatewayUnderTest {
  readonly url: string;
  readonly basicAuth: BasicAuth;
  /** References of two images with the function of `echo-function.test-support.ts`. */
  readonly images: readonly [string, string];
  stop(): Promise<void>;
}

export function testOpenFaasContract(name: string, start: () => Promise<GatewayUnderTest>): void {
  describe(`OpenFaaS contract: ${name}`, () => {
    let gateway: GatewayUnderTest;
    let client: GatewayClient;
    let authorization: string;

    beforeAll(async () => {
      gateway = await start();
      client = createClient({ url: gateway.url, basicAuth: gateway.basicAuth });
      authorization = `Basic ${btoa(`${gateway.basicAuth.user}:${gateway.basicAuth.password}`)}`;
      await client.deploy({ service: "contract-echo", image: gateway.images[0] });
      await client.waitReady("contract-echo");
    });
    afterAll(async () => {
      client.close();
      await gateway.stop();
    });

    const system = (path: string, method = "GET", body?: unknown): Promise<Response> =>
      fetch(`${gateway.url}/system/${path}`, {
        method,
        headers: { Authorization: authorization },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
    const call = (path: string, init: RequestInit = {}): Promise<Response> =>
      fetch(`${gateway.url}/function/${path}`, init);

    test("asks for credentials on /system, and only there", async () => {
      for (const headers of [{}, { Authorization: "Basic eDp5" }, { Authorization: "Bearer " }]) {
        const answer = await fetch(`${gateway.url}/system/functions`, { headers });
        expect(answer.status).toBe(401);
        expect(answer.headers.get("www-authenticate")).toBe('Basic realm="Restricted"');
        expect((await answer.text()).trim()).toBe("invalid credentials");
      }
      expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
      expect((await call("contract-echo")).status).toBe(200);
    });

    test("deploys, describes, lists, updates and removes a function", async () => {
      const deployment = { service: "contract-life", image: gateway.images[0], labels: { team: "a" }, unknownKey: 1 };
      expect((await system("functions", "PUT", deployment)).status).toBe(404);
      const created = await system("functions", "POST", deployment);
      expect([created.status, await created.text()]).toEqual([202, ""]);
      expect((await system("functions", "POST", deployment)).status).toBe(500);
      const ready = await client.waitReady("contract-life");
      expect(ready).toMatchObject({
        name: "contract-life",
        image: gateway.images[0],
        replicas: 1,
        availableReplicas: 1,
      });
      expect(ready.labels).toMatchObject({ team: "a", faas_function: "contract-life" });
      expect((await client.list()).map((item) => item.name)).toEqual(
        expect.arrayContaining(["contract-echo", "contract-life"]),
      );
      const changed = await system("functions", "PUT", { ...deployment, image: gateway.images[1] });
      expect(changed.status).toBe(202);
      expect((await client.waitReady("contract-life")).image).toBe(gateway.images[1]);
      expect(
        (await system("functions?namespace=openfaas-fn", "DELETE", { functionName: "contract-life" })).status,
      ).toBe(202);
      await client.remove("contract-life");
      const gone = await system("function/contract-life");
      expect([gone.status, await gone.text()]).toEqual([404, ""]);
      expect((await system("functions", "DELETE", { functionName: "contract-life" })).status).toBe(404);
    });

    test("refuses unusable deployments with 400", async () => {
      const image = gateway.images[0];
      const bodies = [
        "{",
        { service: "Not_A_Name", image },
        { service: "no-image" },
        { service: "elsewhere", image, namespace: "kube-system" },
        { service: "no-secret", image, secrets: ["contract-nothing"] },
        { service: "bad-quantity", image, limits: { memory: "much" } },
      ];
      for (const body of bodies) {
        const answer = await system("functions", "POST", body);
        expect([body, answer.status]).toEqual([body, 400]);
        expect(await answer.text()).not.toBe("");
      }
    });

    test("passes method, path, query, headers and body to the function", async () => {
      const answer = await call("contract-echo/a/b?q=1&r=%20", {
        method: "PATCH",
        headers: { "X-Own": "mine", "Content-Type": "text/x-test" },
        body: "häuser",
      });
      expect(answer.status).toBe(200);
      const seen = (await answer.json()) as { headers: Record<string, string> };
      expect(seen).toMatchObject({ method: "PATCH", url: "/a/b?q=1&r=%20", body: "häuser" });
      expect(seen.headers).toMatchObject({ "x-own": "mine", "content-type": "text/x-test" });
      expect(seen.headers["x-forwarded-for"]).toMatch(/^[\d.]+:\d+$/);
      expect(seen.headers["x-forwarded-host"]).toBe(new URL(gateway.url).host);
      expect(seen.headers["x-call-id"]).toBe(answer.headers.get("x-call-id"));
      expect(seen.headers["x-start-time"]).toBe(answer.headers.get("x-start-time"));
      expect(answer.headers.get("content-type")).toBe("application/json");
    });

    test("allows every method of OpenFaaS and answers 405 to others", async () => {
      for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"]) {
        expect([method, (await call("contract-echo/x", { method })).status]).toEqual([method, 200]);
      }
      expect((await call("contract-echo/x", { method: "PROPFIND" })).status).toBe(405);
    });

    test("stamps answers, and generates a call id only when the client sent none", async () => {
      const before = BigInt(Date.now() - 2) * 1_000_000n;
      const answer = await call("contract-echo/status?code=418");
      expect(answer.status).toBe(418);
      expect(answer.headers.get("x-call-id")).toMatch(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      expect(BigInt(answer.headers.get("x-start-time") ?? "0")).toBeGreaterThan(before);
      expect(answer.headers.get("x-served-by")).toMatch(/.+\/.+/);
      expect(answer.headers.get("x-duration-seconds")).toMatch(/^\d+\.\d{6}/);
      const withId = await call("contract-echo", { headers: { "X-Call-Id": "mine" } });
      expect(withId.headers.get("x-call-id")).toBeNull();
      expect(((await withId.json()) as { headers: Record<string, string> }).headers["x-call-id"]).toBe("mine");
    });

    test("answers under the name with its namespace too, and shows the function the path without it", async () => {
      const answer = await call("contract-echo.openfaas-fn/x");
      expect([answer.status, ((await answer.json()) as { url: string }).url]).toEqual([200, "/x"]);
      expect(((await (await call("contract-echo")).json()) as { url: string }).url).toBe("/");
    });

    test("drops hop-by-hop headers, those that Connection lists included", async () => {
      const answer = await call("contract-echo/hop");
      expect(answer.headers.get("x-kept")).toBe("1");
      expect(answer.headers.get("x-listed")).toBeNull();
      expect(answer.headers.get("proxy-authenticate")).toBeNull();
    });

    test("gives untyped answers the type of the request, else text/plain", async () => {
      expect((await call("contract-echo/untyped")).headers.get("content-type")).toBe("text/plain");
      const typed = await call("contract-echo/untyped", {
        method: "POST",
        headers: { "Content-Type": "a/b" },
        body: "x",
      });
      expect(typed.headers.get("content-type")).toBe("a/b");
    });

    test("streams large bodies in both directions", async () => {
      const count = 20_000_000;
      const sent = await call("contract-echo/count", { method: "POST", body: "x".repeat(count) });
      expect(await sent.text()).toBe(String(count));
      const received = await call(`contract-echo/bytes?count=${count}`);
      expect((await received.arrayBuffer()).byteLength).toBe(count);
    });

    test("answers 404 for an unknown function, in OpenFaaS' words", async () => {
      const answer = await call("contract-nothing");
      expect(answer.status).toBe(404);
      expect((await answer.text()).trim()).toBe(
        "error finding function contract-nothing.openfaas-fn: server returned non-200 status code (404) for function, contract-nothing, body:",
      );
    });

    test("answers 504 from the watchdog after exec_timeout, and earlier with X-Timeout", async () => {
      const service = "contract-timeout";
      await client.deploy({ service, image: gateway.images[0], envVars: { exec_timeout: "600ms" } });
      await client.waitReady(service);
      const late = await call(`${service}/slow?ms=5000`);
      expect([late.status, await late.text()]).toEqual([504, ""]);
      expect(late.headers.get("x-openfaas-internal")).toBe("of-watchdog");
      expect(Number(late.headers.get("x-duration-seconds"))).toBeGreaterThan(0.55);
      const later = await call(`${service}/slow?ms=5000`, { headers: { "X-Timeout": "100ms" } });
      expect(later.status).toBe(504);
      expect(Number(later.headers.get("x-duration-seconds"))).toBeLessThan(0.55);
      expect((await call(`${service}/slow?ms=1`)).status).toBe(200);
      await client.remove(service);
    });

    test("answers 500 from the watchdog when the function drops the connection", async () => {
      const answer = await call("contract-echo/drop");
      expect([answer.status, await answer.text()]).toEqual([500, ""]);
      expect(answer.headers.get("x-openfaas-internal")).toBe("of-watchdog");
    });

    test("answers 429 above max_inflight", async () => {
      const service = "contract-busy";
      await client.deploy({ service, image: gateway.images[0], envVars: { max_inflight: "1" } });
      await client.waitReady(service);
      const first = call(`${service}/slow?ms=1000`);
      await expect.poll(async () => (await call(`${service}/slow?ms=1`)).status).toBe(429);
      expect((await first).status).toBe(200);
      await client.remove(service);
    });

    test("scales within 1 to 5 and answers 404 for an unknown function", async () => {
      const service = "contract-scale";
      await client.deploy({ service, image: gateway.images[0] });
      const scale = (replicas: unknown): Promise<Response> =>
        system(`scale-function/${service}`, "POST", { serviceName: service, replicas });
      expect((await scale(2)).status).toBe(202);
      expect((await client.waitReady(service, { replicas: 2 })).replicas).toBe(2);
      expect((await scale(0)).status).toBe(202);
      await expect.poll(async () => (await client.describe(service))?.replicas).toBe(1);
      expect((await scale("many")).status).toBe(400);
      expect((await system("scale-function/contract-nothing", "POST", { replicas: 1 })).status).toBe(404);
      await client.remove(service);
    });

    test("keeps secrets by name, never shows a value, and hands them to functions", async () => {
      const body = { name: "contract-secret", value: "hidden" };
      const statuses = async (...requests: [string, unknown][]): Promise<number[]> => {
        const seen: number[] = [];
        for (const [method, sent] of requests) seen.push((await system("secrets", method, sent)).status);
        return seen;
      };
      expect(await statuses(["PUT", body], ["POST", body], ["POST", body], ["PUT", body])).toEqual([
        404, 202, 409, 202,
      ]);
      expect(await statuses(["POST", { name: "../x", value: "" }], ["POST", "{"])).toEqual([400, 400]);
      const listed = await (await system("secrets?namespace=openfaas-fn")).text();
      expect(JSON.parse(listed)).toContainEqual({ name: "contract-secret", namespace: "openfaas-fn" });
      expect(listed).not.toContain("hidden");
      expect(await statuses(["DELETE", { name: body.name }], ["DELETE", { name: body.name }])).toEqual([202, 404]);
    });

    test("gives logs as one JSON object per line, with tail and follow", async () => {
      for (const line of ["first", "second"]) await call(`contract-echo/print?text=${line}`);
      const texts = async (query: string): Promise<string[]> => {
        const answer = await system(`logs?name=contract-echo&${query}`);
        expect(answer.status).toBe(200);
        return (await answer.text())
          .split("\n")
          .filter((line) => line !== "")
          .map((line) => (JSON.parse(line) as { text: string }).text);
      };
      await expect.poll(async () => (await texts("follow=false")).join("")).toMatch(/first\n[^]*second\n/);
      expect(await texts("tail=1")).toEqual([expect.stringMatching(/second\n$/)]);
      expect(await texts(`since=${new Date(Date.now() + 60_000).toISOString()}`)).toEqual([]);
      expect((await system("logs?name=contract-echo&tail=few")).status).toBe(422);
      const following = client.logs("contract-echo", { follow: true, tail: 1 });
      expect((await following.next()).value?.text).toMatch(/second\n$/);
      await call("contract-echo/print?text=third");
      expect((await following.next()).value?.text).toMatch(/third\n$/);
      await following.return();
    });

    test("accepts an asynchronous call at once and posts the answer to the call-back URL", async () => {
      const received = Promise.withResolvers<{ headers: Record<string, unknown>; body: string }>();
      const server = createServer((incoming, outgoing) => {
        void text(incoming).then((body) => received.resolve({ headers: incoming.headers, body }));
        outgoing.end();
      }).listen(0, "127.0.0.1");
      await new Promise((resolve) => server.once("listening", resolve));
      try {
        const post = (callback: string): Promise<Response> =>
          fetch(`${gateway.url}/async-function/contract-echo/later?q=2`, {
            method: "POST",
            headers: { "X-Callback-Url": callback },
            body: "in time",
          });
        const answer = await post(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
        expect([answer.status, await answer.text()]).toEqual([202, ""]);
        const { headers, body } = await received.promise;
        expect(headers).toMatchObject({
          "x-function-status": "200",
          "x-function-name": "contract-echo",
          "x-call-id": answer.headers.get("x-call-id"),
          "content-type": "application/json",
        });
        expect(JSON.parse(body)).toMatchObject({ method: "POST", url: "/later?q=2", body: "in time" });
        expect((await post("ftp://nowhere/")).status).toBe(400);
        expect((await fetch(`${gateway.url}/async-function/contract-echo`)).status).toBe(405);
      } finally {
        server.close();
      }
    });

    test("tells what it is in all three objects that faas-cli reads", async () => {
      expect(await (await system("info")).json()).toMatchObject({
        arch: expect.any(String) as string,
        version: { release: expect.any(String) as string },
        provider: { provider: expect.any(String) as string, version: { release: expect.any(String) as string } },
      });
      expect(await (await system("namespaces")).json()).toEqual(["openfaas-fn"]);
    });
  });
}
