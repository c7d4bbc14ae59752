import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { measuredCalls } from "./cell-summary.ts";
import { compareRuns } from "./compare/compare-runs.ts";
import { compare } from "./comparison.ts";
import { importResults } from "./import.ts";
import { formatSummary } from "./interchange/seconds.ts";
import type { LatencyRecord } from "./records/record.ts";
import { renderReport } from "./render.ts";
import { readResults } from "./records/store.ts";
import { scratchFolder } from "./testing/scratch.ts";
import { syntheticRecord, syntheticRun, writeSynthetic } from "./testing/synthetic.ts";

const write = async (files: Readonly<Record<string, string>>): Promise<string> => {
  const folder = await scratchFolder();
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
};
const timings = (count: number, seconds = 0.02): string => `${seconds.toFixed(6)}\n`.repeat(count);
const average = (seconds: number): string => formatSummary({ meanNs: seconds * 1e9, stdevNs: 1e6 });
const importAll = async (source: string, more: { readonly system?: string; readonly folder?: string } = {}) =>
  importResults({ sources: [source], root: join(await scratchFolder(), "results"), ...more });
const cellOf = (records: readonly LatencyRecord[], label: string, system: string) =>
  compare(records).cells.find((cell) => cell.label === label && cell.system === system);

test("exported and imported again, a run has the same calls to the microsecond", async () => {
  const root = await scratchFolder();
  const run = syntheticRun({ rounds: 6, blocks: 2, ratios: { kalium: 1.2, valve: 2, "trapeze-as-shipped": 3 } });
  const original = await readResults(await writeSynthetic(join(root, "results"), run));
  await renderReport(original.folder, join(root, "out"));
  const { folder, notes } = await importAll(join(root, "out", "artifact"));
  const imported = await readResults(folder);
  expect(imported.run.outcome).toBe("imported");
  expect(notes).toEqual([]);
  expect(imported.latency.map(({ label }) => label)).toEqual(original.latency.map(({ label }) => label));
  for (const [index, record] of original.latency.entries()) {
    const again = imported.latency[index];
    if (again === undefined) throw new TypeError("as many as before");
    expect(again.systems.map(({ name }) => name)).toEqual(record.systems.map(({ name }) => name));
    for (const { name } of record.systems) {
      const [before, after] = [measuredCalls(record, name), measuredCalls(again, name)];
      expect(after).toHaveLength(before.length);
      after.forEach((ns, call) => expect(Math.abs(ns - (before[call] ?? 0))).toBeLessThanOrEqual(500));
    }
    const means = [record, again].map((one) => cellOf([one], one.label, "valve")?.ratio?.meanRatio);
    expect(means[1]).toBeCloseTo(means[0] ?? NaN, 3);
  }
});

test("one block gives a ratio, and neither interval nor verdict, also against the paper and another run", async () => {
  const { folder } = await importAll(
    await write({ gvisor_20_assign: timings(20, 0.02), kalium_20_assign: timings(20, 0.03) }),
  );
  const results = await readResults(folder);
  const cell = cellOf(results.latency, "product-photos-assign", "kalium-artifact");
  expect(cell?.ratio).toMatchObject({ ratio: 1.5, of: "medians", interval: undefined, p: undefined, blocks: 1 });
  expect(cell?.judgement).toMatchObject({
    verdict: "not settled",
    reason: "imported: one block, and the order of the calls is unknown",
  });
  const { outcome, cells } = compareRuns(results, {
    ...results,
    latency: [syntheticRecord({ label: "product-photos-assign", blocks: 8, ratios: { "kalium-artifact": 9 } })],
  });
  expect(outcome).toBe("undecided");
  expect(cells.map(({ judgement }) => judgement.verdict)).toEqual(["not settled", "not settled"]);
  const out = await scratchFolder();
  await renderReport(folder, out);
  const report = await readFile(join(out, "report.md"), "utf8");
  expect(report).toContain("cannot tell: imported: one block, and the order of the calls is unknown");
  expect(report).toContain("not measured by kalium-bench");
  expect(report).not.toContain("every measured call gave the right answer");
  expect(await readFile(join(out, "figure-8.csv"), "utf8")).toMatch(
    /,kalium-artifact,gvisor,measured,imported,1,20,20,/,
  );
});

test("averages alone give the ratio of means, and no median", async () => {
  const { folder, records } = await importAll(
    await write({
      "results_gvisor/gvisor_20_assign_results": average(0.02),
      "results_valve_gvisor/gvisor_20_assign_results": average(0.05),
    }),
  );
  expect(records[0]?.samples).toEqual([]);
  const cell = cellOf(records, "product-photos-assign", "valve");
  expect(cell).toMatchObject({ state: "averaged", count: 20, medianNs: undefined, meanNs: 50_000_000 });
  expect(cell?.ratio).toMatchObject({ ratio: 2.5, of: "means", interval: undefined });
  const out = await scratchFolder();
  const { missing } = await renderReport(folder, out);
  expect(missing).toHaveLength(16);
  expect(await readFile(join(out, "report.md"), "utf8")).toContain("| 2.50 (of means) |");
  expect(await readFile(join(out, "artifact/valvelats.csv"), "utf8")).toContain("product-photos-assign, 2.5\n");
  expect(await readFile(join(out, "artifact/results_valve_gvisor/gvisor_20_assign_results"), "utf8")).toBe(
    average(0.05),
  );
  const results = await readResults(folder);
  expect(compareRuns(results, results).missing).toContain(
    "product-photos-assign, Valve (gVisor): in A known by its average only, in B known by its average only",
  );
});

