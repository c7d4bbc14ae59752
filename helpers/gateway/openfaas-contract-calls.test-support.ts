/** The part of the contract that is about calls of functions; `contract-echo` is deployed. */
import { expect, test, vi } from "vitest";
import type { GatewayClient } from "./client.ts";
import type { GatewayUnderTest } from "./gateway-under-test.test-support.ts";

export function testCalls(
  underTest: () => { readonly gateway: GatewayUnderTest; readonly client: GatewayClient },
): void {
  const call = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${underTest().gateway.url}/function/${path}`, init);

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
    expect(seen.headers["x-forwarded-host"]).toBe(new URL(underTest().gateway.url).host);
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

  test("gives untyped answers a type", async () => {
    for (const type of ["a/b", "text/html"]) {
      const init = { method: "POST", headers: { "Content-Type": type }, body: "x" };
      const answer = await call("contract-echo/untyped", init);
      expect(answer.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    }
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
    await underTest().client.deploy({
      service,
      image: underTest().gateway.images[0],
      envVars: { exec_timeout: "3s" },
    });
    await underTest().client.waitReady(service);
    const late = await call(`${service}/slow?ms=600000`);
    expect([late.status, await late.text()]).toEqual([504, ""]);
    expect(late.headers.get("x-openfaas-internal")).toBe("of-watchdog");
    expect(Number(late.headers.get("x-duration-seconds"))).toBeGreaterThan(2.9);
    const later = await call(`${service}/slow?ms=600000`, { headers: { "X-Timeout": "100ms" } });
    expect(later.status).toBe(504);
    expect(Number(later.headers.get("x-duration-seconds"))).toBeLessThan(2.9);
    await underTest().client.remove(service);
  });

  test("answers 500 from the watchdog when the function drops the connection", async () => {
    const answer = await call("contract-echo/drop");
    expect([answer.status, await answer.text()]).toEqual([500, ""]);
    expect(answer.headers.get("x-openfaas-internal")).toBe("of-watchdog");
  });

  test("answers 429 above max_inflight", async () => {
    const service = "contract-busy";
    await underTest().client.deploy({ service, image: underTest().gateway.images[0], envVars: { max_inflight: "1" } });
    await underTest().client.waitReady(service);
    const first = call(`${service}/slow?ms=4000`);
    const second = await vi.waitUntil(
      async () => {
        const answer = await call(`${service}/slow?ms=1`);
        return answer.status === 429 && answer;
      },
      { timeout: 30_000 },
    );
    expect(await second.text()).toBe("Concurrent request limit exceeded. Max concurrent requests: 1\n");
    expect(second.headers.get("x-openfaas-internal")).toBe("faas-middleware");
    expect(second.headers.get("x-call-id")).not.toBeNull();
    expect((await first).status).toBe(200);
    await underTest().client.remove(service);
  });
}
