import { expect, test } from "vitest";
import type { LatencyRecord, RunRecord } from "../records/record.ts";
import { difference, logEstimate, pValue } from "../stats/interval.ts";
import type { Results } from "../records/store.ts";
import { type SyntheticOptions, syntheticRecord, syntheticRunRecord } from "../testing/synthetic.ts";
import { compareRuns } from "./compare-runs.ts";

const results = (latency: readonly LatencyRecord[], run: Partial<RunRecord> = {}): Results => ({
  folder: "somewhere",
  run: syntheticRunRecord(run),
  latency,
  syscalls: [],
  load: [],
  recovered: [],
});
const record = (options: SyntheticOptions = {}) => syntheticRecord({ blocks: 8, spread: 0.1, ...options });
const cellOf = (a: LatencyRecord, b: LatencyRecord, system: string) =>
  compareRuns(results([a]), results([b])).cells.find((cell) => cell.system === system);

test("a system that got slower is found, with its interval; the untouched one is not", () => {
  const comparison = compareRuns(results([record()]), results([record({ seed: 2, ratios: { native: 0.65 } })]));
  const [baseline, native] = comparison.cells;
  expect(baseline).toMatchObject({ system: "gvisor", judgement: { verdict: "no difference" }, relative: undefined });
  expect(native?.judgement).toMatchObject({ verdict: "slower", reason: undefined });
  expect(native?.change.ratio).toBeCloseTo(1.3, 1);
  expect(native?.change.interval?.low).toBeGreaterThan(1.2);
  expect(native?.a.medianNs).toBeCloseTo(4e6, -6);
  expect(comparison.outcome).toBe("slower");
});

test("comparing the other way round inverts the change and finds it faster", () => {
  const [slow, fast] = [record({ seed: 2, ratios: { native: 0.65 } }), record()];
  const [there, back] = [cellOf(fast, slow, "native"), cellOf(slow, fast, "native")];
  expect(back?.change.ratio).toBeCloseTo(1 / (there?.change.ratio ?? NaN), 9);
  expect(back?.change.interval?.low).toBeCloseTo(1 / (there?.change.interval?.high ?? NaN), 9);
  expect(back?.judgement.verdict).toBe("faster");
});

test("a machine that is slower as a whole shows in B / A and not in the ratios to the baseline", () => {
  const native = cellOf(record(), record({ seed: 2, baselineMs: 16 }), "native");
  expect(native?.change.ratio).toBeCloseTo(2, 1);
  expect(native?.relative?.interval?.low).toBeLessThan(1);
  expect(native?.relative?.interval?.high).toBeGreaterThan(1);
});

test("where another program ran beside one of the runs, ratios to the baseline are judged, and the baseline is not", () => {
  const under = (load: number, of: LatencyRecord): LatencyRecord => ({
    ...of,
    blocks: of.blocks.map((block) => ({ ...block, loadAverage: load })),
  });
  const quiet = results([under(2, record())]);
  const busy = (native: number) => results([under(40, record({ seed: 2, baselineMs: 16, ratios: { native } }))]);
  const same = compareRuns(quiet, busy(0.5));
  expect(same.busier).toBe("the machine's load was 2 in A and 40 in B");
  expect(same.cells.map(({ judgement }) => judgement.verdict)).toEqual(["not settled", "no difference"]);
  expect(same.cells[0]?.judgement.text).toContain("the machine's load was 2 in A and 40 in B");
  expect(same.outcome).toBe("not slower");
  expect(compareRuns(quiet, busy(0.65)).outcome).toBe("slower");
  expect(compareRuns(quiet, results([under(4, record({ seed: 2 }))])).busier).toBeUndefined();
});

test("a change within the noise floor of either run is not a verdict", () => {
  const noisy = record({
    seed: 3,
    ratios: { native: 0.65, "gvisor-aa": 1 },
    change: (sample) =>
      sample.system === "gvisor-aa" ? { ...sample, latencyNs: sample.latencyNs * (1 + (sample.block % 3)) } : sample,
  });
  const native = cellOf(record(), noisy, "native");
  expect(native?.judgement).toMatchObject({ verdict: "not settled", reason: "inside the noise floor" });
  expect(cellOf(record(), noisy, "gvisor-aa")).toBeUndefined();
});

test("one block decides nothing", () => {
  const single = compareRuns(results([record({ blocks: 1 })]), results([record()]));
  expect(single.cells.map(({ judgement }) => judgement.verdict)).toEqual(["not settled", "not settled"]);
  expect(single.outcome).toBe("undecided");
  expect(compareRuns(results([]), results([])).outcome).toBe("undecided");
});

test("what only one run measured, or what is void, is named and not compared", () => {
  const other = record({ label: "product-photos-report" });
  const voided = { ...record(), voids: [{ system: "native", reason: "guard silent" }] };
  const { cells, missing } = compareRuns(results([record(), other]), results([voided]));
  expect(cells.map(({ system }) => system)).toEqual(["gvisor"]);
  expect(missing).toEqual([
    "product-photos-report, gVisor: in B not measured",
    "product-photos-report, native: in B not measured",
    "product-purchase-publish, native: in B void: guard silent",
  ]);
});

test("settings, machine and runtimes that differ are named by field; the load of the moment is not", () => {
  const a = results([record()], {
    settings: { plan: { rounds: 40, seed: 1 } },
    environment: { machine: { kernel: "6.1", load: { average: [1] } }, packages: ["x 1", "y 1"] },
  });
  const newer = record();
  const proofs = newer.proofs.map((proof) => (proof.system === "gvisor" ? { ...proof, platform: "ptrace" } : proof));
  const b = results([{ ...newer, proofs }], {
    settings: { plan: { rounds: 20, seed: 2 } },
    environment: { machine: { kernel: "6.2", load: { average: [9] } }, packages: ["x 1", "y 2"] },
  });
  expect(compareRuns(a, b).differences).toEqual([
    { field: "environment.machine.kernel", before: "6.1", after: "6.2" },
    { field: "environment.packages", before: '["x 1","y 1"]', after: '["x 1","y 2"]' },
    { field: "settings.plan.rounds", before: "40", after: "20" },
    { field: "systems.gvisor.platform", before: "systrap", after: "ptrace" },
  ]);
  expect(compareRuns(a, a).differences).toEqual([]);
});

test("the test is Welch's: it agrees with R's t.test on two unequal groups", () => {
  // R: t.test(c(1,2,3,4,5), c(2,4,6)): difference -1, variance 0.5 + 4/3, degrees by hand
  const change = difference(logEstimate([1, 2, 3, 4, 5]), logEstimate([2, 4, 6]));
  const variance = 0.5 + 4 / 3;
  expect(change.mean).toBeCloseTo(-1, 12);
  expect(change.variance).toBeCloseTo(variance, 12);
  expect(change.degrees).toBeCloseTo(variance ** 2 / (0.5 ** 2 / 4 + (4 / 3) ** 2 / 2), 12);
  expect(pValue(change)).toBeGreaterThan(0.4);
});
