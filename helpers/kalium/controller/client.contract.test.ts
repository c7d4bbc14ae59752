import { expect, onTestFinished, test } from "vitest";
import { type Ask, type ScriptedCtr, startScriptedCtr } from "../testing/scripted-ctr.ts";
import { gete } from "../testing/event-text.ts";
import { connectController, type ControllerClient } from "./client.ts";

/** The artifact's `ctr` as it was observed: key replies cut at a zero byte, acknowledgements without a byte. */
const keys = (length: number): Buffer => frame("\x04\x01", "k".repeat(length));
const allow = Buffer.from("\x10\x0200000005ALLOW");
const deny = Buffer.from("\x10\x0200000004DENY");
const allowed = { verdict: "allow", reason: "ok" };
const denied = { verdict: "deny", reason: "denied" };
const noPolicy = Buffer.from("\x02\x0100000004NULL");
const acknowledgement = Buffer.alloc(0);
const statusRequest = Buffer.from("\x08\x0300000004test");

function frame(start: string, body: string): Buffer {
  return Buffer.from(start + body.length.toString(16).padStart(8, "0") + body);
}

async function guard(
  script: (ask: Ask) => readonly Buffer[],
  { timeoutMs = 2_000 } = {},
): Promise<{ readonly ctr: ScriptedCtr; readonly client: ControllerClient; readonly anomalies: readonly string[] }> {
  const ctr = await startScriptedCtr(script);
  const anomalies: string[] = [];
  const client = connectController({
    address: ctr.address,
    functionName: "test0",
    timeoutMs,
    security: { kind: "none" },
    trust: "artifact",
    onAnomaly: (what) => anomalies.push(what),
  });
  onTestFinished(() => {
    client.close();
    ctr.close();
  });
  return { ctr, client, anomalies };
}

const ask = { init: 0x03, policy: 0x02, check: 0x09 } as const;

test.each([0, 1, 96])("fetches its policy after keys of %i bytes", async (length) => {
  const policy = '{"GRAPH":{"NAME":"test0"}}';
  const { client, ctr } = await guard(({ type }) => [type === ask.init ? keys(length) : frame("\x02\x06", policy)]);
  expect(await client.fetchPolicy()).toBe(policy);
  expect(ctr.asks.map(({ type, body }) => [type, body])).toEqual([
    [ask.init, "test0"],
    [ask.policy, "test0"],
  ]);
});

test("knows that a function has no policy", async () => {
  const { client } = await guard(({ type }) => [type === ask.init ? keys(96) : noPolicy]);
  expect(await client.fetchPolicy()).toBeUndefined();
});

test("says so when no policy is available", async () => {
  const { client } = await guard(() => [], { timeoutMs: 50 });
  await expect(client.fetchPolicy()).rejects.toMatchObject({
    code: "E_TIMEOUT",
    message: expect.stringContaining("no policy for test0") as string,
  });
});

test("takes allow for allow, and a denial without a reason for one", async () => {
  const { client } = await guard(({ body }) => [body === "a" ? allow : deny]);
  expect(await client.check("a")).toEqual(allowed);
  expect(await client.check("b")).toEqual(denied);
});

test("is not confused by acknowledgements of events between its answers", async () => {
  const { client } = await guard(({ type }) => (type === ask.check ? [acknowledgement, allow] : [acknowledgement]));
  await client.tell("e");
  await client.tell("f");
  expect(await client.check("a")).toEqual(allowed);
});

test("takes a verdict under another answer's header, and reports it", async () => {
  const policyHeader = Buffer.from("\x02\x0100000004");
  const { client, anomalies } = await guard(({ body }) => [
    Buffer.concat([policyHeader, Buffer.from(body === "a" ? "ALLOW" : "DENY")]),
  ]);
  expect(await client.check("a")).toEqual(allowed);
  expect(await client.check("b")).toEqual(denied);
  expect(anomalies).toEqual(["an answer under the header of another", "an answer under the header of another"]);
});

