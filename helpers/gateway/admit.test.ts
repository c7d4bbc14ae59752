/** What reaches a function behind a gateway with a guard, byte by byte, from callers that send odd requests. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { admissionHeader } from "../contracts/admission.ts";
import type { ArrivingCall } from "../kalium/proxy/admission.ts";
import { createClient } from "./client.ts";
import { type RawFunction, sendRaw, startRawFunction, takeMessage } from "./raw-http.test-support.ts";
import { rawRuntime } from "./raw-runtime.test-support.ts";
import { echoImage, startTestGateway, type TestGateway } from "./test-gateway.test-support.ts";

let target: RawFunction;
let closing: RawFunction;
let gateway: TestGateway;
const asked: ArrivingCall[] = [];
let lost = 0;

beforeAll(async () => {
  [target, closing] = [await startRawFunction(), await startRawFunction()];
  gateway = await startTestGateway({
    runtimes: [rawRuntime(({ closes }) => (closes === undefined ? target : closing).port)],
    admit: (_, call) => {
      asked.push(call);
      return { value: "of-the-guard", turnedAway: () => lost++ };
    },
  });
  using client = createClient({ url: gateway.url });
  await client.deploy({ service: "raw", image: echoImage });
  await client.waitReady("raw");
});
afterAll(async () => {
  await gateway.close();
  await target[Symbol.asyncDispose]();
});
afterEach(() => {
  target.reply = () => answered("200");
  asked.length = 0;
  target.seen.length = 0;
  lost = 0;
});

const call = (lines: readonly string[], { start = "POST /function/raw/a HTTP/1.1", body = "" } = {}) =>
  sendRaw(gateway.url, `${[start, "Host: caller.example", "Connection: close", ...lines].join("\r\n")}\r\n\r\n${body}`);
const statusOf = (answer: string): string | undefined => takeMessage(answer, true)?.message.start.slice(9, 12);

/** What the function got under that name. */
const got = (name: string): string[] =>
  target.seen.flatMap(({ headers }) => headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value));
/** Of 1,000, versions of Node refuse more, or leave them out of what they parse. */
const most = Array.from({ length: 1_005 }, (_, at) => `x-${at}: 1`);
const many = Array.from({ length: 1_200 }, (_, at) => `x-${at}: 1`);

test.each([
  ["as it is", [`${admissionHeader}: forged`]],
  ["in another case, twice", ["X-KALIUM-Admission: forged", "x-kalium-admission: forged"]],
  ["listed as one of the connection", [`Connection: ${admissionHeader}`, `${admissionHeader}: forged`]],
  ["after more headers than Node takes by default", [...most, `${admissionHeader}: forged`]],
])("a caller's own verdict, %s, does not reach the function; the guard's does", async (_, lines) => {
  expect(statusOf(await call([...lines, "Content-Length: 0"]))).toBe("200");
  expect(got(admissionHeader)).toEqual(["of-the-guard"]);
});

test("a body after more headers than Node takes by default goes with its call, not before the next one", async () => {
  await call([...many, "Content-Length: 5"], { body: "AAAAA" });
  await call(["Content-Length: 2"], { body: "BB" });
  expect(target.seen.map(({ body }) => body)).toEqual(["AAAAA", "BB"]);
});

test.each([
  ["the gateway's own", []],
  ["the caller's", ["X-Call-Id: mine"]],
])("the guard and the function hear one call id: %s", async (_, lines) => {
  const head = ["POST /function/raw/a HTTP/1.1", "Host: X-Call-Id", "Connection: close", "Content-Length: 0", ...lines];
  await sendRaw(gateway.url, `${head.join("\r\n")}\r\n\r\n`);
  expect(asked.map(({ session }) => session)).toEqual(got("x-call-id"));
});

test.each(["a,b", "", "a b", "x".repeat(129)])("a call id that names no session: %j", async (id) => {
  await call([`X-Call-Id: ${id}`, "Content-Length: 0"]);
  expect(asked.map(({ session }) => session)).toEqual([undefined]);
});

const odd = ["//", "/a//b", "/a/../b", "/a/.", "/./a", "/..?a", "/a%2fb", "/%2e%2e", "/a|b", "/a#b", "/a\\b", '/"'];
test.each([...["/_/health", "/_/sandbox?a=1", "/_/ready", "/_/"], ...odd, `/${"long".repeat(300)}`])(
  "the guard is not asked here about what a watchdog may answer itself, refuse or spell differently (%#)",
  async (path) => {
    await call([`${admissionHeader}: forged`, "Content-Length: 0"], { start: `GET /function/raw${path} HTTP/1.1` });
    expect([asked, got(admissionHeader)]).toEqual([[], []]);
  },
);

test.each(["", "?a=b", "/", "/a/", "/a/_/b", "/a.b/..c/d..", '/a-b_c~?q=//../%2e|"', "/:a@b,c;d=e!$&'()*+"])(
  "the guard is asked about %j, as the function gets it",
  async (path) => {
    await call(["Content-Length: 0"], { start: `GET /function/raw${path} HTTP/1.1` });
    expect(asked.map(({ method, path: of }) => `${method} ${of} HTTP/1.1`)).toEqual(
      target.seen.map(({ start }) => start),
    );
  },
);

test.each(["\t", "\f", "\x7f", "\x0b", "\x01"])("a target with %j does not end the gateway", async (odd) => {
  expect(statusOf(await call(["Content-Length: 0"], { start: `GET /function/raw/a${odd}b HTTP/1.1` }))).toMatch(
    /^[24]/,
  );
  expect(statusOf(await call(["Content-Length: 0"]))).toBe("200");
});

const answered = (status: string, ...headers: string[]): string =>
  [`HTTP/1.1 ${status} Said`, ...headers, "Content-Length: 0", "", ""].join("\r\n");
const [date, internal] = ["Date: Mon, 30 Nov 2026 12:00:00 GMT", "X-OpenFaaS-Internal: of-watchdog"];
const stamped = "X-Duration-Seconds: 0.001";

test.each([
  ["429, as a watchdog says it", answered("429", date, "X-OpenFaaS-Internal: faas-middleware"), 1],
  ["503, as a watchdog says it", answered("503", date, internal), 1],
  ["431, as a server says it", answered("431", "Connection: close"), 1],
  ["431, as a function says it", answered("431", date, stamped), 0],
  ["429, as a function says it", answered("429", date, stamped), 0],
  ["503, as a function hands it on", answered("503", date, internal, stamped), 0],
  ["500, when the function may have had it", answered("500", date, internal, stamped), 0],
  ["200", answered("200", date, internal), 0],
  ["none, but a connection that ends", undefined, 0],
])("a call that is turned away is over for the guard, no other: %s", async (_, answer, times) => {
  target.reply = () => answer;
  await call(["Content-Length: 0"]);
  expect(lost).toBe(times);
});

test("a caller who follows events and is turned away is over for the guard, too: such calls must not fill its table", async () => {
  target.reply = () => answered("503", date, internal);
  await call(["Accept: text/event-stream", "Content-Length: 0"]);
  expect(lost).toBe(1);
});

test("a call that cannot be sent is over for the guard", async () => {
  using client = createClient({ url: gateway.url });
  await client.deploy({ service: "unreachable", image: echoImage, envVars: { closes: "1" } });
  await client.waitReady("unreachable");
  await closing[Symbol.asyncDispose]();
  expect(statusOf(await call(["Content-Length: 0"], { start: "POST /function/unreachable HTTP/1.1" }))).toBe("500");
  expect(lost).toBe(1);
});