test("calls win over their average; an average that is not theirs is noted", async () => {
  const source = await write({
    "raw_gvisor/gvisor_20_assign": timings(20, 0.02),
    "results_gvisor/gvisor_20_assign_results": average(0.019_992), // the artifact's scripts cut the last digit
    "raw_kalium/kalium_20_assign": timings(20, 0.02),
    "results_kalium/kalium_20_assign_results": average(0.015),
  });
  const { records, notes } = await importAll(source);
  expect(records[0]?.samples).toHaveLength(40);
  expect(notes).toEqual([
    expect.stringMatching(
      /kalium_20_assign_results says 0\.015000 s, the calls of .*kalium_20_assign average 0\.020000/,
    ),
  ]);
});

test("every file and line that is wrong is named at once, and nothing is written", async () => {
  const source = await write({
    gvisor_20_assign: `${timings(2)}0,020000\n${timings(17)}`,
    gvisor_20_report: timings(40),
    gvisor_20_publish_results: "Avg: 0.02\n",
    gvisor_20_message: "x\n".repeat(20),
    gvisor_20_unheard: timings(20),
    "notes.txt": "",
    "more/gvisor_20_assign": timings(20),
  });
  const root = await scratchFolder();
  const error: unknown = await importResults({ sources: [source, join(source, "gone")], root }).catch(
    (e: unknown) => e,
  );
  const message = String(error);
  expect(message).toContain(`${source}/gvisor_20_assign:3: "0,020000" is not a number of seconds`);
  expect(message).toContain("gvisor_20_report: 40 timings, where its name says 20");
  expect(message).toContain(`gvisor_20_publish_results:1: "Avg: 0.02" is not like`);
  expect(message).toContain("gvisor_20_message:5:");
  expect(message).toContain("gvisor_20_message: 15 more lines like these");
  expect(message).toContain("unknown function unheard; known: microbench,");
  expect(message).toContain("notes.txt: not named like");
  expect(message).toContain("more: a folder that is not named like results_gvisor");
  expect(message).toContain("gone: not found");
  expect(await readdir(root)).toEqual([]);
});

test("a message names at most thirty problems and counts the others", async () => {
  const files = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`file-${index}`, ""]));
  const message = String(await importAll(await write(files)).catch((error: unknown) => error));
  expect(message.match(/not named like/g)).toHaveLength(30);
  expect(message).toContain("and 20 more");
});

test("the same function of the same system twice is refused, with both files", async () => {
  const source = await write({ "raw_gvisor/gvisor_20_assign": timings(20), gvisor_20_assign: timings(20) });
  await expect(importAll(source)).rejects.toThrow(
    /gvisor_20_assign and .*gvisor_20_assign are both timings of product-photos-assign on gvisor/,
  );
});

test("results whose names do not say whose they are take the system that is given", async () => {
  const { records } = await importAll(await write({ gvisor_20_assign: timings(20) }), { system: "trapeze" });
  expect(records[0]?.systems.map(({ name }) => name)).toEqual(["trapeze"]);
});

test("single files are imported; an empty folder is an error", async () => {
  const source = await write({ gvisor_20_assign: timings(20), "notes.txt": "" });
  expect((await importAll(join(source, "gvisor_20_assign"))).records).toHaveLength(1);
  await expect(importAll(await scratchFolder())).rejects.toThrow("no result files in it");
});

test("a results folder that is named is made where it is named, and never over another", async () => {
  const source = await write({ gvisor_20_assign: timings(20) });
  const folder = join(await scratchFolder(), "deep", "old");
  expect((await importAll(source, { folder })).folder).toBe(folder);
  expect((await readResults(folder)).latency).toHaveLength(1);
  expect(await readdir(dirname(folder))).toEqual(["old"]);
  await expect(importAll(source, { folder })).rejects.toThrow(/not empty[^]*--out/);
});

/** Timings that were left in the artifact's tree, next to this project; the test does not need them. */
const artifactRaw = fileURLToPath(new URL("../../shared/data/artifact/raw/", import.meta.url));

test("what is left in the artifact's tree is four functions of Kalium, 100 calls each", async ({ skip }) => {
  await readdir(artifactRaw).catch(() => skip("the artifact's files are not here"));
  const { records } = await importAll(artifactRaw);
  const medians = records.map(({ label }) => [label, cellOf(records, label, "kalium-artifact")?.medianNs]);
  expect(medians).toEqual([
    ["product-purchase-authenticate", 40_581_500],
    ["product-purchase-getprice", 58_626_500],
    ["product-purchase-authorize-cc", 13_782_000],
    ["product-purchase-publish", 11_334_500],
  ]);
  expect(compare(records).cells.every(({ ratio }) => ratio === undefined)).toBe(true);
});
