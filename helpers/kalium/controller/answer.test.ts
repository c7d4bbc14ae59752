import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Semantics } from "../core/flow-graph.ts";
import { parsePolicy } from "../core/policy.ts";
import { ende, gete, sendWisc } from "../testing/event-text.ts";
import { samplePolicy } from "../testing/sample-policy.ts";
import { encodeFrame } from "../wire/frame.ts";
import { toController } from "../wire/messages.ts";
import { type AnsweringController, createAnswering } from "./answer.ts";

const policy = parsePolicy(JSON.stringify(samplePolicy()), "the sample");
const controller = (semantics: Semantics, givesReasons = false): AnsweringController =>
  createAnswering({ policy, semantics, givesReasons });

const texts = (replies: readonly Buffer[]): readonly string[] => replies.map((reply) => reply.subarray(10).toString());
const ask = (of: AnsweringController, text: string): string => texts(of.answer(toController.check(text), 0)).join();

test("answers the artifact's guards as ctr does, from INIT to an event", () => {
  const of = controller("shipped");
  expect(of.answer(toController.init("test01"), 0)).toEqual([Buffer.from("\x04\x0100000000")]);
  const [given] = of.answer(toController.policyRequest("test0"), 0);
  expect(given?.subarray(0, 2)).toEqual(Buffer.from([0x02, 0x06]));
  expect(JSON.parse(texts([given ?? Buffer.alloc(0)]).join())).toMatchObject({ GRAPH: { NAME: "test0" } });
  expect(of.answer(toController.policyRequest("nobody"), 0)).toEqual([Buffer.from("\x02\x0100000004NULL")]);
  expect(of.answer(toController.event(gete()), 0)).toEqual([Buffer.alloc(0)]);
  expect(ask(of, gete())).toBe("ALLOW");
  expect(ask(of, gete())).toBe("DENY");
});

test("the policy it sends has what Go guards and what C++ guards read", () => {
  const [given] = controller("shipped").answer(toController.policyRequest("test0"), 0);
  const document = JSON.parse(texts([given ?? Buffer.alloc(0)]).join()) as { GRAPH: Record<string, unknown> };
  expect(document.GRAPH["NS"]).toEqual(document.GRAPH["ns"]);
  expect(document.GRAPH["ES"]).toEqual(document.GRAPH["es"]);
});

describe("events that are sent on", () => {
  test("advance the graph in reference semantics, and ENDE resets it and asks after the guard", () => {
    const of = controller("reference");
    expect(ask(of, gete())).toBe("ALLOW");
    of.answer(toController.event(sendWisc()), 0);
    expect(ask(of, sendWisc())).toBe("DENY");
    expect(texts(of.answer(toController.event(ende()), 0))).toEqual(["", "test"]);
    expect(ask(of, gete())).toBe("ALLOW");
  });

  test("change nothing in shipped semantics", () => {
    const of = controller("shipped");
    expect(ask(of, gete())).toBe("ALLOW");
    of.answer(toController.event(sendWisc()), 0);
    expect(ask(of, sendWisc())).toBe("ALLOW");
  });
});

test("sessions are apart in strict semantics, together elsewhere", () => {
  const other = gete("t");
  const [strict, shared] = [controller("strict"), controller("reference")];
  expect([ask(strict, gete()), ask(strict, other)]).toEqual(["ALLOW", "ALLOW"]);
  expect([ask(shared, gete()), ask(shared, other)]).toEqual(["ALLOW", "DENY"]);
});

test("tells the reason of a denial to guards of ours only", () => {
  expect(ask(controller("strict", true), sendWisc())).toBe("DENY:not-entry");
  expect(ask(controller("strict", false), sendWisc())).toBe("DENY");
});

test("a reset forgets what was under way, and may bring another policy", () => {
  const of = controller("shipped");
  expect([ask(of, gete()), ask(of, gete())]).toEqual(["ALLOW", "DENY"]);
  of.reset();
  expect(ask(of, gete())).toBe("ALLOW");
  of.reset(parsePolicy(JSON.stringify({ ...samplePolicy(), NAME: "other" }), "another"));
  expect(ask(of, gete())).toBe("DENY");
});

describe("what crashes the artifact's controller is denied or ignored", () => {
  test.each([
    ["fewer than four fields", "test0:GETE:cs.wisc.edu"],
    ["one field", "test0"],
    ["nothing", ""],
    ["separators only", "::::::::"],
    ["an event that does not exist", gete().replace("GETE", "CHCK")],
    ["far too many fields", Array(1000).fill("x").join(":")],
  ])("a check of %s", (_, text) => {
    expect(ask(controller("reference"), text)).toBe("DENY");
  });

  test("a check with more than nine fields is read from both ends", () => {
    const long = "test0:GETE:cs.wisc.edu:POST:10.0.0.1:80:0:s:i";
    expect(ask(controller("reference"), long.replace("cs.wisc.edu", "[2001:db8::1]:8080"))).toBe("DENY");
    expect(ask(controller("reference"), long)).toBe("ALLOW");
  });

  test("a check of two bytes gets its denial; other short frames get nothing", () => {
    const of = controller("reference");
    expect(texts(of.answer(Buffer.from([0x09, 0x01]), 0))).toEqual(["DENY"]);
    expect(of.answer(Buffer.from([0x06, 0x01]), 0)).toEqual([]);
    expect(of.counters.malformed).toBe(2);
  });

  test("10,000 fuzzed checks: each gets one denial, and the right one after them is still allowed", () => {
    const of = controller("reference");
    for (let index = 0; index < 10_000; index++) {
      const noise = createHash("sha256").update(String(index)).digest().toString("latin1");
      const frame = toController.check(gete().slice(0, index % "test0:GETE:cs.wisc.edu".length) + noise);
      expect(texts(of.answer(frame, 0))).toEqual(["DENY"]);
    }
    expect(ask(of, gete())).toBe("ALLOW");
  });

  test("10,000 frames of any type: no error, no verdict without a question", () => {
    const of = controller("strict");
    for (let index = 0; index < 10_000; index++) {
      const noise = createHash("sha256").update(`frame ${index}`).digest();
      const frame = encodeFrame(noise[0] ?? 0, noise[1] ?? 0, noise.toString("latin1", 2));
      frame[(noise[2] ?? 0) % frame.length] = noise[3] ?? 0;
      const verdicts = texts(of.answer(frame, 0)).filter((text) => text.startsWith("A") || text.startsWith("D"));
      expect(verdicts).toEqual(frame[0] === 0x09 ? ["DENY"] : []);
    }
  });
});
