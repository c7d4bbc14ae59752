import { expect, test } from "vitest";
import { compare } from "./comparison.ts";
import type { Sample } from "./records/record.ts";
import { syntheticRecord, syntheticRun } from "./testing/synthetic.ts";

const cellOf = (change: (sample: Sample) => Sample, rounds = 80) => {
  const { cells } = compare([syntheticRecord({ ratios: { runc: 0.7 }, blocks: 5, rounds, change })]);
  const cell = cells.find(({ system }) => system === "runc");
  if (cell === undefined) throw new TypeError("runc was measured");
  return cell;
};
const measuredOn = (system: string, sample: Sample) => sample.phase === "measured" && sample.system === system;

test("recovers the ratio that the calls were drawn with", () => {
  const cell = cellOf((sample) => sample);
  expect(cell.count).toBe(400);
  expect(cell.ratio?.ratio).toBeCloseTo(0.7, 1);
  expect(cell.ratio?.interval?.low).toBeLessThan(0.7);
  expect(cell.ratio?.interval?.high).toBeGreaterThan(0.7);
  expect(cell.judgement).toMatchObject({ verdict: "faster", reason: undefined });
});

test("cold and warm-up calls are left out of the statistics", () => {
  const cell = cellOf((sample) => (sample.phase === "measured" ? sample : { ...sample, latencyNs: 1e12 }));
  expect(cell.medianNs).toBeLessThan(1e8);
  expect(cell.coldMedianNs).toBe(1e12);
  expect(cell.coldCount).toBe(5);
});

test("a few failed calls are counted apart and never enter the latency", () => {
  const cell = cellOf((sample) =>
    measuredOn("runc", sample) && sample.block === 0 && sample.round < 2
      ? { ...sample, latencyNs: 1, outcome: "wrong-answer", reason: "empty body" }
      : sample,
  );
  expect(cell).toMatchObject({ state: "measured", count: 398, wrongAnswers: 2, errors: 0 });
  expect(cell.reasons).toEqual([{ reason: "empty body", count: 2 }]);
});

test("more than 1 % failures void the cell: no ratio, no verdict", () => {
  const cell = cellOf((sample) =>
    measuredOn("runc", sample) && sample.round < 2 ? { ...sample, outcome: "error" } : sample,
  );
  expect(cell).toMatchObject({ state: "void", errors: 10, ratio: undefined, judgement: undefined });
});

test("time-outs count at their limit and make the quantile a lower bound", () => {
  const cell = cellOf((sample) =>
    measuredOn("runc", sample) && sample.block === 0 && sample.round < 4
      ? { ...sample, latencyNs: 5e9, outcome: "timeout", status: 0 }
      : sample,
  );
  expect(cell).toMatchObject({ state: "measured", count: 400, timeouts: 4 });
  expect(cell.p95?.atLeast).toBe(false);
  expect(cell.p99).toMatchObject({ atLeast: true });
});

test("a quantile is not quoted below its minimum count", () => {
  const cell = cellOf((sample) => sample, 11); // 55 calls
  expect(cell.p95).toBeUndefined();
  expect(cellOf((sample) => sample, 12).p95).toBeDefined();
});

test("the A/A arm has a ratio near 1, no verdict, and raises the noise floor of its function", () => {
  const noisy = (sample: Sample): Sample =>
    sample.system === "gvisor-aa"
      ? { ...sample, latencyNs: Math.round(sample.latencyNs * (1 + sample.block)) }
      : sample;
  const { cells } = compare([syntheticRecord({ ratios: { runc: 0.7, "gvisor-aa": 1 }, blocks: 6, change: noisy })]);
  const [runc, control] = ["runc", "gvisor-aa"].map((name) => cells.find(({ system }) => system === name));
  expect(control?.judgement).toBeUndefined();
  expect(runc?.judgement).toMatchObject({ verdict: "not settled", reason: "inside the noise floor" });
});

test("p values are adjusted over all functions", () => {
  const { cells } = compare(syntheticRun({ ratios: { native: 0.9 }, rounds: 10 }));
  for (const { ratio, adjustedP } of cells) {
    if (ratio?.p !== undefined) expect(adjustedP).toBeGreaterThanOrEqual(ratio.p);
  }
  expect(cells.filter(({ adjustedP }) => adjustedP !== undefined)).toHaveLength(17);
});

test("the geometric mean counts the functions that have a ratio", () => {
  const { means } = compare(syntheticRun({ ratios: { native: 0.5 }, rounds: 10, blocks: 2 }).slice(0, 3));
  expect(means.get("native")?.functions).toBe(3);
  expect(means.get("gvisor")).toBeUndefined();
});

test("nothing measured compares to nothing", () => {
  expect(compare([])).toMatchObject({ cells: [], systems: [] });
});
