import { expect, test } from "vitest";
import { measuredCalls } from "../cell-summary.ts";
import { compare } from "../comparison.ts";
import { axisLabel, figureFunctions } from "../figures/figure-order.ts";
import type { LatencyRecord } from "../records/record.ts";
import { syntheticRecord, syntheticRun } from "../testing/synthetic.ts";
import { artifactFiles } from "./export-files.ts";
import { averageOf, formatSummary, parseTimings } from "./seconds.ts";

const small = { rounds: 6, blocks: 2 };
const exported = (records: readonly LatencyRecord[]) => artifactFiles(records, compare(records));
const linesOf = (text: string | undefined): readonly string[] => (text ?? "").split("\n");

test("the figure's data have the artifact's header, names and order, and the ratio of means", () => {
  const records = syntheticRun({ ...small, ratios: { kalium: 1.2, valve: 2, trapeze: 3 } });
  const files = exported(records);
  const lines = linesOf(files["seclats.csv"]);
  expect(lines[0]).toBe("name, mean");
  expect(lines.slice(1, -1).map((line) => line.split(", ")[0])).toEqual(figureFunctions.map(axisLabel));
  const { cells } = compare(records);
  const cell = cells.find(({ label, system }) => label === "product-photos-receive" && system === "kalium");
  expect(lines[2]).toBe(`product-photos-receive*, ${Number(cell?.ratio?.meanRatio.toFixed(6))}`);
  expect(lines.at(-1)).toBe("");
  for (const line of lines.slice(1, -1)) expect(line).toMatch(/^[a-z-]+\*?, \d+(\.\d{1,6})?$/);
  expect(Object.keys(files)).toEqual(expect.arrayContaining(["valvelats.csv", "trapezelats.csv"]));
});

test("a ratio above 5 is whole in the one file and cut in the one that the artifact's figure reads", () => {
  const files = exported([
    syntheticRecord({ ...small, label: "microbenchmark", starred: true, ratios: { valve: 12 } }),
  ]);
  expect(Number(linesOf(files["valvelats.csv"])[1]?.split(", ")[1])).toBeGreaterThan(10);
  expect(linesOf(files["valvelats_trimmed.csv"])[1]).toBe("microbenchmark*, 5");
});

test("a missing cell is nan, a missing system has no file, an A/A arm neither", () => {
  const record = syntheticRecord({ ...small, ratios: { valve: 2, "gvisor-aa": 1 } });
  const files = exported([record]);
  const lines = linesOf(files["valvelats.csv"]);
  expect(lines.filter((line) => line.endsWith(", nan"))).toHaveLength(16);
  expect(Object.keys(files).sort()).toEqual([
    "about.md",
    "raw_gvisor/gvisor_12_publish",
    "raw_valve_gvisor/gvisor_12_publish",
    "results_gvisor/gvisor_12_publish_results",
    "results_valve_gvisor/gvisor_12_publish_results",
    "valvelats.csv",
    "valvelats_trimmed.csv",
  ]);
  expect(exported([])).toEqual({});
});

test("a void cell gives no ratio and no files", () => {
  const record = { ...syntheticRecord({ ...small, ratios: { valve: 2 } }), voids: [{ system: "valve", reason: "x" }] };
  expect(Object.keys(exported([record])).sort()).toEqual([
    "about.md",
    "raw_gvisor/gvisor_12_publish",
    "results_gvisor/gvisor_12_publish_results",
  ]);
});

test("ratios to something else than gVisor are not the figure's: only the calls are written", () => {
  const record = { ...syntheticRecord({ ...small, ratios: { native: 0.5, valve: 2 } }), baseline: "native" };
  expect(Object.keys(exported([record])).filter((path) => path.endsWith(".csv"))).toEqual([]);
  expect(exported([record])).toHaveProperty("raw_native/native_12_publish");
});

test("raw files hold the measured calls that count, in order; their summary is of the same calls", () => {
  const record = syntheticRecord({
    ...small,
    ratios: { trapeze: 2, "trapeze-as-shipped": 3 },
    rounds: 200,
    change: (sample) =>
      sample.system === "trapeze" && sample.round === 3 ? { ...sample, outcome: "wrong-answer" } : sample,
  });
  const files = exported([record]);
  const own = measuredCalls(record, "trapeze");
  expect(own).toHaveLength(398);
  const parsed = parseTimings(files["raw_trapeze_gvisor/gvisor_398_publish"] ?? "");
  if (!("value" in parsed)) throw new TypeError(JSON.stringify(parsed.problems));
  parsed.value.forEach((ns, index) => expect(Math.abs(ns - (own[index] ?? 0))).toBeLessThanOrEqual(500));
  const average = averageOf(own);
  expect(files["results_trapeze_gvisor/gvisor_398_publish_results"]).toBe(average && formatSummary(average));
  expect(files).toHaveProperty("raw_trapeze-as-shipped_gvisor/gvisor_400_publish");
});
