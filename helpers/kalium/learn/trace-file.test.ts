import { describe, expect, test } from "vitest";
import { chance } from "../testing/chance.ts";
import { shopTrace } from "../testing/shop.ts";
import { traceReader, writeTrace, writeTraceHead } from "./trace-file.ts";
import type { Trace } from "./trace.ts";

const head = '{"schema":"kalium-bench/traces@1","normalise":"path"}';
const good =
  '{"request":"r1","round":1,"events":[{"invocation":"i","function":"f","event":"SEND","url":"h","method":"GET"}]}';

const read = (text: string): readonly Trace[] => {
  const reader = traceReader("t.jsonl");
  const traces = text.split("\n").flatMap((line) => reader.line(line) ?? []);
  reader.head();
  return traces;
};

test("traces are read as they were written", () => {
  const dice = chance(1);
  const traces = dice.many(20, (index) => shopTrace(dice, index + 1));
  const text = writeTraceHead({ normalise: "path" }) + traces.map(writeTrace).join("");
  expect(read(text.trimEnd())).toEqual(traces);
  const reader = traceReader("t.jsonl");
  reader.line(head);
  expect(reader.head()).toEqual({ normalise: "path" });
});

describe("a line that does not follow the format is refused with its number:", () => {
  test.each([
    ["line 1: schema: ", '{"schema":"kalium-bench/traces@2","normalise":"path"}'],
    ["line 1: schema: ", good],
    ["line 1: empty", ""],
    ["line 2: empty", `${head}\n`],
    ["line 2: not JSON: ", `${head}\n{"request":`],
    ["line 2: round: ", `${head}\n${good.replace('"round":1', '"round":0')}`],
    ["line 2: events[0].event: ", `${head}\n${good.replace("SEND", "CHCK")}`],
    ["line 2: events[0].url: ", `${head}\n${good.replace('"h"', '""')}`],
    ['line 2: events[0]: Unrecognized key: "at"', `${head}\n${good.replace('"url"', '"at":1,"url"')}`],
    ['line 3: a second trace of request "r1"', `${head}\n${good}\n${good}`],
  ])("%s", (message, text) => {
    expect(() => read(text)).toThrow(`t.jsonl, ${message}`);
  });

  test("a line without end", () => {
    expect(() => read(`${head}\n${" ".repeat(16 * 1024 * 1024 + 1)}`)).toThrow("line 2: 16777217 characters");
  });

  test("a file without lines", () => {
    expect(() => traceReader("t.jsonl").head()).toThrow("t.jsonl, line 1: no head");
  });
});
