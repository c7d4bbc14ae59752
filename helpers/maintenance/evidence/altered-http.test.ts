/**
 * HTTP/1 as a hostile client sends it, to a running gateway: it answers or hangs up, and its function sees the requests
 * that the gateway has read, with an end that nobody can doubt, and nothing else.
 */
import { readdirSync } from "node:fs";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { poll } from "../../base/deadline.ts";
import type { Message } from "../../gateway/raw-http.test-support.ts";
import { numbersFrom, randomRequest, requestContent, requestText } from "../../gateway/raw-requests.test-support.ts";
import { alteredRuns, noteFaults } from "./altered.test-support.ts";
import { oddRequests, requestProblem } from "./odd-requests.test-support.ts";
import { type WatchedGateway, watchGateway } from "./watched-gateway.test-support.ts";

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const descriptors = (): number => readdirSync("/proc/self/fd").length;
/** By the gateway. */
const added = ["x-start-time", "x-call-id", "x-forwarded-for", "x-forwarded-host", "user-agent"];

/** What the function has seen since: each a request that the gateway has read, and fit to be sent. */
function takeSeen({ target, calls }: WatchedGateway): readonly Message[] {
  const seen = target.seen.splice(0);
  for (const message of seen) {
    const problem = requestProblem(message);
    if (problem !== undefined) throw new Error(`the function has got a request of which ${problem}`);
    const call = message.start.replace(/ HTTP\/1\.1$/, "");
    const at = calls.indexOf(call);
    if (at === -1) throw new Error(`the gateway has read no ${call}`);
    calls.splice(at, 1);
  }
  return seen;
}

let watched: WatchedGateway;
beforeAll(async () => (watched = await watchGateway()));
afterAll(() => watched[Symbol.asyncDispose]());

test("odd requests, each behind one that is fine: answered or refused, and the function sees what was read", async () => {
  using faults = noteFaults();
  const next = numbersFrom(5);
  let made = 0;
  const before = { descriptors: descriptors(), rssBytes: process.memoryUsage.rss() };
  const property = fc.asyncProperty(oddRequests, async (odd) => {
    const number = String(++made);
    const headers = [["X-Number", number] as const, ["X-One", "caf\xe9"] as const];
    const fine = { ...randomRequest(next, { methods, cleaned: false }), headers };
    const text = requestText({ ...fine, path: `/function/target${fine.path}` }).replace("Connection: close\r\n", "");
    const answers = await watched.talk([Buffer.from(text, "latin1")], odd);
    expect(answers).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    const own = takeSeen(watched).filter(({ headers: seen }) =>
      seen.some(([name, value]) => name === "X-Number" && value === number),
    );
    const told = own.map((message) => requestContent(message, added));
    const expected = { "x-number": [number], "x-one": ["caf\xe9"], host: ["caller.example"] };
    expect(told).toEqual([{ start: `${fine.method} ${fine.path} HTTP/1.1`, headers: expected, body: fine.body }]);
    faults.refuse();
  });
  await fc.assert(property, { numRuns: alteredRuns, seed: 1 });
  expect((await fetch(`${watched.gateway.url}/healthz`)).status).toBe(200);
  const what = "descriptors to be closed";
  await poll({ what, timeoutMs: 60_000, intervalMs: 20 }, () =>
    Promise.resolve(descriptors() <= before.descriptors + 10 ? true : undefined),
  );
  expect(process.memoryUsage.rss() - before.rssBytes).toBeLessThan(2 ** 30);
});
