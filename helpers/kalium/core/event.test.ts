import { describe, expect, test } from "vitest";
import { type GuardEvent, decodeEvent, encodeEvent, maxEventLength } from "./event.ts";
import { eventHash } from "./hash.ts";

const event: GuardEvent = {
  function: "product-photos-1-assign",
  name: "SEND",
  url: "gateway/function/product-photos-2-message",
  method: "POST",
  peerAddress: "10.0.0.1",
  peerPort: 8080,
  hasBody: true,
  sessionId: "s1",
  instanceId: "i1",
};
const text = "product-photos-1-assign:SEND:gateway/function/product-photos-2-message:POST:10.0.0.1:8080:1:s1:i1";

const decoded = (of: string): GuardEvent => {
  const result = decodeEvent(of);
  if (!result.ok) throw new Error(result.problem);
  return result.event;
};

describe("sender", () => {
  test("nine fields in order", () => {
    expect(encodeEvent(event)).toBe(text);
  });

  test("unknown fields are 0, colons are escaped: no field is empty or splits", () => {
    const odd = { url: "[::1]:80", method: "", peerAddress: "fe80::1", peerPort: 0, sessionId: "a:b", instanceId: "" };
    expect(encodeEvent({ ...event, ...odd, function: "f", hasBody: false })).toBe(
      "f:SEND:[%3A%3A1]%3A80:0:fe80--1:0:0:a%3Ab:0",
    );
  });

  test.each([
    ["function", ""],
    ["function", "a:b"],
    ["method", "G:T"],
    ["url", "bücher.example"],
    ["url", "a b"],
    ["sessionId", "a\0b"],
    ["instanceId", "a\nb"],
    ["instanceId", "a:b"],
  ])("%s %j is refused", (field, value) => {
    expect(() => encodeEvent({ ...event, [field]: value })).toThrow(`the ${field} of an event cannot be sent`);
  });

  test("a text without bound is refused", () => {
    expect(() => encodeEvent({ ...event, url: "x".repeat(maxEventLength) })).toThrow("more than 16384");
  });
});

describe("receiver", () => {
  test("reads back what was sent, with the same hash", () => {
    expect(decoded(text)).toEqual(event);
    const odd = { ...event, url: "[::1]/a:b", method: "" };
    expect(eventHash(decoded(encodeEvent(odd)))).toBe(eventHash(odd));
  });

  test("an event of the artifact", () => {
    expect(decoded("fn0:GETE:*;*/474554:GET:10.77.0.1:9000:0:session_id0:sandbox-ab6a0e")).toMatchObject({
      function: "fn0",
      name: "GETE",
      url: "*;*/474554",
      method: "GET",
      peerPort: 9000,
      hasBody: false,
      sessionId: "session_id0",
    });
  });

  test("colons in a URL stay in it", () => {
    expect(decoded("f:SEND:http://h:80/p:GET:1.2.3.4:80:0:s:i")).toMatchObject({
      url: "http://h:80/p",
      method: "GET",
      peerAddress: "1.2.3.4",
    });
  });

  test("with fewer than nine fields the first four count", () => {
    expect(decoded("test0:ENDE:function:0:0:0:0:17")).toMatchObject({ name: "ENDE", url: "function", method: "0" });
    expect(decoded("f:RESP:h:1.2.3.4")).toMatchObject({ url: "h", method: "1.2.3.4", sessionId: "", peerPort: 0 });
  });

  test.each(["", "f", "f:SEND:h", ":SEND:h:GET", "f:CHCK:h:GET", "f:send:h:GET", "f::h:GET:1:1:1:1:1"])(
    "%j is not an event",
    (of) => {
      expect(decodeEvent(of).ok).toBe(false);
    },
  );
});
