/** Generated calls by the real faas-cli, and through OpenFaaS' gateway: what the function and the client see. */
import { spawn } from "node:child_process";
import { dirname } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { poll } from "../base/deadline.ts";
import { findFaasCli } from "./build-faas-cli.test-support.ts";
import { createClient } from "./client.ts";
import { numbersFrom, randomRequest, requestContent, requestText } from "./raw-requests.test-support.ts";
import { rawRuntime } from "./raw-runtime.test-support.ts";
import { type Message, type RawFunction, sendRaw, startRawFunction, takeMessage } from "./raw-http.test-support.ts";
import { echoImage, startTestGateway, type TestGateway } from "./test-gateway.test-support.ts";

const cli = await findFaasCli();
if ("missing" in cli) process.stderr.write(`faas-cli's calls are skipped: ${cli.missing}\n`);
const program = process.env["OF_GATEWAY"];
if (program === undefined) process.stderr.write("OpenFaaS' gateway is skipped: OF_GATEWAY names no program\n");
/** It listens nowhere else. */
const realUrl = "http://127.0.0.1:8080";

let target: RawFunction;
let gateway: TestGateway;
beforeAll(async () => {
  target = await startRawFunction(/^GET \/_\/(?:health|sandbox)\/? /);
  gateway = await startTestGateway({ runtimes: [rawRuntime(() => target.port)] });
  using client = createClient({ url: gateway.url });
  await client.deploy({ service: "target", image: echoImage });
  await client.waitReady("target");
});
afterAll(async () => {
  await gateway.close();
  await target[Symbol.asyncDispose]();
});

const arrived = (): Promise<Message> =>
  poll({ what: "the call to arrive", timeoutMs: 60_000, intervalMs: 1 }, () => Promise.resolve(target.seen.shift()));
/** Drawn for each call or hop: behind OpenFaaS' gateway, ours is the second hop. */
const own = ["host", "x-call-id", "x-start-time", "x-forwarded-for", "x-forwarded-host"];
const stamped = ["x-call-id", "x-start-time", "x-duration-seconds", "x-served-by", "x-content-type-options"];

describe.skipIf(program === undefined)("OpenFaaS' gateway before ours", () => {
  let real: ReturnType<typeof spawn>;
  beforeAll(async () => {
    const settings = { functions_provider_url: `${gateway.url}/`, faas_prometheus_host: "127.0.0.1" };
    const env = { ...settings, faas_prometheus_port: "1", basic_auth: "false" };
    real = spawn(program ?? "", { env, stdio: "ignore", cwd: dirname(program ?? "") });
    await poll({ what: "OpenFaaS' gateway to answer", timeoutMs: 60_000, intervalMs: 100 }, async () => {
      if (real.exitCode !== null) throw new Error(`it ended with ${real.exitCode}; is port 8080 free?`);
      return (await fetch(`${realUrl}/healthz`).catch(() => undefined))?.ok === true ? true : undefined;
    });
  });
  afterAll(() => void real.kill("SIGKILL"));

  test("500 generated calls look the same to function and client, except for how the path is spelled", async () => {
    const next = numbersFrom(77);
    for (let count = 0; count < 500; count += 1) {
      const random = randomRequest(next, {
        methods: ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
        cleaned: false,
      });
      const request = { ...random, path: random.path.replaceAll("%00", "a") }; // to which it answers nothing
      const code = [200, 201, 302, 400, 404, 418, 500, 503][next(8)] ?? 200;
      const cookies = next(2) === 0 ? [] : ["Set-Cookie: a=1", "Set-Cookie: b=2"];
      const body = "r".repeat(next(50));
      const lines = [
        `HTTP/1.1 ${code} X`,
        ...cookies,
        "Content-Type: a/b",
        "X-Ab: caf\xe9",
        `Content-Length: ${body.length}`,
      ];
      target.reply = () => [...lines, "", body].join("\r\n");
      const seen: unknown[] = [];
      for (const url of [gateway.url, realUrl]) {
        const sent = requestText({ ...request, path: `/function/target${request.path}` });
        const goes = ["accept-encoding", "user-agent"].filter((name) => !new RegExp(`^${name}:`, "im").test(sent));
        const answer = takeMessage(await sendRaw(url, sent), true)?.message;
        const { start, ...rest } = requestContent(await arrived(), [...own, ...goes]) as { start: string };
        const status = answer?.start.split(" ")[1];
        seen.push({ ...rest, start: decoded(start), status, answer: answer && { ...contentOf(answer), start: "" } });
      }
      expect([request, seen[0]]).toEqual([request, seen[1]]);
    }
  });
});

const contentOf = (answer: Message): object => requestContent(answer, stamped) as object;

/** OpenFaaS decodes the path, encodes it in its own way, and drops an empty query. */
function decoded(start: string): string {
  const [method = "", target = "", version = ""] = start.split(" ");
  const [path = "", ...query] = target.split("?");
  return [method, decodeURIComponent(path), query.join("?"), version].join(" ");
}

describe.skipIf("missing" in cli)("faas-cli invoke", () => {
  const call = async (args: readonly string[], body: Buffer): Promise<unknown> => {
    const options = { input: body, env: { HOME: "/nonexistent" } };
    await execa("binary" in cli ? cli.binary : "", ["invoke", "target", ...args, "-g", gateway.url], options);
    return requestContent(await arrived(), own);
  };

  test("250 generated calls reach the function as they are, asynchronous ones like synchronous ones", async () => {
    const next = numbersFrom(99);
    const pick = <T>(from: readonly T[]): T => from[next(from.length)] as T;
    const some = (most: number, flag: string, from: readonly string[]): string[] =>
      Array.from({ length: next(most + 1) }, () => [flag, pick(from)]).flat();
    target.reply = () => "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    const headers = [
      "X-One=1",
      "X-One=2",
      "Cookie=a=b; c=d",
      "Authorization=Bearer q",
      "Accept=*/*",
      "X-Uni=é",
      "x-low=v",
    ];
    for (let count = 0; count < 250; count += 1) {
      const args = [
        ...some(2, "--query", ["a=1", "b=x y", "c=é", "d=a&b", "f=%zz", "g=a=b"]),
        ...some(3, "-H", headers),
        ...some(1, "--content-type", ["text/plain", "application/json", "a/b; c=d"]),
      ];
      const body = Buffer.from(Array.from({ length: next(60) }, () => next(256)));
      const sync = await call(args, body);
      expect(sync).toMatchObject({ body: body.toString("latin1") });
      expect([args, await call([...args, "--async"], body)]).toEqual([args, sync]);
    }
  });
});
