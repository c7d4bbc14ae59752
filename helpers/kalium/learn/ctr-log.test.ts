import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readCtrLogLine } from "./ctr-log.ts";
import { collectTraces } from "./trace.ts";

const hex = (text: string): string => Buffer.from(text).toString("hex");
const line = (event: string): string => `20:44:49 INFO  ctr.c:487: event ${event}`;
const event = (url: string): string => line(`fn0:GETE:${url}:GET:10.77.0.1:9000:0:session_id0:sandbox-ab6a0e`);
const urlOf = (url: string): string | undefined => readCtrLogLine(event(url), "path").event?.url;

describe("an event line", () => {
  test("of a plain request becomes its URL and method", () => {
    const request = hex("POST /orders/17?x=1 HTTP/1.1\r\nHost: shop.example:9000\r\nConnection: close\r\n\r\n{}");
    expect(readCtrLogLine(event(`*;*/${request}`), "path").event).toMatchObject({
      function: "fn0",
      name: "GETE",
      url: "shop.example/orders/*",
      method: "POST",
    });
  });

  test("of a known peer keeps the peer's name, whatever the request says", () => {
    const request = hex("GET /a HTTP/1.1\r\nHost: other.example\r\n\r\n");
    expect(urlOf(`shop.example;80/${request}`)).toBe("shop.example/a");
  });

  test("of ciphertext keeps the peer's name only, since ciphertext never repeats", () => {
    expect(urlOf("shop.example;443/1703030005aabbccddee")).toBe("shop.example");
    expect(urlOf("*;*/1703030005aabbccddee")).toBe("*");
  });

  test("of another implementation stays as it is", () => {
    expect(urlOf("www.wisc.edu")).toBe("www.wisc.edu");
  });

  test("is found in colours too", () => {
    const coloured = "20:44:49 \x1b[32mINFO \x1b[0m \x1b[90mctr.c:453:\x1b[0m event f:SEND:h:GET:1:2:0:s:i";
    expect(readCtrLogLine(coloured, "host").event).toMatchObject({ name: "SEND", url: "h" });
  });

  test("that is torn is a problem", () => {
    expect(readCtrLogLine(line("fn0:GE"), "host")).toEqual({ problem: "2 fields instead of nine" });
  });
});

test.each([
  "",
  "20:43:25 INFO  ctr.c:409: Received Message",
  "20:43:25 ERROR ctr.c:443: cannot find policy",
  "event x",
])("%j says nothing", (other) => {
  expect(readCtrLogLine(other, "host")).toEqual({});
});

const real = new URL("../../../../shared/data/boot/ctr.log", import.meta.url);
test.skipIf(!existsSync(real))("a log of the real ctr (reference data; skipped where absent)", () => {
  const lines = readFileSync(real, "utf8").split("\n");
  const events = lines.flatMap((of) => readCtrLogLine(of, "path").event ?? []);
  expect(events).toHaveLength(lines.filter((of) => of.includes(": event ")).length);
  expect(events[0]).toMatchObject({ function: "fn0", url: "10.77.0.1/self/*", method: "GET" });
  const traces = collectTraces(events, { beginsAt: { function: "fn0", name: "GETE" } });
  expect(traces.length).toBeGreaterThan(1);
});
