import { expect, test } from "vitest";
import { compare } from "../comparison.ts";
import { syntheticRecord } from "../testing/synthetic.ts";
import { callsToCsv, cellsToCsv } from "./csv.ts";

const record = syntheticRecord({ blocks: 2, rounds: 3, ratios: { native: 0.5 } });
const rowsOf = (csv: string) =>
  csv
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));

test("one row per call in execution order, with the units in the names", () => {
  const [header = [], ...rows] = rowsOf(callsToCsv([record]));
  expect(rows).toHaveLength(record.samples.length);
  expect(header).toEqual(
    expect.arrayContaining(["function", "system", "block", "round", "phase", "latency_ns", "outcome"]),
  );
  const latency = rows.map((row) => Number(row[header.indexOf("latency_ns")]));
  expect(latency).toEqual(record.samples.map(({ latencyNs }) => latencyNs));
});

test("one row per function and system, raw ratio and interval included", () => {
  const comparison = compare([record]);
  const [header = [], baseline = [], native = []] = rowsOf(cellsToCsv(comparison));
  expect([baseline, native].map((row) => row[header.indexOf("system")])).toEqual(["gvisor", "native"]);
  expect(baseline[header.indexOf("ratio")]).toBe("");
  expect(Number(native[header.indexOf("ratio")])).toBe(comparison.cells[1]?.ratio?.ratio);
  expect(new Set([header, baseline, native].map(({ length }) => length)).size).toBe(1);
});

test("fields with commas, quotes and line breaks are quoted", () => {
  const reason = 'said "no", then\nleft';
  const odd = { ...record, samples: record.samples.slice(0, 1).map((sample) => ({ ...sample, reason })) };
  expect(callsToCsv([odd])).toContain('"said ""no"", then\nleft"');
});

test("nothing gives an empty file", () => {
  expect(callsToCsv([])).toBe("");
});
