import { describe, expect, test } from "vitest";
import { guardEvent, type InstancePlace } from "./guard-event.ts";
import type { HookEvent } from "./hook-message.ts";

const place: InstancePlace = {
  functionName: "product-photos-1-assign",
  instanceId: "kalium-product-photos-1-assign",
  peers: new Map([
    ["10.201.3.1:8080", "gateway"],
    ["10.201.3.1:3306", "mysql"],
  ]),
  namePrefix: "kalium-",
  normalise: "path",
};
const send: HookEvent = { id: 1, request: "1", session: "call", event: "SEND", peer: "10.201.3.1:8080" };

describe("the other end", () => {
  test("is named by its address, whatever the Host header says", () => {
    const event = guardEvent({ ...send, host: "friendly.example", method: "GET", path: "/healthz" }, place);
    expect(event).toMatchObject({ url: "gateway/healthz", peerAddress: "10.201.3.1", peerPort: 8080 });
  });

  test.each([
    ["IPv4 on an IPv6 socket", "::ffff:10.201.3.1:3306", "mysql"],
    ["a port that nobody named", "10.201.3.1:25", "10.201.3.1"],
    ["IPv6", "2001:db8::1:443", "[2001:db8::1]"],
    ["nothing", "", "unknown"],
    ["a peer that the hook does not know", "unknown:0", "unknown"],
  ])("%s", (_, peer, url) => {
    expect(guardEvent({ ...send, peer }, place).url).toBe(url);
  });

  test("an answer has the identity of its request, except for the event's name", () => {
    const request = guardEvent({ ...send, method: "POST", path: "/x" }, place);
    expect(guardEvent({ ...send, event: "RESP", method: "POST", path: "/x" }, place)).toEqual({
      ...request,
      name: "RESP",
    });
  });
});

describe("a function behind the gateway", () => {
  test.each([
    ["/function/kalium-product-photos-1-assign", "gateway/function/product-photos-*-assign"],
    ["/function/kalium-product-photos-1-assign?x=/function/kalium-", "gateway/function/product-photos-*-assign"],
    ["/async-function/kalium-message/a", "gateway/async-function/message/a"],
    ["/function/message", "gateway/function/message"],
    ["/function/other-kalium-message", "gateway/function/other-kalium-message"],
    ["/x/function/kalium-message", "gateway/x/function/kalium-message"],
  ])("is named without the prefix of its system: %s", (path, url) => {
    expect(guardEvent({ ...send, method: "POST", path }, place).url).toBe(url);
  });
});

test("an invocation is of the function itself, and its end has neither path nor method", () => {
  const gete = guardEvent({ ...send, event: "GETE", method: "POST", path: "/products/7" }, place);
  expect(gete).toMatchObject({ function: "product-photos-1-assign", url: "function/products/*", method: "POST" });
  expect(guardEvent({ ...send, event: "ENDE" }, place)).toMatchObject({ url: "function", method: "" });
});

test("a call without an id is not shared with other instances", () => {
  expect(guardEvent(send, place).sessionId).toBe("call");
  expect(guardEvent({ ...send, session: "none-1" }, place).sessionId).toBe("kalium-product-photos-1-assign-none-1");
});

test("the policy's normalisation decides what of the path counts", () => {
  const post: HookEvent = { ...send, method: "POST", path: "/function/kalium-message/7" };
  expect(guardEvent(post, { ...place, normalise: "host" }).url).toBe("gateway");
  expect(guardEvent(post, { ...place, normalise: "legacy" }).url).toBe("gateway/function/message/7");
  expect(guardEvent({ ...post, method: "GET" }, { ...place, normalise: "legacy" }).url).toBe("gateway");
});
