import { describe, expect, test } from "vitest";
import { djb2, eventHash } from "./hash.ts";

describe("hash of an event", () => {
  test.each([
    ["test0", "GETE", "cs.wisc.edu", "POST", 1812729574],
    ["test0", "SEND", "www.wisc.edu", "GET", 1606744180],
    ["test0", "SEND", "www.google.com", "GET", 1638347932],
    ["test0", "SEND", "www.facebook.com", "GET", 3047131961],
    ["test0", "ENDE", "function", "0", 4256792839],
    ["product-photos-1-microbench", "GETE", "*;*/474554", "GET", 3891725685],
  ] as const)("%s %s %s %s", (of, name, url, method, hash) => {
    expect(eventHash({ function: of, name, url, method })).toBe(hash);
  });

  test("is the same before and after the wire", () => {
    const event = { function: "f", name: "SEND", url: "[::1]/a", method: "" } as const;
    expect(eventHash(event)).toBe(djb2("fSEND[%3A%3A1]/a0"));
  });

  test("has no separators: different events can have one hash", () => {
    const rest = { name: "SEND", url: "h", method: "GET" } as const;
    expect(eventHash({ function: "f", ...rest, url: "aSENDh" })).toBe(eventHash({ function: "fSENDa", ...rest }));
  });
});

describe("djb2", () => {
  test.each([
    ["", 5381],
    ["a", 177670],
    ["é", 5866513],
    ["fSENDbücher.exampleGET", 4157361362],
  ])("%j", (text, hash) => {
    expect(djb2(text)).toBe(hash);
  });

  test.each([
    ["a", 177670],
    ["é", 5857809],
    ["fSENDbücher.exampleGET", 3905186514],
  ])("%j with signed bytes", (text, hash) => {
    expect(djb2(text, { signedBytes: true })).toBe(hash);
  });
});
