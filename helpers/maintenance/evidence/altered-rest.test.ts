/**
 * The gateway's REST API with bodies, names and queries of any kind: no crash, no failure of its own, and functions and
 * secrets afterwards are those that it has accepted.
 */
import { Agent, request } from "node:http";
import { text } from "node:stream/consumers";
import fc from "fast-check";
import { expect, test } from "vitest";
import { rawRuntime } from "../../gateway/raw-runtime.test-support.ts";
import { startRawFunction } from "../../gateway/raw-http.test-support.ts";
import { echoImage, otherEchoImage, startTestGateway } from "../../gateway/test-gateway.test-support.ts";
import { fieldEditsWith, jsonWithFields } from "./altered-fields.test-support.ts";
import { alteredRuns, applyEdits, editsWith, noteFaults, refusePollution } from "./altered.test-support.ts";

interface Answer {
  readonly status: number;
  readonly body: string;
}

type Ask = (method: string, path: string, body?: Buffer) => Promise<Answer>;

/** Asks on connections that are kept. */
const askOf =
  (url: string, agent: Agent): Ask =>
  (method, path, body) => {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const headers = body === undefined ? {} : { "Content-Length": body.length };
    request(`${url}${path}`, { agent, method, headers }, (answer) => {
      text(answer).then((content) => resolve({ status: answer.statusCode ?? 0, body: content }), reject);
    })
      .on("error", reject)
      .end(body);
    return promise;
  };

/** What OpenFaaS answers with 5xx, and we as well: docs/gateway.md. */
const described =
  /^unable create Deployment: function \S+ already exists|^Unable to lookup function deployment |^unknown log request error \(422\)|not implemented/i;

const deployment = {
  service: "one",
  image: echoImage,
  namespace: "openfaas-fn",
  envProcess: "",
  envVars: { write_timeout: "1s", A: "b" },
  secrets: ["first"],
  labels: { "com.openfaas.scale.min": "1" },
  annotations: { a: "b" },
  limits: { memory: "64Mi", cpu: "100m" },
  requests: { memory: "64Mi" },
  constraints: ["a=b"],
  readOnlyRootFilesystem: false,
};
const secret = { name: "first", namespace: "openfaas-fn", value: "v", rawValue: "AA==" };
const odd = fieldEditsWith(["one", "two", "first", "second", otherEchoImage, echoImage, "a/../../etc:1", "128Mi", "5"]);

const named = fc.constantFrom(
  ...[
    "one",
    "one",
    "two",
    "__proto__",
    "constructor",
    "%00",
    "%ff",
    "..%2f..",
    "a".repeat(300),
    "one?namespace=x",
    "%",
  ],
  ...["one?namespace=__proto__", "one?hold=-1", "one?hold=x", "one?hold=1e999", "one?hold=", "one?hold=0&hold=1", ""],
);
const logQueries = fc.constantFrom(
  ...[
    "name=one",
    "name=one&tail=-5",
    "name=one&tail=99999999999999999999",
    "name=one&tail=1e3",
    "name=one&tail=5&tail=6",
  ],
  ...["name=one&since=2026-02-30T00:00:00Z", "name=one&since=9999-12-31T23:59:59%2B23:59", "name=one&since=x", "name="],
  ...[
    "name=one&since=0000-01-01T00:00:00-23:59",
    "name=one&follow=true",
    "name=one&instance=__proto__",
    "name=%00",
    "",
  ],
);
const route = fc.constantFrom(
  ...(["POST", "PUT", "DELETE"] as const).map((method) => [method, "/system/functions", deployment] as const),
  ["POST", "/system/functions", deployment] as const,
  ["DELETE", "/system/functions", { functionName: "one", namespace: "openfaas-fn" }] as const,
  ...(["POST", "PUT", "DELETE"] as const).map((method) => [method, "/system/secrets", secret] as const),
  ...["one", "two", "__proto__"].map(
    (name) => ["POST", `/system/scale-function/${name}`, { serviceName: name, replicas: 2 }] as const,
  ),
  ...["", "a", "__proto__"].map((name) => ["POST", `/system/namespace/${name}`, { name }] as const),
  ["POST", "/system/alert", { alerts: [{ labels: { function_name: "one" } }] }] as const,
);
const call = fc.oneof(
  { arbitrary: fc.tuple(route, odd, fc.option(editsWith(), { nil: [], freq: 4 })), weight: 4 },
  { arbitrary: named.map((name) => ["GET", `/system/function/${name}`] as const), weight: 1 },
  { arbitrary: logQueries.map((query) => ["GET", `/system/logs?${query}`] as const), weight: 1 },
  {
    arbitrary: fc.constantFrom(
      ...[
        "functions",
        "functions?namespace=x",
        "secrets",
        "secrets?namespace=%ff",
        "info",
        "namespaces",
        "nothing",
      ].map((path) => ["GET", `/system/${path}`] as const),
    ),
    weight: 1,
  },
);

test("bodies, names and queries of any kind: accepted or refused, and never a failure", async () => {
  using faults = noteFaults();
  await using target = await startRawFunction(/./);
  const timeouts = { logFollowMs: 20, readyMs: 5_000, stopGraceMs: 100 };
  await using gateway = await startTestGateway({ runtimes: [rawRuntime(() => target.port)], timeouts });
  const agent = new Agent({ keepAlive: true });
  const ask = askOf(gateway.url, agent);
  const secrets = new Set<string>();
  const accepted = new Set<string>();
  let made = 0;
  const namesAt = async (path: string): Promise<readonly string[]> => {
    const { status, body } = await ask("GET", path);
    expect(status).toBe(200);
    return (JSON.parse(body) as { name: string }[]).map(({ name }) => name);
  };
  const removeAll = async (): Promise<void> => {
    const functions = await namesAt("/system/functions");
    expect(functions.filter((name) => !accepted.has(name))).toEqual([]);
    for (const functionName of functions) {
      const { status } = await ask("DELETE", "/system/functions", Buffer.from(JSON.stringify({ functionName })));
      expect([202, 404]).toContain(status); // one that was going is gone
    }
  };
  const check = async (method: string, path: string, body?: Buffer): Promise<void> => {
    const { status, body: answer } = await ask(method, path, body);
    if (status >= 500 && !described.test(answer)) throw new Error(`${method} ${path}: ${status} ${answer}`);
    if (status === 202 && body !== undefined) {
      const { name, service = "" } = JSON.parse(String(body)) as { readonly name?: string; readonly service?: string };
      if (path === "/system/secrets" && name !== undefined) secrets[method === "DELETE" ? "delete" : "add"](name);
      if (path === "/system/functions" && method === "POST") accepted.add(service);
    }
    faults.refuse();
  };
  const property = fc.asyncProperty(call, async (drawn) => {
    refusePollution();
    if (drawn.length === 2) await check(drawn[0], drawn[1]);
    else {
      const [[method, path, valid], fields, edits] = drawn;
      const json = jsonWithFields(valid, fields);
      await check(method, path, applyEdits(Buffer.from(json), edits));
    }
    if (++made % 100 > 0) return;
    expect(await namesAt("/system/secrets")).toEqual([...secrets].sort());
    await removeAll();
  });
  await fc.assert(property, { numRuns: alteredRuns, seed: 1 });
  await removeAll();
  await expect.poll(() => namesAt("/system/functions")).toEqual([]);
  expect((await ask("GET", "/healthz")).status).toBe(200);
  agent.destroy();
});
