import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { openLink } from "../../../fixtures/kalium/hook/link.ts";
import { poll } from "../../base/deadline.ts";
import { readControllerStatus } from "../controller/index.ts";
import { readGuardLogLine } from "../learn/guard-log.ts";
import { collectTraces } from "../learn/trace.ts";
import { cartPeers, done, elsewhere, gateway, invoked, mysql, mysqlAnswer } from "../testing/cart-policy.ts";
import { startScriptedCtr } from "../testing/scripted-ctr.ts";
import {
  connectInstance,
  guardedGroup,
  newInstance,
  startGuarded,
  tokenOf,
  verdicts,
} from "./guarded-cart.test-support.ts";
import {
  type GuardProxyInfo,
  type GuardProxyOptions,
  readGuardStatus,
  registerInstance,
  replicasOf,
  resetGuards,
  startGuardProxy,
  unregisterInstance,
} from "./index.ts";
import { type VerdictLogLine, readVerdictLog } from "./verdict-log.ts";

let directory = "";
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "guard-proxy-test-"));
});
afterAll(() => rm(directory, { recursive: true }));

const flow = [invoked, mysql, mysqlAnswer, gateway, done] as const;
const allOk = flow.map(() => "ok");

async function proxyAlone(options: Pick<GuardProxyOptions, "action"> & Partial<GuardProxyOptions>) {
  const service = await startGuardProxy({ host: "127.0.0.1", semantics: "strict", ...options });
  onTestFinished(() => service.stop());
  return service.info;
}

async function logLines(info: GuardProxyInfo, path: string): Promise<readonly VerdictLogLine[]> {
  await readGuardStatus(info); // after it the log is complete
  const lines: VerdictLogLine[] = [];
  for await (const line of readVerdictLog(path)) lines.push(line);
  return lines;
}

describe.each(["strict", "reference"] as const)("enforce, %s", (semantics) => {
  const guarded = guardedGroup({ semantics });

  test("lets a flow pass again and again, stops what is not in it, and the rest continues", async () => {
    const { info, controller } = guarded();
    const cart = await newInstance(info);
    expect(await verdicts(cart, flow)).toEqual(allOk);
    const answers = await verdicts(cart, [invoked, mysql, elsewhere, mysqlAnswer, gateway, done], "2");
    expect(answers).toEqual(["ok", "ok", "deny unknown-event", "ok", "ok", "ok"]);
    expect(await verdicts(cart, flow, "3")).toEqual(allOk);
    const { instances } = await readGuardStatus(info);
    expect(instances[cart.id]).toMatchObject({
      events: { GETE: 3, SEND: 7, RESP: 3, ENDE: 3 },
      denied: 1,
      reasons: { ok: 15, "unknown-event": 1 },
      anomalies: 0,
      openRequests: 0,
      lastDenials: [{ event: "SEND", url: "10.9.9.9", requestId: `${cart.id}/2`, permitted: false }],
    });
    // What is only told may still be on its way.
    await expect
      .poll(async () => (await readControllerStatus(controller)).counters)
      .toMatchObject(semantics === "strict" ? { checks: 15, events: 0 } : { checks: 3, events: 13 });
  });
});

