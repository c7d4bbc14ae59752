/** Our two watchdogs, the supervisor of the embedded gateway and the one in function images, are one to calls. */
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startWatchdogProgram } from "./of-watchdog.test-support.ts";
import { numbersFrom, randomRequest, requestText } from "./raw-requests.test-support.ts";
import { alike, different } from "./watchdog-cases.test-support.ts";
import { beyondOne, observe, startSupervisor, type WatchdogUnderTest } from "./watchdogs.test-support.ts";

const image = fileURLToPath(new URL("../images/watchdog/main.ts", import.meta.url));
let inImage: WatchdogUnderTest;
let supervisor: WatchdogUnderTest;
beforeAll(async () => {
  inImage = await startWatchdogProgram("the watchdog in images", [process.execPath, image]);
  supervisor = await startSupervisor();
});
afterAll(async () => {
  await inImage[Symbol.asyncDispose]();
  await supervisor[Symbol.asyncDispose]();
});

test.each([...alike, ...different])("both treat alike: $title", async ({ request, answer }) => {
  const reply = answer === undefined ? undefined : () => answer ?? undefined;
  const [first, second] = [await observe(inImage, request, reply), await observe(supervisor, request, reply)];
  const text = JSON.stringify(first).replaceAll(`:${inImage.target.port}"`, `:${supervisor.target.port}"`);
  expect(second).toEqual(JSON.parse(text));
});

test("both hand 200 generated requests on as they came", async () => {
  const next = numbersFrom(8);
  const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
  for (let count = 0; count < 200; count += 1) {
    const sent = randomRequest(next, { methods, cleaned: true });
    for (const watchdog of [inImage, supervisor]) {
      const { asked } = await observe(watchdog, requestText(sent));
      expect(asked).toMatchObject([{ start: `${sent.method} ${sent.path} HTTP/1.1`, body: sent.body }]);
    }
  }
});

test.each([
  ["text", "text/plain; charset=utf-8", "hi"],
  ["bytes", "application/octet-stream", "\x00\x01"],
])("an answer without a type gets one: %s", async (_, type, body) => {
  const { client } = await observe(supervisor, get("/"), () => `HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n${body}`);
  expect(client).toMatchObject({ headers: { "content-type": [type] }, body });
});

test("a client that accepts events gets no duration, every other one does", async () => {
  const [events, other] = [
    await observe(supervisor, get("/", "Accept: text/event-stream")),
    await observe(supervisor, get("/")),
  ];
  expect(events.client).not.toHaveProperty(["headers", "x-duration-seconds"]);
  expect(other.client).toHaveProperty(["headers", "x-duration-seconds"], ["SECONDS"]);
});

test("health with a query is the watchdog's, a path below it the function's", async () => {
  expect(await observe(supervisor, get("/_/health?q=1"))).toMatchObject({ status: 200, asked: [] });
  expect(await observe(supervisor, get("/_/health/"))).toMatchObject({ asked: [{ start: "GET /_/health/ HTTP/1.1" }] });
});

test("an HTTP/1.0 client that names no host is served, and the function gets its own", async () => {
  const { status, asked } = await observe(supervisor, "GET /a HTTP/1.0\r\n\r\n");
  expect([status, asked]).toMatchObject([200, [{ headers: { host: [`127.0.0.1:${supervisor.target.port}`] } }]]);
});

test("above max_inflight both answer in OpenFaaS' words", async () => {
  await using other = await startWatchdogProgram("watchdog", [process.execPath, image], { max_inflight: "1" });
  await using busy = await startSupervisor({ max_inflight: "1" });
  for (const watchdog of [other, busy]) {
    expect(await beyondOne(watchdog)).toMatchObject({
      start: "HTTP/1.1 429 Too Many Requests",
      headers: { "x-openfaas-internal": ["faas-middleware"], "content-type": ["text/plain"] },
      body: "Concurrent request limit exceeded. Max concurrent requests: 1\n",
    });
  }
});

const get = (path: string, ...headers: string[]): string =>
  [`GET ${path} HTTP/1.1`, "Host: caller.example", "Connection: close", ...headers, "", ""].join("\r\n");
