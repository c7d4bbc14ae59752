/** Defects of the artifact's `stats.py` and `compute_rel_graph_csv.py` that our statistics could have, too. */
import { expect, test } from "vitest";
import { compare } from "../comparison.ts";
import type { Sample } from "../records/record.ts";
import { syntheticRecord } from "../testing/synthetic.ts";
import { geometricMean } from "./geometric-mean.ts";
import { logEstimate } from "./interval.ts";
import { pairedBlock } from "./paired-block.ts";
import { ratioOfPairs } from "./ratio.ts";

const block = (treatedNs: readonly number[], baselineNs: readonly number[]) => pairedBlock(0, treatedNs, baselineNs);
const cells = (change: (sample: Sample) => Sample, blocks = 5) => {
  const record = syntheticRecord({ blocks, rounds: 10, change });
  const [baseline, native] = compare([record]).cells;
  return { baseline, native, record };
};

test("D-A2: a slow call stays in the sample set of both systems alike, however slow it is", () => {
  const slowNs = 6e9;
  const { baseline, native } = cells((sample) =>
    sample.phase === "measured" && sample.round === 0 ? { ...sample, latencyNs: slowNs } : sample,
  );
  for (const cell of [baseline, native]) {
    expect(cell).toMatchObject({ count: 50, state: "measured" });
    expect(cell?.meanNs).toBeGreaterThan(slowNs / 10);
    expect(cell?.outliers.farOut).toBeGreaterThanOrEqual(5); // flagged, and still counted
  }
  expect(native?.ratio?.meanRatio).toBeCloseTo(1, 1); // both means are dominated by the same slow calls
});

test("D-A3: a mean divides the sum of a set by the count of the same set", () => {
  const { native, record } = cells((sample) =>
    sample.phase === "measured" && sample.block === 4 && sample.round === 9
      ? { ...sample, outcome: "timeout", status: 0, latencyNs: 9e9 }
      : sample,
  );
  const counted = record.samples.filter(({ system, phase }) => system === "native" && phase === "measured");
  const sum = counted.reduce((total, { latencyNs }) => total + latencyNs, 0);
  expect(native?.count).toBe(counted.length);
  expect(native?.meanNs).toBeCloseTo(sum / counted.length, 3);
});

test("D-A4: nothing, or a single block, gives no number instead of a division by zero", () => {
  expect(ratioOfPairs([], { seed: 1 })).toBeUndefined();
  expect(ratioOfPairs([block([], [1])], { seed: 1 })).toBeUndefined();
  expect(ratioOfPairs([block([2], [1])], { seed: 1 })).toMatchObject({
    ratio: expect.closeTo(2, 9) as number,
    interval: undefined,
    p: undefined,
  });
  expect(() => logEstimate([])).toThrow(RangeError);
  expect(geometricMean([])).toBeUndefined();
  const { native } = cells((sample) => ({ ...sample, phase: "warmup" }));
  expect(native).toMatchObject({ state: "empty", count: 0, medianNs: undefined, meanNs: undefined, ratio: undefined });
});

test("D-A8: the baseline's numbers are its own, whichever system was computed last", () => {
  const forward = compare([syntheticRecord({ ratios: { native: 0.5, trapeze: 3 } })]);
  const record = syntheticRecord({ ratios: { native: 0.5, trapeze: 3 } });
  const backward = compare([{ ...record, systems: record.systems.toReversed() }]);
  for (const system of ["gvisor", "native", "trapeze"]) {
    const [one, other] = [forward, backward].map(({ cells: all }) => all.find((cell) => cell.system === system));
    expect(one?.medianNs).toBe(other?.medianNs);
    expect(one?.ratio).toEqual(other?.ratio);
  }
  expect(forward.cells[0]?.medianNs).toBeGreaterThan(6e6); // 8 ms, and neither 4 nor 24
  expect(forward.cells[0]?.medianNs).toBeLessThan(10e6);
});

test("D-A9: noise of the baseline alone widens the ratio's interval, as noise of the other side does", () => {
  const quiet = Array.from({ length: 6 }, () => block([100], [100]));
  const width = (blocks: readonly ReturnType<typeof block>[]): number => {
    const { low = NaN, high = NaN } = ratioOfPairs(blocks, { seed: 1 })?.interval ?? {};
    return Math.log(high / low);
  };
  const noisy = [80, 120, 90, 110, 95, 105];
  const below = width(quiet.map(({ treatedNs }, index) => block(treatedNs, [noisy[index] ?? NaN])));
  const above = width(quiet.map(({ baselineNs }, index) => block([noisy[index] ?? NaN], baselineNs)));
  expect(width(quiet)).toBe(0);
  expect(below).toBeGreaterThan(0.2);
  expect(below).toBeCloseTo(above, 9);
});

test("D-A27: a mean divides by how many there are, not by a fixed number", () => {
  for (const count of [3, 10, 17]) {
    const logs = Array.from({ length: count }, () => logEstimate([Math.log(2), Math.log(2)]));
    expect(geometricMean(logs)).toMatchObject({ ratio: expect.closeTo(2, 9) as number, functions: count });
  }
  const { native } = cells((sample) => ({ ...sample, latencyNs: 7 }), 3);
  expect(native?.meanNs).toBe(7);
});
