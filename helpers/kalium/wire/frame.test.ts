import { describe, expect, test } from "vitest";
import { actions, bodyWithoutHeader, decodeFrame, encodeFrame, messageTypes, frameText } from "./frame.ts";

const bytes = (hex: string, ...rest: readonly Uint8Array[]): Buffer =>
  Buffer.concat([Buffer.from(hex.replaceAll(" ", ""), "hex"), ...rest]);
const zeros = Buffer.alloc(64);
const body = (text: string): Buffer => Buffer.from(text);

describe("encodes byte for byte", () => {
  const id = "test01687176000000000";
  const event = "x".repeat(63);
  test.each([
    ["INIT", [messageTypes.init, actions.test, id, {}], bytes("03 02 30 30 30 30 30 30 31 35", body(id))],
    [
      "POLICY_INIT with its trailer",
      [messageTypes.policy, actions.policyInit, "test0", { trailer: true }],
      bytes("02 09 30 30 30 30 30 30 30 35 74 65 73 74 30", zeros),
    ],
    ["no policy", [messageTypes.policy, actions.none, "NULL", {}], bytes("02 01 30 30 30 30 30 30 30 34 4e 55 4c 4c")],
    [
      "allow",
      [messageTypes.checkResponse, actions.test, "ALLOW", {}],
      bytes("10 02 30 30 30 30 30 30 30 35 41 4c 4c 4f 57"),
    ],
    [
      "deny",
      [messageTypes.checkResponse, actions.test, "DENY", {}],
      bytes("10 02 30 30 30 30 30 30 30 34 44 45 4e 59"),
    ],
    [
      "a check of 63 bytes",
      [messageTypes.checkEvent, actions.none, event, { trailer: true }],
      bytes("09 01 30 30 30 30 30 30 33 66", body(event), zeros),
    ],
  ] as const)("%s", (_, [type, action, text, options], expected) => {
    expect(encodeFrame(type, action, text, options)).toEqual(expected);
  });

  test("a length in bytes, not in characters", () => {
    expect(encodeFrame(1, 1, "é").subarray(2)).toEqual(Buffer.from("00000002é"));
  });
});

describe("decodes", () => {
  test.each([true, false])("what was encoded, trailer: %s", (trailer) => {
    const decoded = decodeFrame(encodeFrame(messageTypes.checkEvent, actions.none, "f:GETE:u:GET", { trailer }));
    expect(decoded).toEqual({
      kind: "frame",
      type: messageTypes.checkEvent,
      action: actions.none,
      body: body("f:GETE:u:GET"),
    });
  });

  test("an empty frame as what it is", () => {
    expect(decodeFrame(Buffer.alloc(0))).toEqual({ kind: "empty" });
  });

  test("a view into a larger buffer", () => {
    const frame = encodeFrame(3, 2, "id");
    const inside = new Uint8Array(200);
    inside.set(frame, 64);
    expect(decodeFrame(inside.subarray(64, 64 + frame.length))).toMatchObject({ kind: "frame", type: 3 });
  });

  test.each([
    ["one byte", bytes("09"), "1 bytes"],
    ["two bytes, which kill the artifact", bytes("09 01"), "2 bytes"],
    ["a header cut short", bytes("09 01 30 30 30 30 30 30 30"), "9 bytes"],
    ["an absurd length, which kills the artifact", bytes("09 01", body("ffffffff"), body("abcd")), "length 4294967295"],
    ["a length that is too short", bytes("09 01", body("00000001"), body("abcd")), "length 1"],
    ["a length that is too long by one", bytes("09 01", body("00000005"), body("abcd")), "length 5"],
    ["a length that is not a number", bytes("09 01", body("0000zz01"), body("a")), "not 8 hexadecimal digits"],
    ["a length with a sign", bytes("09 01", body("-0000001"), body("a")), "not 8 hexadecimal digits"],
    ["a length with a prefix", bytes("09 01", body("0x000001"), body("a")), "not 8 hexadecimal digits"],
  ])("with a reason instead of an error: %s", (_, frame, problem) => {
    expect(decodeFrame(frame)).toEqual({ kind: "malformed", problem: expect.stringContaining(problem) as string });
  });
});

test("finds the body behind a header that cannot be trusted", () => {
  expect(bodyWithoutHeader(bytes("02 06 30 30 30 30 30 31 32 39", body("DENY")))).toEqual(body("DENY"));
  expect(bodyWithoutHeader(bytes("02 06 30 30 30 30 30 31 32 39", body("DENY"), zeros))).toEqual(body("DENY"));
});

test.each([
  ["a body with NUL, where C++ would stop reading", bytes("61 00 62")],
  ["a body that is not UTF-8", bytes("61 ff 62")],
])("%s is not text", (_, of) => {
  expect(frameText(of)).toBeUndefined();
});
