import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { encodeFrame } from "./frame.ts";
import { isStatusRequest, readGuardMessage, readReply, toController, toGuard } from "./messages.ts";

describe("the controller reads", () => {
  test.each([
    ["INIT", toController.init("f1"), { kind: "init" }],
    ["a request for a policy", toController.policyRequest("f"), { kind: "policy-request", functionName: "f" }],
    ["an event", toController.event("f:SEND:u:GET"), { kind: "event", event: "f:SEND:u:GET" }],
    ["a check", toController.check("f:GETE:u:GET"), { kind: "check", event: "f:GETE:u:GET" }],
    ["a check without trailer", encodeFrame(0x09, 0x01, "e"), { kind: "check", event: "e" }],
    ["a status", toController.status(3, 1000), { kind: "status" }],
    ["an unknown type", encodeFrame(0x7f, 0x01, ""), { kind: "ignored" }],
    ["an unused policy action", encodeFrame(0x02, 0x07, "f"), { kind: "ignored" }],
    ["an empty frame", Buffer.alloc(0), { kind: "ignored" }],
  ])("%s", (_, frame, message) => {
    expect(readGuardMessage(frame)).toEqual(message);
  });

  test.each([
    ["cut to two bytes", Buffer.from([0x09, 0x01])],
    ["with NUL in its body", encodeFrame(0x09, 0x01, "f:GETE\0:u:GET")],
  ])("a check %s as one that still wants its answer", (_, frame) => {
    expect(readGuardMessage(frame).kind).toBe("unreadable-check");
  });

  test("10,000 fuzzed frames without an error, and none of them decodes as a check that was not sent", () => {
    const kinds = new Set<string>();
    for (let index = 0; index < 10_000; index++) {
      const frame = fuzzed(index);
      const message = readGuardMessage(frame);
      kinds.add(message.kind);
      if (message.kind !== "check") continue;
      const body = frame.subarray(10, 10 + Buffer.byteLength(message.event));
      expect(body.toString()).toBe(message.event);
    }
    expect(kinds.size).toBeGreaterThan(5); // else the fuzz reaches nothing
  });
});

describe("the guard reads", () => {
  test("keys of any length, and keeps none", () => {
    for (const length of [0, 1, 96]) {
      const frame = Buffer.concat([
        Buffer.from([4, 1]),
        Buffer.from(length.toString(16).padStart(8, "0")),
        Buffer.alloc(length, 0xfe),
      ]);
      expect(readReply(frame, "keys", "strict")).toEqual({ ok: true, reply: { kind: "keys" }, anomaly: false });
    }
  });

  test.each([
    ["a policy", toGuard.policy("{}"), "policy", { kind: "policy", json: "{}" }],
    ["no policy", toGuard.noPolicy(), "policy", { kind: "policy", json: undefined }],
    ["allow", toGuard.allow(), "verdict", { kind: "verdict", verdict: "allow" }],
    ["deny", toGuard.deny(), "verdict", { kind: "verdict", verdict: "deny", reason: undefined }],
    ["deny with a reason", toGuard.deny("no-edge"), "verdict", { kind: "verdict", verdict: "deny", reason: "no-edge" }],
  ] as const)("%s", (_, frame, expected, reply) => {
    expect(readReply(frame, expected, "strict")).toEqual({ ok: true, reply, anomaly: false });
  });

  const allowUnderPolicyHeader = Buffer.concat([Buffer.from([0x02, 0x01]), Buffer.from("00000004ALLOW")]);

  test("a verdict under another reply's header, from the artifact's controller only", () => {
    expect(readReply(allowUnderPolicyHeader, "verdict", "strict").ok).toBe(false);
    expect(readReply(allowUnderPolicyHeader, "verdict", "artifact")).toEqual({
      ok: true,
      reply: { kind: "verdict", verdict: "allow" },
      anomaly: true,
    });
  });

  test.each(["ALLOWED", "allow", "ALLOW ", "A", "", "DENY:because", "ALLOW:no-edge", "NULL"])(
    "no verdict in the body %j, whoever sent it",
    (body) => {
      const frame = encodeFrame(0x10, 0x02, body);
      expect(readReply(frame, "verdict", "strict").ok).toBe(false);
      expect(readReply(frame, "verdict", "artifact").ok).toBe(false);
    },
  );

  test("a question after its state, but not in a verdict under the wrong header", () => {
    expect(isStatusRequest(toGuard.statusRequest())).toBe(true);
    expect(isStatusRequest(encodeFrame(0x08, 0x01, "ALLOW"))).toBe(false);
    expect(isStatusRequest(toGuard.allow())).toBe(false);
  });

  test("no allow in 10,000 fuzzed frames but the right ones", () => {
    const right = [toGuard.allow(), encodeFrame(0x10, 0x02, "ALLOW", { trailer: true })];
    let allowed = 0;
    for (let index = 0; index < 10_000; index++) {
      const frame = fuzzed(index);
      const read = readReply(frame, "verdict", "strict");
      if (!read.ok || read.reply.kind !== "verdict" || read.reply.verdict === "deny") continue;
      expect(right).toContainEqual(frame);
      allowed++;
    }
    expect(allowed).toBeGreaterThan(10); // else the fuzz does not come near
  });
});

/** Frames near to valid ones, and noise; the same for the same index. */
function fuzzed(index: number): Buffer {
  const noise = createHash("sha256").update(String(index)).digest();
  const [kind = 0, at = 0, value = 0, cut = 0] = noise;
  if (kind < 32) return noise.subarray(0, cut % 32);
  const another = String.fromCharCode(32 + (noise[4] ?? 0) / 2);
  const near = "ALLOW".slice(0, cut % 6) + another + "ALLOW".slice((cut % 6) + 1); // another letter, or one more
  const types = [0x01, 0x02, 0x03, 0x06, 0x08, 0x09, 0x10, value];
  const bodies = [
    "f:GETE:u:GET:0:0:0:0:0",
    "ALLOW",
    near,
    "ALLOW".slice(0, value % 5),
    "DENY",
    "",
    "NULL",
    "f:".repeat(value),
    "a\0b",
    noise.toString("latin1"),
  ];
  const type = types[value % 8] ?? 0;
  // Half of the verdicts have the right action, so that it is their body that decides.
  const action = type === 0x10 && kind % 4 < 2 ? 0x02 : cut % 10;
  const frame = encodeFrame(type, action, bodies[at % bodies.length] ?? "", { trailer: kind % 2 === 0 });
  if (kind < 96) frame[at % frame.length] = value;
  return kind < 160 ? frame.subarray(0, frame.length - (cut % frame.length)) : frame;
}
