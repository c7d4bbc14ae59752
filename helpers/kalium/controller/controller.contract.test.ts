import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { Dealer } from "zeromq";
import { poll } from "../../base/deadline.ts";
import type { Service } from "../../base/child-service.ts";
import type { Semantics } from "../core/flow-graph.ts";
import type { ControllerAnswer } from "../core/guard.ts";
import { ende, gete, sendWisc } from "../testing/event-text.ts";
import { rawFrame, rawGuard } from "../testing/raw-guard.ts";
import { samplePolicy } from "../testing/sample-policy.ts";
import { connectController, type ControllerClient } from "./client.ts";
import { type ControllerInfo, readControllerStatus, replacePolicy, resetController, startController } from "./index.ts";
import { type ControllerSecurity, controllerSecurity, type GuardSecurity, guardSecurity, makeRunKeys } from "./keys.ts";

const keys = makeRunKeys();
let directory = "";
let policyPath = "";
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "controller-test-"));
  policyPath = join(directory, "policy.json");
  await writeFile(policyPath, JSON.stringify(samplePolicy()));
});
afterAll(() => rm(directory, { recursive: true }));

/** One controller for all tests of a group, without memory of the test before. */
function controllerOf(semantics: Semantics, security: ControllerSecurity): () => ControllerInfo {
  let controller: Service<ControllerInfo> | undefined;
  const info = (): ControllerInfo => {
    if (controller === undefined) throw new TypeError("not started");
    return controller.info;
  };
  beforeAll(async () => {
    controller = await startController({ host: "127.0.0.1", policyPath, semantics, security });
  });
  beforeEach(() => resetController(info()));
  afterAll(() => controller?.stop());
  return info;
}

const reasonOf = (answer: ControllerAnswer): string => ("failure" in answer ? answer.failure : answer.reason);

function connect(address: string, security: GuardSecurity, timeoutMs = 5_000): ControllerClient {
  const client = connectController({ address, functionName: "test0", timeoutMs, security, trust: "strict" });
  onTestFinished(() => client.close());
  return client;
}

describe("with guards of ours, authenticated", () => {
  const controller = controllerOf("strict", controllerSecurity(keys));

  test("gives a function its policy, and verdicts with their reason", async () => {
    const info = controller();
    const client = connect(info.address, guardSecurity(keys));
    expect(JSON.parse((await client.fetchPolicy()) ?? "")).toMatchObject({ GRAPH: { NAME: "test0" } });
    expect(await client.check(sendWisc())).toEqual({ verdict: "deny", reason: "not-entry" });
    expect(await client.check(gete())).toEqual({ verdict: "allow", reason: "ok" });
    expect(await client.check("nonsense")).toEqual({ verdict: "deny", reason: "protocol-error" });
  });

  test("64 guards at once: every one gets the answers to its own questions", async () => {
    const info = controller();
    const wanted = ["ok", "ok", "count-exhausted", "not-terminal"];
    const before = (await readControllerStatus(info)).counters;
    const answers = await Promise.all(
      Array.from({ length: 64 }, async (_, guard) => {
        const client = connect(info.address, guardSecurity(keys));
        const got: string[] = [];
        for (let round = 0; round < 20; round++) {
          const session = `${guard}-${round}`;
          for (const text of [gete(session), sendWisc(session), sendWisc(session), ende(session)]) {
            got.push(reasonOf(await client.check(text)));
          }
        }
        return got;
      }),
    );
    for (const got of answers) expect(got).toEqual(Array(20).fill(wanted).flat());
    const { counters, openSessions } = await readControllerStatus(info);
    expect(counters.checks - before.checks).toBe(64 * 20 * 4);
    expect(counters.allowed - before.allowed).toBe(64 * 20 * 2);
    expect(openSessions).toBe(0);
  });

  test.each([
    ["another key", guardSecurity({ ...makeRunKeys(), controller: keys.controller })],
    ["no key", { kind: "none" }],
    ["another controller's key", guardSecurity({ ...keys, controller: makeRunKeys().controller })],
  ] as const)("lets nobody in with %s", async (_, security) => {
    const info = controller();
    const before = (await readControllerStatus(info)).counters;
    const stranger = connect(info.address, security, 500);
    expect(await stranger.check(gete())).toEqual({ failure: "controller-timeout" });
    expect((await readControllerStatus(info)).counters).toEqual(before);
  });

  test("takes a new policy, keeps the old one when the new one is invalid, and forgets requests on demand", async () => {
    const info = controller();
    const client = connect(info.address, guardSecurity(keys));
    const twice = async () => [reasonOf(await client.check(gete())), reasonOf(await client.check(gete()))];
    expect(await twice()).toEqual(["ok", "count-exhausted"]);
    await expect(replacePolicy(info, "{")).rejects.toMatchObject({ code: "E_POLICY" });
    await resetController(info);
    expect(await twice()).toEqual(["ok", "count-exhausted"]);
    const warnings = await replacePolicy(info, JSON.stringify({ ...samplePolicy(), NAME: "other" }));
    expect(warnings.join()).toContain("other");
    expect(await twice()).toEqual(["no-policy", "no-policy"]);
    await replacePolicy(info, JSON.stringify(samplePolicy()));
  });

  test("refuses to do anything for whom has not its control token", async () => {
    const info = controller();
    for (const authorization of ["", "Bearer wrong"]) {
      const answer = await fetch(`${info.control.url}/reset`, { method: "POST", headers: { authorization } });
      expect(answer.status).toBe(401);
    }
  });

  test("does not start with an invalid policy, and says where the fault is", async () => {
    const path = join(directory, "broken.json");
    await writeFile(path, JSON.stringify({ ...samplePolicy(), IOR: "often" }));
    const options = { host: "127.0.0.1", policyPath: path, semantics: "strict", security: { kind: "none" } } as const;
    await expect(startController(options)).rejects.toThrow(/broken\.json.*\n.*IOR/);
  });
});

