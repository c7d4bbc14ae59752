/** What hooks and guards send, altered, to the sockets that listen for them: nothing is decided but what was asked. */
import { once } from "node:events";
import { connect } from "node:net";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Dealer } from "zeromq";
import { poll } from "../../base/deadline.ts";
import { createAnswering } from "../../kalium/controller/answer.ts";
import { startControllerServer } from "../../kalium/controller/server.ts";
import { parsePolicy } from "../../kalium/core/policy.ts";
import { createCpuMeter } from "../../kalium/proxy/cpu-meter.ts";
import type { GuardedInstance, HookVerdict } from "../../kalium/proxy/instance.ts";
import { startHookListener } from "../../kalium/proxy/listener.ts";
import { gete, sendWisc } from "../../kalium/testing/event-text.ts";
import { samplePolicy } from "../../kalium/testing/sample-policy.ts";
import { toController } from "../../kalium/wire/messages.ts";
import { alteredRuns, applyEdits, editsWith, noteFaults } from "./altered.test-support.ts";

/** Sends bytes to a port of this machine in two pieces and hangs up. @returns what came back */
async function sendTo(port: number, bytes: Buffer): Promise<string> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true }).setEncoding("utf8");
  let received = "";
  socket.on("data", (text: string) => (received += text)).on("error", () => undefined); // a cut is an answer, too
  const closed = once(socket, "close");
  const half = Math.floor(bytes.length / 2);
  socket.write(bytes.subarray(0, half));
  socket.end(bytes.subarray(half));
  await closed.catch(() => undefined);
  return received;
}

/** As a foreign peer does, which waits for nothing. */
async function hurlAt(port: number, bytes: Buffer): Promise<void> {
  const socket = connect({ port, host: "127.0.0.1" }).on("error", () => undefined);
  await once(socket, "connect");
  await new Promise<void>((resolve) => socket.write(bytes, () => resolve()));
  socket.destroy();
}

test("lines of a hook, altered: a verdict for each event that was decided, and none without the token", async () => {
  using faults = noteFaults();
  let greeted = 0;
  let decided: number[] = [];
  const instance: Pick<GuardedInstance, "attach"> = {
    attach: () => ({
      decide: ({ id }): HookVerdict => {
        decided.push(id);
        return { id, verdict: "deny", reason: "no-edge", localGuardNs: 0, controllerNs: 0 };
      },
      countAnomaly: () => undefined,
      end: () => undefined,
    }),
  };
  const find = ({ token }: { readonly token: string }): GuardedInstance | undefined => {
    if (token !== "a-token") return undefined;
    greeted += 1;
    return instance as GuardedInstance;
  };
  const listener = await startHookListener("127.0.0.1", find, createCpuMeter());
  const port = Number(listener.address.split(":")[1]);
  const event = { request: "1", session: "1", event: "SEND", host: "a", peer: "10.0.0.1:80", method: "GET", path: "/" };
  const lines = [
    { token: "a-token", instance: "s" },
    { id: 1, ...event },
    { id: 2, ...event, silent: true },
  ];
  const valid = Buffer.from([...lines, { id: 3, ...event }].map((line) => `${JSON.stringify(line)}\n`).join(""));
  const words = [
    "\n",
    '"token":"a-token"',
    '{"token":"a-token","instance":"s"}\n',
    '"id":1e308',
    "\xff",
    "x".repeat(70_000),
  ];
  const property = fc.asyncProperty(editsWith(words), async (edits) => {
    [greeted, decided] = [0, []];
    const answers = (await sendTo(port, applyEdits(valid, edits))).split("\n").filter(Boolean);
    const told = answers.map((line) => (JSON.parse(line) as HookVerdict).id);
    if (greeted === 0) expect(decided).toEqual([]);
    expect(greeted).toBeLessThanOrEqual(1);
    for (const id of told) expect(decided.splice(decided.indexOf(id), 1)).toEqual([id]);
    faults.refuse();
  });
  await fc.assert(property, { numRuns: alteredRuns, seed: 1 });
  expect((await sendTo(port, valid)).split("\n")).toHaveLength(1 + 2);
  await listener.close();
});

const frames = [
  toController.init("a"),
  toController.policyRequest("test0"),
  toController.check(sendWisc()),
  toController.event(gete()),
];
const words = [
  ...[
    "00000000",
    "ffffffff",
    "0000000a",
    "\x09\x01",
    "\x10\x02",
    "\0".repeat(64),
    "test0:",
    ":GETE:",
    "\xff".repeat(9),
  ],
];

/** A controller, and a guard that has heard what it said. */
async function startPair() {
  const policy = parsePolicy(JSON.stringify(samplePolicy()), "sample");
  const answering = createAnswering({ policy, semantics: "strict", givesReasons: true });
  const [said, heard]: [Buffer[], Buffer[]] = [[], []];
  let asked = 0;
  const server = await startControllerServer({ host: "127.0.0.1", port: 0, security: { kind: "none" } }, (bytes) => {
    const replies = answering.answer(bytes, performance.now());
    said.push(...replies);
    asked += 1;
    return replies;
  });
  const guard = new Dealer({ linger: 0 });
  guard.connect(server.address);
  const listening = (async () => {
    for await (const [frame] of guard) if (frame !== undefined) heard.push(frame);
  })();
  return {
    ...{ guard, said, heard, port: Number(server.address.split(":").at(-1)) },
    asked: () => asked,
    async [Symbol.asyncDispose]() {
      guard.close();
      await listening.catch(() => undefined);
      await server.close();
    },
  };
}

test("messages of a guard over ZeroMQ, altered: answered in their order, those in parts not at all", async () => {
  using faults = noteFaults();
  await using pair = await startPair();
  let [made, sent] = [0, 0];
  const drawn = fc.tuple(fc.constantFrom(...frames), editsWith(words), fc.boolean());
  const property = fc.asyncProperty(drawn, async ([frame, edits, inParts]) => {
    const bytes = applyEdits(frame, edits);
    await pair.guard.send(inParts ? [bytes.subarray(0, 5), bytes.subarray(5)] : bytes);
    if (!inParts) sent += 1; // no guard says things in parts
    faults.refuse();
    if (++made % 50 > 0) return;
    const what = "the controller to answer all that it was sent";
    await poll({ what, timeoutMs: 60_000, intervalMs: 2 }, () =>
      Promise.resolve(pair.asked() === sent && pair.heard.length === pair.said.length ? true : undefined),
    );
    expect(pair.heard.splice(0)).toEqual(pair.said.splice(0));
  });
  await fc.assert(property, { numRuns: alteredRuns, seed: 1 });
});

test("bytes of peers that are not guards: the controller still answers", async () => {
  using faults = noteFaults();
  await using pair = await startPair();
  const greeting = Buffer.concat([
    Buffer.from("ff00000000000000017f0300", "hex"),
    Buffer.from("4e554c4c".padEnd(40, "0"), "hex"),
    Buffer.alloc(32),
    Buffer.from("\x04\x1a\x05READY\x0bSocket-Type\0\0\0\x06DEALER", "latin1"),
  ]);
  const property = fc.asyncProperty(editsWith(words), async (edits) => {
    await hurlAt(pair.port, applyEdits(greeting, edits));
    faults.refuse();
  });
  await fc.assert(property, { numRuns: alteredRuns, seed: 1 });
  await pair.guard.send(toController.check("nonsense"));
  await expect.poll(() => pair.heard.map(String).at(-1)).toContain("DENY:protocol-error");
});
