import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parsePolicy } from "../core/policy.ts";
import { firstDenial, replay } from "../learn/replay.ts";
import type { Trace, TraceEvent } from "../learn/trace.ts";

const path = new URL("../../../fixtures/kalium/policy.json", import.meta.url);
const policy = parsePolicy(readFileSync(path, "utf8"), path.pathname);

/** `receive SEND mysql`: a function without what all names begin with, an event, where to. */
const traceOf = (events: readonly string[]): Trace => ({
  request: "r",
  round: 1,
  events: events.map((text): TraceEvent => {
    const [of = "", name = "", url = ""] = text.split(" ");
    const method = url === "mysql" || name === "ENDE" ? "0" : url.startsWith("image-server") ? "GET" : "POST";
    const called = `product-photos-${of}`;
    return { function: called, name: name as TraceEvent["name"], url, method, invocation: called };
  }),
});
const deniedAt = (events: readonly string[]): number => {
  const replayed = replay(policy, traceOf(events), "strict");
  const denied = firstDenial(replayed);
  return denied === undefined ? -1 : replayed.indexOf(denied);
};

const before = [
  "master GETE function/photos",
  "master SEND gateway/function/product-photos-*-receive",
  "3-receive GETE function/",
  "3-receive SEND mysql",
];
const after = [
  "3-receive SEND mysql",
  "3-receive RESP mysql",
  "master RESP gateway/function/product-photos-*-receive",
  "master SEND gateway/function/product-photos-*-success",
  "4-success GETE function/",
  "master RESP gateway/function/product-photos-*-success",
  "master SEND gateway/function/product-photos-*-report",
  "6-report GETE function/",
  "6-report SEND mysql",
  "6-report RESP mysql",
  "6-report SEND mysql",
  "6-report RESP mysql",
  "master RESP gateway/function/product-photos-*-report",
  "3-receive ENDE function",
  "4-success ENDE function",
  "6-report ENDE function",
  "master ENDE function",
];
const [image, ofImage, ofMysql] = [
  "3-receive SEND image-server/image.jpg",
  "3-receive RESP image-server/image.jpg",
  "3-receive RESP mysql",
];

test("the application's policy allows the picture before, within and after the database, as on a busy machine", () => {
  for (const middle of [
    [image, ofImage, ofMysql],
    [image, ofMysql, ofImage],
    [ofMysql, image, ofImage],
  ]) {
    expect(deniedAt([...before, ...middle, ...after]), middle.join(", ")).toBe(-1);
  }
});

test("it denies what no function does: the picture twice, an answer that did not wait for the database", () => {
  expect(deniedAt([...before, image, ofImage, ofMysql, image])).toBe(7);
  const [secondQuery = "", itsAnswer = "", answer = ""] = after;
  expect(deniedAt([...before, image, ofImage, ofMysql, secondQuery, answer, itsAnswer])).toBe(8);
});
