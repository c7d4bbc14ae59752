/** Our watchdog inside the function's process and beside it is one to calls. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { unpackWatchdog } from "../images/unpacked.ts";
import { startWatchdogProgram } from "./of-watchdog.test-support.ts";
import { numbersFrom, randomRequest, requestText } from "./raw-requests.test-support.ts";
import { alike, different } from "./watchdog-cases.test-support.ts";
import { beyondOne, observe, type WatchdogUnderTest } from "./watchdogs.test-support.ts";

let folder: string;
let beside: WatchdogUnderTest;
let inside: WatchdogUnderTest;

/** As an image starts it: a program that Node runs has it inside, any other beside. */
async function start(where: "inside" | "beside", env: Record<string, string> = {}): Promise<WatchdogUnderTest> {
  const { folder: watchdog } = await unpackWatchdog(folder);
  const PATH = `${dirname(process.execPath)}:${process.env["PATH"] ?? ""}`;
  const idle = { inside: `node ${join(folder, "idle.cjs")}`, beside: "sleep 3600" }; // the function is elsewhere
  const command = [join(folder, watchdog, "usr/bin/fwatchdog")] as const;
  return startWatchdogProgram(`the watchdog ${where}`, command, { PATH, fprocess: idle[where], ...env });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kb-watchdogs-"));
  await writeFile(join(folder, "idle.cjs"), "setInterval(() => undefined, 1e6);");
  [beside, inside] = await Promise.all([start("beside"), start("inside")]);
});
afterAll(async () => {
  await beside[Symbol.asyncDispose]();
  await inside[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

test.each([...alike, ...different])("both treat alike: $title", async ({ request, answer }) => {
  const reply = answer === undefined ? undefined : () => answer ?? undefined;
  const [first, second] = [await observe(beside, request, reply), await observe(inside, request, reply)];
  const text = JSON.stringify(first).replaceAll(`:${beside.target.port}"`, `:${inside.target.port}"`);
  expect(second).toEqual(JSON.parse(text));
});

test("both hand 200 generated requests on as they came", async () => {
  const next = numbersFrom(8);
  const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
  for (let count = 0; count < 200; count += 1) {
    const sent = randomRequest(next, { methods, cleaned: true });
    for (const watchdog of [beside, inside]) {
      const { asked } = await observe(watchdog, requestText(sent));
      expect(asked).toMatchObject([{ start: `${sent.method} ${sent.path} HTTP/1.1`, body: sent.body }]);
    }
  }
});

test.each([
  ["text", "text/plain; charset=utf-8", "hi"],
  ["bytes", "application/octet-stream", "\x00\x01"],
])("an answer without a type gets one: %s", async (_, type, body) => {
  const { client } = await observe(inside, get("/"), () => `HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n${body}`);
  expect(client).toMatchObject({ headers: { "content-type": [type] }, body });
});

test("a client that accepts events gets no duration, every other one does", async () => {
  const [events, other] = [
    await observe(inside, get("/", "Accept: text/event-stream")),
    await observe(inside, get("/")),
  ];
  expect(events.client).not.toHaveProperty(["headers", "x-duration-seconds"]);
  expect(other.client).toHaveProperty(["headers", "x-duration-seconds"], ["SECONDS"]);
});

test("health with a query is the watchdog's, a path below it the function's", async () => {
  expect(await observe(inside, get("/_/health?q=1"))).toMatchObject({ status: 200, asked: [] });
  expect(await observe(inside, get("/_/health/"))).toMatchObject({ asked: [{ start: "GET /_/health/ HTTP/1.1" }] });
});

test("an HTTP/1.0 client that names no host is served, and the function gets its own", async () => {
  const { status, asked } = await observe(inside, "GET /a HTTP/1.0\r\n\r\n");
  expect([status, asked]).toMatchObject([200, [{ headers: { host: [`127.0.0.1:${inside.target.port}`] } }]]);
});

test("above max_inflight both answer in OpenFaaS' words", async () => {
  for (const where of ["inside", "beside"] as const) {
    await using watchdog = await start(where, { max_inflight: "1" });
    expect(await beyondOne(watchdog)).toMatchObject({
      start: "HTTP/1.1 429 Too Many Requests",
      headers: { "x-openfaas-internal": ["faas-middleware"], "content-type": ["text/plain"] },
      body: "Concurrent request limit exceeded. Max concurrent requests: 1\n",
    });
  }
});

const get = (path: string, ...headers: string[]): string =>
  [`GET ${path} HTTP/1.1`, "Host: caller.example", "Connection: close", ...headers, "", ""].join("\r\n");