test("its log has every check of the global graph, with nodes, which guards do not receive", async () => {
  const logPath = join(directory, "global.jsonl");
  const options = { host: "127.0.0.1", policyPath, semantics: "reference", logPath } as const;
  const controller = await startController({ ...options, security: controllerSecurity(keys) });
  onTestFinished(() => controller.stop());
  const client = connect(controller.info.address, guardSecurity(keys));
  await client.check(gete());
  await client.tell(sendWisc());
  await client.check(gete());
  await readControllerStatus(controller.info);
  const lines = (await readFile(logPath, "utf8")).trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { kind: "global", asked: true, event: "GETE", url: "cs.wisc.edu", verdict: "allow", nodeBefore: -1, nodeAfter: 0 },
    { asked: false, event: "SEND", hash: 1606744180, verdict: "allow", eventId: 1, nodeBefore: 0, nodeAfter: 1 },
    { asked: true, event: "GETE", verdict: "deny", reason: "no-edge", nodeBefore: 1, nodeAfter: 1 },
  ]);
});

test("does not listen where others than the run could reach it", async () => {
  const starting = startController({ host: "0.0.0.0", semantics: "strict", security: { kind: "none" } });
  await expect(starting).rejects.toThrow("an address of loopback or of the run's bridge");
});

