/** What every OpenFaaS-compatible gateway must do, as tests against its URL. */
import { createServer, request, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient, type GatewayClient } from "./client.ts";
import type { GatewayUnderTest } from "./gateway-under-test.test-support.ts";
import { testCalls } from "./openfaas-contract-calls.test-support.ts";

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
        { service: "bad-variable", image, envVars: { "A=B": "c" } },
        { service: "no-variable", image, envVars: { "": "c" } },
      ];
      for (const body of bodies) {
        const answer = await system("functions", "POST", body);
        expect([body, answer.status]).toEqual([body, 400]);
        expect(await answer.text()).not.toBe("");
      }
    });

    test("takes every name that JavaScript's objects have for themselves as a name like others", async () => {
      const service = "constructor";
      const envVars = { ["__proto__"]: "x", constructor: "y", toString: "z" };
      await client.deploy({ service, image: gateway.images[0], envVars, labels: { constructor: "l" } });
      const ready = await client.waitReady(service);
      expect(ready.labels).toMatchObject({ constructor: "l" });
      for (const [name, value] of Object.entries(envVars)) {
        expect([name, await (await call(`${service}/env?name=${name}`)).text()]).toEqual([name, value]);
      }
      await client.remove(service);
    });

    testCalls(() => ({ gateway, client }));

    test("scales within 1 to 5 and answers 500 for an unknown function", async () => {
      const service = "contract-scale";
      await client.deploy({ service, image: gateway.images[0] });
      const scale = (replicas: unknown): Promise<Response> =>
        system(`scale-function/${service}`, "POST", { serviceName: service, replicas });
      expect((await scale(2)).status).toBe(202);
      expect((await client.waitReady(service, { replicas: 2 })).replicas).toBe(2);
      expect((await scale(0)).status).toBe(202);
      await expect.poll(async () => (await client.describe(service))?.replicas).toBe(1);
      expect((await scale("many")).status).toBe(400);
      expect((await system("scale-function/contract-nothing", "POST", { replicas: 1 })).status).toBe(500);
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
      expect(await statuses(["POST", { name: "../x", value: "" }], ["POST", "{"])).toEqual([422, 400]);
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
      expect((await system("logs?name=contract-echo&tail=few")).status).toBe(500);
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
      const info = (await (await system("info")).json()) as { provider: { version: { sha: string } } };
      expect(info.provider.version.sha).not.toBe("");
      expect(await (await system("namespaces")).json()).toEqual(["openfaas-fn"]);
    });

    test("has no further namespaces, as OpenFaaS CE", async () => {
      for (const [method, path] of [
        ["GET", "namespace/openfaas-fn"],
        ["POST", "namespace/"],
        ["DELETE", "namespace/x"],
      ] as const) {
        const answer = await system(path, method, method === "GET" ? undefined : {});
        expect([path, answer.status]).toEqual([path, 501]);
        expect(await answer.text()).toBe("Feature not implemented in this version of OpenFaaS\n");
      }
    });

    test("leads to pages, which need credentials as the REST API does", async () => {
      const root = await fetch(gateway.url, { redirect: "manual" });
      expect([root.status, root.headers.get("location")]).toEqual([307, "/ui/"]);
      expect((await fetch(`${gateway.url}/ui/`)).status).toBe(401);
    });

    test("passes a WebSocket's request on as a plain one", async () => {
      const { hostname, port } = new URL(gateway.url);
      const headers = { Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Version": "13" };
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        const path = "/function/contract-echo/ws";
        request({ hostname, port, path, headers, agent: false }, resolve).on("error", reject).end();
      });
      expect(answer.statusCode).toBe(200);
      const seen = JSON.parse(await text(answer)) as { url: string; headers: Record<string, string> };
      expect(seen).toMatchObject({ url: "/ws", headers: { "sec-websocket-version": "13" } });
      expect(seen.headers).not.toHaveProperty("upgrade");
    });
  });
}
