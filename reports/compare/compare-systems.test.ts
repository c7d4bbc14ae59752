import { expect, test } from "vitest";
import type { LatencyRecord } from "../records/record.ts";
import type { Results } from "../records/store.ts";
import { type SyntheticOptions, syntheticRecord, syntheticRunRecord } from "../testing/synthetic.ts";
import { compareSystems } from "./compare-systems.ts";
import { formatComparison } from "./formats.ts";

const results = (...latency: readonly LatencyRecord[]): Results => ({
  folder: "somewhere",
  run: syntheticRunRecord(),
  latency,
  syscalls: [],
  load: [],
  recovered: [],
});
const record = (ratio: number, options: SyntheticOptions = {}): LatencyRecord => {
  const made = syntheticRecord({ blocks: 6, ratios: { "gvisor-aa": 1, "gvisor-ref": ratio }, ...options });
  const proofs = made.proofs.map((proof) =>
    proof.system === "gvisor-ref" ? { ...proof, runtime: "gvisor-ref", sha256: "1".repeat(64) } : proof,
  );
  return { ...made, proofs };
};

test("a second binary that is slower is found, with the paired interval of the report", () => {
  const comparison = compareSystems(results(record(1.3)), "gvisor-ref");
  const [cell, ...more] = comparison.cells;
  expect(more).toEqual([]);
  expect(cell).toMatchObject({ system: "gvisor-ref", baseline: "gvisor", judgement: { verdict: "slower" } });
  expect(cell?.change.ratio).toBeCloseTo(1.3, 1);
  expect(cell?.change.interval?.low).toBeGreaterThan(1.2);
  expect(comparison).toMatchObject({ a: { system: "gvisor" }, b: { system: "gvisor-ref" }, outcome: "slower" });
});

test("a disturbance that both met is not in the ratio, which makes the paired interval the narrower one", () => {
  const shaken = record(1.3, {
    change: (sample) => ({ ...sample, latencyNs: sample.latencyNs * (1 + (sample.block % 3)) }),
  });
  const [cell] = compareSystems(results(shaken), "gvisor-ref").cells;
  expect(cell?.judgement.verdict).toBe("slower");
  expect((cell?.a.interval?.high ?? NaN) / (cell?.a.interval?.low ?? NaN)).toBeGreaterThan(2);
  expect((cell?.change.interval?.high ?? NaN) / (cell?.change.interval?.low ?? NaN)).toBeLessThan(1.2);
});

test("the same binary twice is alike, and one block decides nothing", () => {
  expect(compareSystems(results(record(1)), "gvisor-ref").outcome).toBe("not slower");
  expect(compareSystems(results(record(1.3, { blocks: 1 })), "gvisor-ref").outcome).toBe("undecided");
  expect(compareSystems(results(), "gvisor-ref").outcome).toBe("undecided");
});

test("what distinguishes the two binaries is named, and a void cell is not compared", () => {
  const voided = { ...record(1.3), voids: [{ system: "gvisor-ref", reason: "guard silent" }] };
  const { cells, missing, differences } = compareSystems(results(voided), "gvisor-ref");
  expect(cells).toEqual([]);
  expect(missing).toEqual(["product-purchase-publish: gVisor measured, gvisor-ref void: guard silent"]);
  expect(differences).toEqual([{ field: "sha256", before: "0".repeat(64), after: "1".repeat(64) }]);
});

test("the text says that both were measured in the same rounds, and has no column for two runs", () => {
  const markdown = formatComparison(compareSystems(results(record(1.3)), "gvisor-ref"), "markdown");
  expect(markdown).toContain("A: gvisor, the baseline. B: gvisor-ref. Both in run");
  expect(markdown).toContain("in the same rounds");
  expect(markdown).toContain("## B is slower");
  expect(markdown).not.toMatch(/Welch|different times|ratios to baseline/);
});

test("where B never ran, nothing is said of its binary, and nothing is judged", () => {
  const ran = record(1);
  const proofs = ran.proofs.filter(({ system }) => system !== "gvisor-ref");
  const samples = ran.samples.filter(({ system }) => system !== "gvisor-ref");
  for (const latency of [[], [{ ...ran, proofs, samples }]]) {
    const comparison = compareSystems(results(...latency), "gvisor-ref");
    expect(comparison).toMatchObject({ cells: [], differences: [], outcome: "undecided" });
    const text = formatComparison(comparison, "markdown");
    expect(text).toContain("Not known: no function was measured under both A and B.");
    expect(text).not.toContain("the same binary");
  }
});