test.each([
  ["no verdict", frame("\x10\x02", "MAYBE")],
  ["a verdict with more behind it", frame("\x10\x02", "ALLOWED")],
  ["two bytes", Buffer.from([0x10, 0x02])],
  ["a header alone", Buffer.from("\x10\x0200000000")],
])("denies on %s, and leaves that identity", async (_, answer) => {
  const { client, ctr } = await guard(({ body }) => [body === "a" ? answer : allow]);
  expect(await client.check("a")).toEqual({ failure: "protocol-error" });
  expect(await client.check("b")).toEqual(allowed);
  expect(new Set(ctr.asks.map(({ identity }) => identity)).size).toBe(2);
});

test("denies at the deadline, asks nothing twice, and takes no late answer for the next one", async () => {
  const { client, ctr } = await guard(({ body }) => (body === "late" ? [] : [deny]), { timeoutMs: 100 });
  expect(await client.check("late")).toEqual({ failure: "controller-timeout" });
  const [late] = ctr.asks;
  const next = client.check("next");
  await ctr.tell(late?.identity ?? "", allow);
  expect(await next).toEqual(denied);
  expect(ctr.asks.map(({ body }) => body)).toEqual(["late", "next"]);
  expect(ctr.asks[1]?.identity).not.toBe(late?.identity);
});

test("denies when the controller dies in silence, and asks again when it is back", async () => {
  const { client, ctr } = await guard(() => [allow], { timeoutMs: 300 });
  expect(await client.check(gete())).toEqual(allowed);
  const port = Number(ctr.address.split(":").at(-1));
  ctr.close();
  expect(await client.check(gete())).toEqual({ failure: "controller-timeout" });
  const back = await startScriptedCtr(() => [allow], port);
  onTestFinished(() => back.close());
  await expect.poll(() => client.check(gete())).toEqual(allowed);
});

test("has one check outstanding, however many are asked for", async () => {
  let open = 0;
  let most = 0;
  const { client, ctr } = await guard(({ identity, body }) => {
    most = Math.max(most, ++open);
    setTimeout(() => {
      open--;
      void ctr.tell(identity, body.endsWith("0") ? deny : allow);
    }, 2);
    return [];
  });
  const verdicts = await Promise.all(Array.from({ length: 30 }, (_, index) => client.check(`event ${index}`)));
  expect(verdicts).toEqual(Array.from({ length: 30 }, (_, index) => (index % 10 === 0 ? denied : allowed)));
  expect(most).toBe(1);
});

test("answers a question after its state with its checks and its age", async () => {
  const { client, ctr } = await guard(({ type }) => (type === ask.check ? [statusRequest, allow] : []));
  expect(await client.check("a")).toEqual(allowed);
  await expect.poll(() => ctr.asks.at(-1)?.body).toMatch(/^1:\d+$/);
});

test("an answer without a question is an anomaly; the next question goes out under another identity", async () => {
  const { client, ctr, anomalies } = await guard(({ body }) => (body === "a" ? [deny, allow] : [deny]));
  expect(await client.check("a")).toEqual(denied);
  await expect.poll(() => anomalies).toEqual(["the controller answered though nothing was asked"]);
  expect(await client.check("b")).toEqual(denied);
  expect(ctr.asks[1]?.identity).not.toBe(ctr.asks[0]?.identity);
});

test("no wrong allow from 2,000 fuzzed answers", async () => {
  const { client } = await guard(({ body }) => [fuzzed(Number(body))], { timeoutMs: 500 });
  for (let index = 0; index < 2_000; index++) {
    expect(await client.check(String(index))).toEqual({ failure: "protocol-error" });
  }
});

/** An allow with its body damaged, never empty: that would be an acknowledgement. */
function fuzzed(index: number): Buffer {
  const answer = Buffer.from(allow);
  const at = 10 + (index % 5);
  answer[at] = (allow[at] ?? 0) ^ (1 + (index % 255));
  return index % 2 === 0 ? answer : answer.subarray(0, 1 + (index % 14));
}
