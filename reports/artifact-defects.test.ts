/**
 * Defects of the artifact's scripts that reading, counting and writing results could have, too. Ids and files:
 * docs/method.md, "What the artifact did".
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compare } from "./comparison.ts";
import { figure8 } from "./figures/figure-8.ts";
import { renderFigure } from "./figures/render-figure.ts";
import { callsToCsv, cellsToCsv } from "./formats/csv.ts";
import type { LatencyRecord, Sample } from "./records/record.ts";
import { createResults, openJournal, readJournal, readResults, recordFromJournal } from "./records/store.ts";
import { missingCells } from "./tables/latency-tables.ts";
import { scratchFolder } from "./testing/scratch.ts";
import { syntheticRecord, syntheticRun, syntheticRunRecord, writeSynthetic } from "./testing/synthetic.ts";

const small = { blocks: 3, rounds: 10 };
const cellOf = (record: LatencyRecord, system: string) => {
  const cell = compare([record]).cells.find((candidate) => candidate.system === system);
  if (cell === undefined) throw new TypeError(`${system} has no cell`);
  return cell;
};
const rowsOf = (csv: string): Record<string, string>[] => {
  const [header = [], ...rows] = csv
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));
  return rows.map((row) => Object.fromEntries(header.map((name, index) => [name, row[index] ?? ""])));
};
const measured = (change: (sample: Sample) => Sample) => (sample: Sample) =>
  sample.phase === "measured" ? change(sample) : sample;

test("D-A1: no digit of a sample is cut on its way from the journal to the CSV", async () => {
  const record = syntheticRecord({ ...small, change: (sample) => ({ ...sample, latencyNs: 1_234_567_891 }) });
  const { latency } = await readResults(await writeSynthetic(await scratchFolder(), [record]));
  expect(new Set(latency[0]?.samples.map(({ latencyNs }) => latencyNs))).toEqual(new Set([1_234_567_891]));
  expect(new Set(rowsOf(callsToCsv(latency)).map((row) => row["latency_ns"]))).toEqual(new Set(["1234567891"]));
  expect(rowsOf(cellsToCsv(compare(latency)))[0]?.["median_ns"]).toBe("1234567891");
});

test("D-A5: the results folder keeps every call in order, not only an average", async () => {
  const record = syntheticRecord(small);
  const { latency } = await readResults(await writeSynthetic(await scratchFolder(), [record]));
  expect(latency[0]?.samples).toEqual(record.samples);
});

test("D-A10: a stray file in the folder aborts nothing, and an unknown function is shown, not an error", async () => {
  const folder = await writeSynthetic(await scratchFolder(), [syntheticRecord({ ...small, label: "brand-new" })]);
  await writeFile(join(folder, "notes.txt"), "unrelated");
  await writeFile(join(folder, "kalium_20_other_results"), "Avg: 1");
  await mkdir(join(folder, "backup"));
  const comparison = compare((await readResults(folder)).latency);
  expect(comparison.cells.map(({ label }) => label)).toEqual(["brand-new", "brand-new"]);
  expect(missingCells(comparison)).toHaveLength(17); // each by its name
});

test("D-A11: n is counted from the calls, whatever number was planned", () => {
  const record = syntheticRecord({ ...small, rounds: 20 });
  const cut = { ...record, samples: record.samples.filter(({ block, round }) => block !== 2 || round < 7) };
  expect(record.plan.rounds * record.plan.blocks).toBe(60);
  expect(cellOf(cut, "native").count).toBe(47);
});

test("D-A12: an empty or cut file is refused by name, never a function that silently goes missing", async () => {
  const folder = await writeSynthetic(await scratchFolder(), [syntheticRecord(small)]);
  await writeFile(join(folder, "latency.product-photos-report.json"), "");
  await expect(readResults(folder)).rejects.toThrow(/latency\.product-photos-report\.json is not JSON/);
});

test("D-A13: a ratio above the axis is drawn clipped with its value above the bar, and whole in the data", async () => {
  const record = syntheticRecord({ blocks: 6, spread: 0.01, ratios: { native: 7.3 } });
  const comparison = compare([record]);
  expect(Number(rowsOf(cellsToCsv(comparison))[1]?.["ratio"])).toBeGreaterThan(7);
  const { svg } = await renderFigure(figure8([record], comparison));
  expect(svg).toMatch(/>7\.\d+<\/text>/);
});

test("D-A15: a decimal comma is refused where it is read, and not taken for two cells or for a whole number", async () => {
  const record = syntheticRecord({ ...small, change: (sample) => ({ ...sample, latencyNs: "1,06" as never }) });
  const root = await scratchFolder();
  const folder = await createResults(root, syntheticRunRecord());
  await writeFile(join(folder, `latency.${record.label}.json`), JSON.stringify(record));
  await expect(readResults(folder)).rejects.toThrow(/samples\[0\]\.latencyNs/);
  const [row] = rowsOf(cellsToCsv(compare([syntheticRecord(small)]))).filter(({ system }) => system === "native");
  expect(row?.["ratio"]).toMatch(/^0\.\d+$/);
});

test("D-A16: rows that a run lacks are named as missing, the baseline's like any other", () => {
  const records = syntheticRun(small).filter(({ label }) => !label.startsWith("product-master"));
  expect(missingCells(compare(records))).toEqual([
    "product-master-photos: not measured",
    "product-master-request: not measured",
  ]);
});

test("D-A17: each system's numbers come from its own calls, so that none is another's copy", () => {
  const record = syntheticRecord({ ...small, ratios: { native: 0.5, runc: 0.8, valve: 1.2 } });
  for (const { name } of record.systems) {
    const own = record.samples.filter(({ system, phase }) => system === name && phase === "measured");
    const sorted = own.map(({ latencyNs }) => latencyNs).sort((a, b) => a - b);
    const middle = ((sorted[14] ?? NaN) + (sorted[15] ?? NaN)) / 2;
    expect(cellOf(record, name).medianNs).toBe(middle);
  }
});

test("D-A24: what is shorter than a microsecond is not rounded to nothing", () => {
  const record = syntheticRecord({ ...small, change: (sample) => ({ ...sample, latencyNs: 850, firstByteNs: 800 }) });
  expect(rowsOf(cellsToCsv(compare([record])))[0]?.["median_ns"]).toBe("850");
});

test("D-A25: both micro signs survive the journal, whatever the machine's locale", async () => {
  const reason = "took 12 \u00b5s, or 12 \u03bcs";
  const record = syntheticRecord({ ...small, change: (sample) => ({ ...sample, outcome: "error", reason }) });
  const { latency } = await readResults(await writeSynthetic(await scratchFolder(), [record]));
  expect(latency[0]?.samples[0]?.reason).toBe(reason);
});

test("D-B1: a second experiment is never appended to the calls of a first", async () => {
  const path = join(await scratchFolder(), "journal", "f.jsonl");
  const { flow, label, starred, baseline, systems, plan, runId, startedAt, samples } = syntheticRecord(small);
  const facts = { runId, startedAt, flow, label, starred, baseline, systems, plan };
  const journal = openJournal(path, facts);
  for (const data of samples.slice(0, 3)) journal.append({ kind: "sample", data });
  journal.close();
  expect(() => openJournal(path, { ...facts, plan: { ...plan, rounds: 99 } })).toThrow(/another experiment: plan/);
  const again = openJournal(path, facts); // the same plan: continued, and told what is there
  expect(again.resumed?.samples).toHaveLength(3);
  again.close();
  const { voids } = recordFromJournal(readJournal(path));
  expect(voids).toEqual([{ block: 0, reason: "interrupted before the end of the block" }]);
});

test("D-B2: a fast wrong answer or a failure is not a latency, and more than 1 % of them void the cell", () => {
  const fails = (outcome: Sample["outcome"], share: number) =>
    syntheticRecord({
      blocks: 5,
      rounds: 100,
      change: measured((sample) =>
        sample.system === "native" && sample.round < share * 100 ? { ...sample, outcome, latencyNs: 1 } : sample,
      ),
    });
  for (const outcome of ["wrong-answer", "error"] as const) {
    const kept = cellOf(fails(outcome, 0.01), "native");
    expect(kept).toMatchObject({ state: "measured", count: 495 });
    expect(kept.meanNs).toBeGreaterThan(1e6);
    expect(cellOf(fails(outcome, 0.02), "native")).toMatchObject({ state: "void", ratio: undefined });
  }
});

test("D-B3: a call that was cut at its limit is a time-out and slow, not a fast or a dropped sample", () => {
  const limitNs = 15e9;
  const record = syntheticRecord({
    blocks: 5,
    rounds: 100,
    change: measured((sample) =>
      sample.system === "native" && sample.round === 0
        ? { ...sample, outcome: "timeout", status: 0, latencyNs: limitNs }
        : sample,
    ),
  });
  const cell = cellOf(record, "native");
  expect(cell).toMatchObject({ state: "measured", count: 500, timeouts: 5 });
  expect(cell.meanNs).toBeGreaterThan(limitNs / 100);
  expect(cell.p99).toMatchObject({ atLeast: true });
});

test("D-B8: cold and warm-up calls are in the record and in no statistic of warm ones", () => {
  const record = syntheticRecord({
    ...small,
    change: (sample) => (sample.phase === "measured" ? { ...sample, latencyNs: 5 } : sample),
  });
  const cell = cellOf(record, "native");
  expect(record.samples.filter(({ phase }) => phase !== "measured").length).toBeGreaterThan(0);
  expect(cell).toMatchObject({ count: 30, medianNs: 5, meanNs: 5, coldCount: 3 });
  expect(cell.coldMedianNs).toBeGreaterThan(1e6);
});
