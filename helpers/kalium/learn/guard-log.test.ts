import { expect, test } from "vitest";
import { eventOf, localPolicy } from "../testing/graphs.ts";
import { createGuard } from "../core/guard.ts";
import { readGuardLogLine } from "./guard-log.ts";
import { collectTraces } from "./trace.ts";

const guard = createGuard({ policy: localPolicy("cart", []), semantics: "strict", action: "record" });
const logged = (text: string, request: string): string => {
  const record = guard.conclude(guard.begin(eventOf(text), request, 0));
  return JSON.stringify({ kind: "verdict", connection: 1, id: 1, ...record, localGuardNs: 5 });
};

test("a recorded request becomes a trace with its invocations", () => {
  const lines = [logged("cart GETE /", "i1/1"), logged("pay GETE /", "i2/1"), logged("cart SEND db", "i1/1")];
  const events = lines.flatMap((line) => readGuardLogLine(line).event ?? []);
  const [trace] = collectTraces(events);
  expect(trace?.events.map(({ function: of, name, invocation }) => `${of} ${name} ${invocation}`)).toEqual([
    "cart GETE i1/1",
    "pay GETE i2/1",
    "cart SEND i1/1",
  ]);
});

test("a denial is recognised", () => {
  const line = logged("cart SEND db", "r");
  expect(readGuardLogLine(line).denied).toBe(false);
  expect(readGuardLogLine(line.replace('"verdict":"allow"', '"verdict":"deny"')).denied).toBe(true);
});

test("timings say nothing", () => {
  expect(readGuardLogLine('{"kind":"hook-timings","id":1}')).toEqual({});
});

test.each([
  ['{"kind":"verdict","function":"f"', "not JSON"],
  ['{"kind":"verdict","function":"f"}', "event"],
  ["null", "Invalid input"],
  [logged("cart SEND ", "r").replace('"url":"0"', '"url":""'), "an event that the guard could not read"],
])("%s is a problem", (line, problem) => {
  expect(readGuardLogLine(line).problem).toContain(problem);
});
