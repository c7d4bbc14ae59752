/** An asynchronous call reaches its function as a synchronous one does, and its answer goes where it may. */
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { poll } from "../base/deadline.ts";
import { createClient } from "./client.ts";
import { requestContent, numbersFrom, randomRequest, requestText } from "./raw-requests.test-support.ts";
import { rawRuntime } from "./raw-runtime.test-support.ts";
import {
  untilClosed,
  sendRaw,
  startRawFunction,
  takeMessage,
  type Message,
  type RawFunction,
} from "./raw-http.test-support.ts";
import { echoImage, startTestGateway, type TestGateway } from "./test-gateway.test-support.ts";

let target: RawFunction;
let other: RawFunction;
let receiver: RawFunction;
let gateway: TestGateway;

/** Instances of functions that call themselves `other` are another one. */
const runtime = rawRuntime(({ WHO }) => (WHO === "other" ? other.port : target.port));

beforeAll(async () => {
  const unseen = /^GET \/_\/(?:health|sandbox)\/? /; // the gateway asks the watchdog, and through it the function
  [target, other, receiver] = [
    await startRawFunction(unseen),
    await startRawFunction(unseen),
    await startRawFunction(),
  ];
  gateway = await startTestGateway({ runtimes: [runtime], callbackHosts: [`127.0.0.1:${receiver.port}`] });
  using client = createClient({ url: gateway.url });
  for (const service of ["target", "other"]) {
    await client.deploy({ service, image: echoImage, envVars: { WHO: service } });
    await client.waitReady(service);
  }
});
afterAll(async () => {
  await gateway.close();
  for (const served of [target, other, receiver]) await served[Symbol.asyncDispose]();
});

/** What an asynchronous call reaches comes after its 202. */
const arrived = ({ seen }: RawFunction): Promise<Message> =>
  poll({ what: "the call to arrive", timeoutMs: 60_000, intervalMs: 1 }, () => Promise.resolve(seen.shift()));

/** Drawn for each call, or specific to its time or its connection. */
const own = ["x-call-id", "x-start-time", "x-forwarded-for"];
const statusOf = (answer: string): string | undefined => takeMessage(answer, true)?.message.start.split(" ")[1];
const post = (path: string, ...headers: string[]): Promise<string> =>
  sendRaw(
    gateway.url,
    [`POST ${path} HTTP/1.1`, "Host: h", "Connection: close", "Content-Length: 2", ...headers, "", "ab"].join("\r\n"),
  );

test("500 generated calls: the function sees the same bytes from an asynchronous and a synchronous one", async () => {
  const next = numbersFrom(500);
  for (let count = 0; count < 500; count += 1) {
    const request = randomRequest(next, { methods: ["POST"], cleaned: true });
    const seen: Message[] = [];
    for (const prefix of ["/function/target", "/async-function/target"]) {
      const sent = requestText({ ...request, path: `${prefix}${request.path}` });
      const status = prefix.startsWith("/async") ? "202" : "200";
      expect([sent, statusOf(await sendRaw(gateway.url, sent))]).toEqual([sent, status]);
      seen.push(await arrived(target));
    }
    const [sync, async] = seen.map((message) => requestContent(message, own));
    expect(async).toEqual(sync);
    expect(namesOf(seen[1])).toEqual(namesOf(seen[0]));
    expect(other.seen).toEqual([]);
  }
});

/** Names in their own writing, in order, without the two that are stamped at another place. */
const namesOf = (message: Message | undefined): string[] =>
  (message?.headers ?? []).map(([name]) => name).filter((name) => !own.includes(name.toLowerCase()));

test("a path with dots reaches the function that it names", async () => {
  expect(statusOf(await post("/async-function/target/../other/x"))).toBe("202");
  expect((await arrived(target)).start).toBe("POST /../other/x HTTP/1.1");
  expect(other.seen).toEqual([]);
});

test("a call-back brings the answer's status, body and headers, repeated ones too", async () => {
  const body = "\x00\xff\r\n\x80";
  const headers = ["Set-Cookie: a=1", "Set-Cookie: b=2", "X-Callback-Url: http://127.0.0.1:1/", "Content-Type: a/b"];
  target.reply = () => ["HTTP/1.1 418 Tea", ...headers, `Content-Length: ${body.length}`, "", body].join("\r\n");
  const url = `http://127.0.0.1:${receiver.port}/here?a=%2F`;
  const answer = await post("/async-function/target", `X-Callback-Url: ${url}`, "X-Call-Id: mine");
  expect(statusOf(answer)).toBe("202");
  expect((await arrived(target)).headers).toContainEqual(["X-Callback-Url", url]);
  const told = requestContent(await arrived(receiver)) as { headers: Record<string, string[]> };
  expect(told).toMatchObject({
    start: "POST /here?a=%2F HTTP/1.1",
    body,
    headers: {
      "set-cookie": ["a=1", "b=2"],
      "content-type": ["a/b"],
      "x-function-status": ["418"],
      "x-function-name": ["target"],
      "x-call-id": ["mine"],
    },
  });
  expect(told.headers).not.toHaveProperty("x-callback-url");
});

test("a call whose instance drops the connection is answered in the provider's words", async () => {
  target.reply = () => undefined;
  await post("/async-function/target", `X-Callback-Url: http://127.0.0.1:${receiver.port}/`);
  await arrived(target);
  expect(await arrived(receiver)).toMatchObject({ body: "Can't reach service for: target." });
});