describe("strict", () => {
  const guarded = guardedGroup();

  test("concurrent requests of one instance have flows of their own, and answers in the order of questions", async () => {
    const cart = await newInstance(guarded().info);
    const requests = Array.from({ length: 20 }, (_, index) => String(index));
    const answers = await Promise.all(requests.map((request) => verdicts(cart, flow, request)));
    expect(answers).toEqual(requests.map(() => allOk));
    expect(cart.answered).toEqual(cart.answered.toSorted((a, b) => a - b));
  });

  test("17 instances behind one proxy: each its own counters, no wrong answer", async () => {
    const { info } = guarded();
    const carts = await Promise.all(Array.from({ length: 17 }, () => newInstance(info)));
    const wrong = (index: number): boolean => index % 2 === 1;
    const answers = await Promise.all(
      carts.map((cart, index) => verdicts(cart, wrong(index) ? [invoked, gateway, done] : flow)),
    );
    expect(answers).toEqual(
      carts.map((_, index) => (wrong(index) ? ["ok", "deny no-edge", "deny not-terminal"] : allOk)),
    );
    const { instances } = await readGuardStatus(info);
    const denied = carts.map(({ id }) => instances[id]?.denied);
    expect(denied).toEqual(carts.map((_, index) => (wrong(index) ? 2 : 0)));
  });

  test("a function without policy is denied everything", async () => {
    const other = await newInstance(guarded().info, { functionName: "other" });
    expect(await verdicts(other, [invoked, mysql])).toEqual(["deny no-policy", "deny no-policy"]);
  });

  test("a reset between blocks forgets requests and counts", async () => {
    const { info } = guarded();
    const cart = await newInstance(info);
    expect(await verdicts(cart, [invoked, mysql])).toEqual(["ok", "ok"]);
    await resetGuards(info);
    const { instances } = await readGuardStatus(info);
    expect(instances[cart.id]).toMatchObject({ events: { GETE: 0, SEND: 0 }, openRequests: 0 });
  });

  test("understands the hook that functions preload", async () => {
    const { info } = guarded();
    const token = tokenOf("preloaded");
    await registerInstance(info, "preloaded", { functionName: "cart", token, peers: cartPeers });
    const tokenFile = join(directory, "token");
    await writeFile(tokenFile, token);
    const [host = "", port = ""] = info.address.split(":");
    const link = openLink({
      host,
      port: Number(port),
      tokenFile,
      timeoutMs: 5_000,
      exempt: () => undefined,
    });
    const of = { request: "1", session: "preloaded-call" };
    expect(await link.check({ ...of, ...invoked })).toMatchObject({ verdict: "allow", reason: "ok" });
    link.report({ id: 1, eventConstructionNs: 1, checkTotalNs: 2, syscallTotalNs: 3 });
    expect(await link.check({ ...of, ...mysql, hasBody: false })).toMatchObject({ verdict: "allow", reason: "ok" });
    expect(await link.check({ ...of, ...elsewhere })).toMatchObject({ verdict: "deny", reason: "unknown-event" });
    link.tell({ ...of, event: "ENDE" }, 60_000);
    const ends = async (): Promise<unknown> => (await readGuardStatus(info)).instances["preloaded"]?.events.ENDE;
    expect(await ends()).toBe(0);
    link.flush();
    await expect.poll(ends).toBe(1);
    await unregisterInstance(info, "preloaded");
    expect((await link.check({ ...of, ...invoked })).verdict).toBe("deny");
  });
});

test("monitor reports what is denied and lets it happen", async () => {
  await using guarded = await startGuarded({ action: "monitor" });
  const cart = await newInstance(guarded.info);
  const answers = await verdicts(cart, [invoked, mysql, elsewhere, mysqlAnswer]);
  expect(answers).toEqual(["ok", "ok", "allow unknown-event", "ok"]);
  const { instances } = await readGuardStatus(guarded.info);
  expect(instances[cart.id]).toMatchObject({ denied: 1, lastDenials: [{ verdict: "deny", permitted: true }] });
});

test("record needs no controller, and its log gives the traces that a learner reads", async () => {
  const logPath = join(directory, "record.jsonl");
  const info = await proxyAlone({ action: "record", logPath });
  const cart = await newInstance(info);
  await verdicts(cart, flow);
  await verdicts(cart, [invoked, elsewhere, done], "2");
  await readGuardStatus(info); // after it the log is complete
  const lines = (await readFile(logPath, "utf8")).trimEnd().split("\n").map(readGuardLogLine);
  const traces = collectTraces(lines.flatMap(({ event }) => event ?? []));
  expect(traces.map(({ events }) => events.map(({ name, url }) => `${name} ${url}`))).toEqual([
    ["GETE function", "SEND mysql", "RESP mysql", "SEND gateway", "ENDE function"],
    ["GETE function", "SEND 10.9.9.9", "ENDE function"],
  ]);
});

