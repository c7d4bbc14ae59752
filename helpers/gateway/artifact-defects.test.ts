/** Defects of the artifact's readers of durations and of its clock that the gateway's client and settings could have. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createCaller } from "./caller.ts";
import { parseGoDurationMs } from "./go-duration.ts";

test("D-A21: every unit of Go's durations is read as itself, with all its digits", () => {
  const read = ["500ns", "850ns", "1.5s", "12.345s", "2s", "0s", "1m2.5s", "1h1m1s", "12\u00b5s", "12us"];
  expect(read.map(parseGoDurationMs)).toEqual([
    0.0005,
    expect.closeTo(0.00085, 12),
    1_500,
    12_345,
    2_000,
    0,
    62_500,
    3_661_000,
    0.012,
    0.012,
  ]);
});

test("D-A25: both micro signs are read", () => {
  expect(["1.5\u00b5s", "1.5\u03bcs"].map(parseGoDurationMs)).toEqual([0.0015, 0.0015]);
});

test("D-B10: the phases of a call are recorded apart, on fresh connections, too", async () => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { "X-Duration-Seconds": "0.000850" });
    response.write("a");
    setImmediate(() => response.end("b"));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const caller = createCaller({ connection: "fresh", timeoutMs: 5_000 });
  onTestFinished(() => {
    caller.close();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  for (const result of [await caller.call({ url }), await caller.call({ url })]) {
    expect(result).toMatchObject({ outcome: "answered", supervisorNs: 850_000 });
    expect(result.firstByteNs).toBeGreaterThan(0);
    expect(result.latencyNs).toBeGreaterThan(result.firstByteNs ?? NaN);
  }
});