test.each(["/function/other/told", "/function/target/../other/told"])(
  "answers may go to functions of this gateway: %s",
  async (path) => {
    target.reply = () => "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    for (const origin of [gateway.url, "http://gateway.openfaas:8080"]) {
      expect(statusOf(await post("/async-function/target", `X-Callback-Url: ${origin}${path}`))).toBe("202");
      expect(await arrived(other)).toMatchObject({ start: "POST /told HTTP/1.1", body: "hi" });
      await arrived(target);
    }
  },
);

test("answers go nowhere else: not to the host's own addresses, nor to the gateway's REST API", async () => {
  const port = new URL(gateway.url).port;
  const urls = [
    "http://127.0.0.1:1/",
    `http://localhost:${receiver.port}/`,
    `http://[::ffff:127.0.0.1]:${receiver.port}/`,
    "http://169.254.169.254/latest",
    `${gateway.url}/system/functions`,
    `${gateway.url}/function/../system/functions`,
    `http://localhost:${port}/function/other`,
    "http://gateway.openfaas:8081/function/other",
    "http://gateway.openfaas:8080/system/functions",
    "https://gateway.openfaas:8080/function/other",
    "ftp://127.0.0.1/",
    "nowhere",
  ];
  for (const url of urls) {
    const answer = await post("/async-function/target", `X-Callback-Url: ${url}`);
    expect([url, statusOf(answer)]).toEqual([url, "400"]);
    expect(answer).toContain("X-Callback-Url: ");
  }
  expect([target.seen, receiver.seen, other.seen]).toEqual([[], [], []]);
});

test("a client of HTTP/1.0 that names no host is served", async () => {
  const answer = await sendRaw(gateway.url, "POST /async-function/target HTTP/1.0\r\nContent-Length: 2\r\n\r\nab");
  expect(statusOf(answer)).toBe("202");
  expect(await arrived(target)).toMatchObject({ start: "POST / HTTP/1.1", body: "ab" });
});

test("a whole URL as target is served", async () => {
  expect(statusOf(await post("http://any.example/async-function/target/x?y"))).toBe("202");
  expect((await arrived(target)).start).toBe("POST /x?y HTTP/1.1");
});

test("a refusal waits for the body: the client reads it before the connection closes", async () => {
  const body = "x".repeat(200_000);
  for (const path of ["/async-function/target/", "/function/nobody"]) {
    const headers = ["Host: h", "Connection: close", "X-Callback-Url: nowhere", `Content-Length: ${body.length}`];
    const socket = connect(Number(new URL(gateway.url).port), "127.0.0.1").setEncoding("latin1");
    let answer = "";
    socket.on("data", (data: string) => (answer += data));
    socket.write([`POST ${path} HTTP/1.1`, ...headers, "", "x"].join("\r\n"));
    setImmediate(() => socket.write(body.slice(1)));
    await untilClosed(socket);
    expect([path, statusOf(answer)]).toEqual([path, path.startsWith("/async") ? "400" : "404"]);
  }
});

test("a refused call is answered although its body does not come, or does not end soon", async () => {
  for (const path of ["/async-function/target", "/function/nobody"]) {
    const status = path.startsWith("/async") ? 400 : 404;
    const headers = ["Host: h", "Connection: close", "X-Callback-Url: nowhere", "Content-Length: 2"];
    const answer = await sendRaw(gateway.url, [`POST ${path} HTTP/1.1`, ...headers, "", "a"].join("\r\n"));
    expect([path, statusOf(answer)]).toEqual([path, String(status)]);
    const body = Buffer.alloc(10 * 2 ** 20);
    const kept = await fetch(gateway.url + path, { method: "POST", body, headers: { "x-callback-url": "nowhere" } });
    expect([path, kept.status]).toEqual([path, status]);
  }
});

test("the queue takes 1000 calls, however many are sent at once, refuses the rest, and makes all that it took", async () => {
  let release = false;
  target.reply = () => (release ? "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi" : "");
  const half = `POST /async-function/target HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 2\r\n\r\na`;
  const { hostname, port } = new URL(gateway.url);
  const sockets = Array.from({ length: 1_300 }, () => connect(Number(port), hostname).setEncoding("latin1"));
  const refused: string[] = [];
  const answers = sockets.map(async (socket) => {
    let answer = "";
    socket.on("data", (data: string) => (answer += data));
    await untilClosed(socket);
    if (statusOf(answer) !== "202") refused.push(answer);
    return answer;
  });
  for (const socket of sockets) socket.write(half);
  await poll({ what: "300 refusals", timeoutMs: 60_000, intervalMs: 10 }, () =>
    Promise.resolve(refused.length === 300 || undefined),
  );
  for (const answer of refused)
    expect(answer).toMatch(/^HTTP\/1.1 500 .*Error queuing request: 1000 calls are queued/s);
  for (const socket of sockets.filter((each) => !each.closed)) socket.write("b");
  const taken = (await Promise.all(answers)).filter((answer) => statusOf(answer) === "202").length;
  expect([taken, refused.length]).toEqual([1_000, 300]);
  await arrived(target);
  release = true;
  target.drop(); // else it would have its answer after a minute
  for (let call = 1; call < taken; call += 1) expect((await arrived(target)).body).toBe("ab");
  expect(statusOf(await post("/async-function/target"))).toBe("202");
  await arrived(target);
});