test("the log has the durations of each event, and the hook's own that come later", async () => {
  const logPath = join(directory, "durations.jsonl");
  await using guarded = await startGuarded({ logPath });
  const cart = await newInstance(guarded.info);
  const { localGuardNs, controllerNs } = await cart.ask(invoked);
  const timings = { id: 1, eventConstructionNs: 11, checkTotalNs: 12, syscallTotalNs: 13 };
  await cart.ask({ ...mysql, timings: [timings] });
  const lines = await logLines(guarded.info, logPath);
  expect(lines[0]).toMatchObject({ kind: "verdict", connection: 1, id: 1, localGuardNs, controllerNs });
  const verdictLines = lines.filter((line) => line.kind === "verdict");
  expect(verdictLines).toHaveLength(2);
  for (const line of verdictLines) {
    expect(line.localGuardNs).toBeGreaterThan(0);
    expect(line.controllerNs).toBeGreaterThan(0);
    const parts = line.eventConstructionNs + line.localGuardNs + line.controllerNs;
    expect(line.checkTotalNs).toBeGreaterThanOrEqual(parts);
  }
  expect(lines.filter((line) => line.kind === "hook-timings")).toEqual([
    { kind: "hook-timings", instanceId: cart.id, connection: 1, ...timings },
  ]);
});

test("asks the artifact's controller about GETE and tells it the rest, one question at a time in all", async () => {
  let open = 0;
  let most = 0;
  const ctr = await startScriptedCtr(({ type, identity }) => {
    if (type === 0x03) return [Buffer.from("\x04\x0100000000")];
    if (type === 0x02) return [Buffer.from("\x02\x0100000004NULL")];
    if (type === 0x06) return [Buffer.alloc(0)];
    most = Math.max(most, ++open);
    setTimeout(() => {
      open--;
      void ctr.tell(identity, Buffer.from("\x10\x0200000005ALLOW"));
    }, 20);
    return [];
  });
  onTestFinished(() => ctr.close());
  const controller = { address: ctr.address, security: { kind: "none" }, peer: "artifact" } as const;
  const info = await proxyAlone({ action: "enforce", semantics: "shipped", controller, withoutPolicy: "allow" });
  const carts = await Promise.all(Array.from({ length: 3 }, () => newInstance(info)));
  const answers = await Promise.all(carts.map((cart) => verdicts(cart, [invoked, mysql, done])));
  expect(answers).toEqual(carts.map(() => ["ok", "allow no-policy", "ok"]));
  expect(most).toBe(1);
  await expect.poll(() => ctr.asks).toHaveLength(3 * 5);
  const ofOne = ctr.asks.filter(({ identity }) => identity === ctr.asks.at(-1)?.identity);
  expect(ofOne.map(({ type, body }) => [type, body.split(":").slice(0, 4).join(":")])).toEqual([
    [0x03, "cart"],
    [0x02, "cart"],
    [0x09, "cart:GETE:function:GET"],
    [0x06, "cart:SEND:mysql:GET"],
    [0x06, "cart:ENDE:function:0"],
  ]);
});

describe("replicas", () => {
  const guarded = guardedGroup();

  test("processes with one token are guarded side by side, and a process that starts again takes its place", async () => {
    const { info } = guarded();
    const first = await newInstance(info, { replicas: 2 });
    const second = await connectInstance(info, first.id);
    expect(await Promise.all([verdicts(first, flow), verdicts(second, flow, "2")])).toEqual([allOk, allOk]);
    const seen = async () => replicasOf((await readGuardStatus(info)).instances, first.id);
    expect((await seen()).map(({ connections, events }) => [connections, events.GETE])).toEqual([
      [1, 1],
      [1, 1],
    ]);
    second.close();
    await poll({ what: "the end of a hook", timeoutMs: 60_000, intervalMs: 10 }, async () =>
      (await seen()).some(({ connected }) => !connected) ? true : undefined,
    );
    const again = await connectInstance(info, first.id);
    expect(await Promise.all([verdicts(first, flow, "3"), verdicts(again, flow, "4")])).toEqual([allOk, allOk]);
    expect((await seen()).map(({ connections }) => connections)).toEqual([1, 2]);
    await unregisterInstance(info, first.id);
    expect(await seen()).toEqual([]);
  });
});
