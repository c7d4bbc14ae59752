import { expect, test } from "vitest";
import { KaliumError } from "../../base/errors.ts";
import { type Chance, chance } from "../testing/chance.ts";
import { shopTrace } from "../testing/shop.ts";
import { readCtrLogLine } from "./ctr-log.ts";
import { readGuardLogLine } from "./guard-log.ts";
import { traceReader, writeTrace, writeTraceHead } from "./trace-file.ts";

const lines = 10_000;

const inserted = ["", ":", "::::", '"', "}", "[", "\\", "\0", "\x1b[3", "%", "\u{1f600}", "9".repeat(400), ";/"];

/** Cuts something out and puts something in, once to three times. */
function garble({ integer, pick }: Chance, text: string): string {
  let garbled = text;
  for (let times = 1 + integer(3); times > 0; times--) {
    const at = integer(garbled.length + 1);
    garbled = garbled.slice(0, at) + pick(inserted) + garbled.slice(at + integer(10));
  }
  return garbled;
}

test("10,000 garbled lines of ctr's log: an event, a problem or nothing, never an error", () => {
  const dice = chance(1);
  const line = "20:44:49 INFO  ctr.c:487: event fn0:GETE:*;*/474554202f20485454502f312e310d0a0d0a:GET:1.2.3.4:80:0:s:i";
  const read = dice.many(lines, () => readCtrLogLine(garble(dice, line), "path"));
  expect(read.filter(({ event }) => event !== undefined).length).toBeGreaterThan(lines / 10);
  expect(read.filter(({ problem }) => problem !== undefined).length).toBeGreaterThan(lines / 100);
  for (const { event } of read) if (event !== undefined) expect(event.function).not.toBe("");
});

test("10,000 garbled lines of our guards' log: the same", () => {
  const dice = chance(2);
  const ids = { sessionId: "s", instanceId: "i", requestId: "i/1" };
  const line = JSON.stringify({ kind: "verdict", function: "f", event: "SEND", url: "h", method: "GET", ...ids });
  const read = dice.many(lines, () => readGuardLogLine(garble(dice, line)));
  expect(read.filter(({ event }) => event !== undefined).length).toBeGreaterThan(10);
  expect(read.filter(({ problem }) => problem !== undefined).length).toBeGreaterThan(lines / 2);
});

test("10,000 garbled lines of a trace file: a trace, or an error that names the line", () => {
  const dice = chance(3);
  const line = writeTrace(shopTrace(dice, 1)).trimEnd();
  const head = writeTraceHead({ normalise: "path" }).trimEnd();
  let refused = 0;
  for (let round = 0; round < lines; round++) {
    const reader = traceReader("t");
    reader.line(head);
    try {
      reader.line(garble(dice, line));
    } catch (error) {
      if (!(error instanceof KaliumError && error.message.startsWith("t, line 2: "))) throw error;
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(lines / 2);
  expect(refused).toBeLessThan(lines);
});