describe("with guards of the artifact", () => {
  const controller = controllerOf("reference", { kind: "none" });
  const text = (bytes: Buffer): string => bytes.subarray(10).toString();

  test("its proxy's session, byte for byte: keys, policy, checks, events, and ENDE", async () => {
    const info = controller();
    const guard = rawGuard(info.address, "test01687176000000000");
    onTestFinished(() => guard.close());
    await guard.send(rawFrame(0x03, 0x02, "test01687176000000000", { signed: false }));
    expect(await guard.receive()).toEqual(Buffer.from("\x04\x0100000000"));
    await guard.send(rawFrame(0x02, 0x09, "test0"));
    const policy = await guard.receive();
    expect(policy.subarray(0, 2)).toEqual(Buffer.from([0x02, 0x06]));
    expect(Number.parseInt(policy.toString("latin1", 2, 10), 16)).toBe(policy.length - 10);
    await guard.send(rawFrame(0x09, 0x01, gete()));
    expect(await guard.receive()).toEqual(Buffer.from("\x10\x0200000005ALLOW"));
    await guard.send(rawFrame(0x06, 0x01, sendWisc()));
    expect(await guard.receive()).toHaveLength(0);
    await guard.send(rawFrame(0x09, 0x01, gete()));
    expect(await guard.receive()).toEqual(Buffer.from("\x10\x0200000004DENY"));
    await guard.send(rawFrame(0x06, 0x01, ende()));
    expect(await guard.receive()).toHaveLength(0);
    expect(await guard.receive()).toEqual(Buffer.from("\x08\x0300000004test"));
    await guard.send(rawFrame(0x08, 0x04, "0:1234"));
    await guard.send(rawFrame(0x09, 0x01, gete()));
    expect(text(await guard.receive())).toBe("ALLOW");
  });

  test("a function without policy gets exactly one NULL", async () => {
    const info = controller();
    const guard = rawGuard(info.address, "nobody1");
    onTestFinished(() => guard.close());
    await guard.send(rawFrame(0x02, 0x09, "nobody"));
    expect(await guard.receive()).toEqual(Buffer.from("\x02\x0100000004NULL"));
    await expect(guard.receive()).rejects.toThrow();
  });

  test("identities of 128 bytes, zero padded, as the C++ guard has", async () => {
    const info = controller();
    const guard = rawGuard(info.address, `test01687176000000000${"\0".repeat(107)}`);
    onTestFinished(() => guard.close());
    await guard.send(rawFrame(0x09, 0x01, gete(), { signed: false }));
    expect(text(await guard.receive())).toBe("ALLOW");
  });

  test("frames of two bytes, absurd lengths and three parts from one guard leave the others served", async () => {
    const info = controller();
    const hostile = new Dealer({ routingId: "hostile", linger: 0 });
    onTestFinished(() => hostile.close());
    hostile.connect(info.address);
    for (let index = 0; index < 200; index++) {
      await hostile.send(Buffer.from([0x06, 0x01]));
      await hostile.send(Buffer.concat([Buffer.from("\x06\x01ffffffff"), Buffer.alloc(64)]));
      await hostile.send(["", rawFrame(0x09, 0x01, gete())]);
      await hostile.send([rawFrame(0x09, 0x01, gete()), "more", "and more"]);
    }
    const guard = rawGuard(info.address, "honest");
    onTestFinished(() => guard.close());
    await guard.send(rawFrame(0x09, 0x01, gete()));
    expect(text(await guard.receive())).toBe("ALLOW");
  });

  test("10,000 fuzzed frames over a real socket: alive, and nothing allowed but what is right", async () => {
    const info = controller();
    const hostile = new Dealer({ routingId: "fuzzing", linger: 0 });
    onTestFinished(() => hostile.close());
    hostile.connect(info.address);
    const before = (await readControllerStatus(info)).counters;
    for (let index = 0; index < 10_000; index++) await hostile.send(fuzzed(index));
    const counters = await poll({ what: "all frames to be read", timeoutMs: 60_000, intervalMs: 50 }, async () => {
      const { counters } = await readControllerStatus(info);
      return counters.messages === before.messages + 10_000 ? counters : undefined;
    });
    expect(counters.allowed).toBe(before.allowed);
    const guard = rawGuard(info.address, "honest after fuzzing");
    onTestFinished(() => guard.close());
    await guard.send(rawFrame(0x09, 0x01, gete()));
    expect(text(await guard.receive())).toBe("ALLOW");
  });
});

/** A check with one byte changed, a length that lies, or its end missing; the same for the same index. */
function fuzzed(index: number): Buffer {
  const frame = rawFrame(0x09, 0x01, gete());
  const kind = index % 3;
  if (kind === 0) frame[10 + (index % 20)] = index % 32;
  if (kind === 1) frame.write((index * 7919 + 100_000).toString(16).padStart(8, "0"), 2);
  return kind === 2 ? frame.subarray(0, index % 60) : frame;
}
