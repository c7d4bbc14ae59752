import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { drawResults } from "../draw.ts";
import { toPlainTable } from "../formats/plain.ts";
import { createResults, readResults, type Results, writeDensity, writeLoad } from "../records/store.ts";
import type { RunRecord } from "../records/record.ts";
import { scratchFolder } from "../testing/scratch.ts";
import { syntheticRecord, syntheticRunRecord, writeSynthetic } from "../testing/synthetic.ts";
import { syntheticDensity } from "../testing/synthetic-density.ts";
import { syntheticLoad } from "../testing/synthetic-load.ts";
import { withPrice } from "../testing/synthetic-price.ts";
import { overviewColumns } from "./columns.ts";
import { combineResults } from "./combine.ts";
import { overviewTable } from "./tables.ts";

const price = { cpuMs: 9, idle: 40, memoryMb: 80, startMs: 400 };
const prices = {
  gvisor: price,
  native: { ...price, cpuMs: 4.5, idle: 0, memoryMb: 40, startMs: 100 },
  kalium: { ...price, cpuMs: 12 },
};

async function bench(run: Partial<RunRecord> = {}): Promise<string> {
  const record = withPrice(syntheticRecord({ ratios: { native: 0.5, kalium: 1.2 }, blocks: 6, rounds: 8 }), prices);
  return writeSynthetic(await scratchFolder(), [record], run);
}
async function load(run: Partial<RunRecord> = {}): Promise<string> {
  const folder = await createResults(await scratchFolder(), syntheticRunRecord({ runId: "load-run", ...run }));
  await writeLoad(folder, syntheticLoad({ capacities: { kalium: 30 } }));
  return folder;
}
async function density(run: Partial<RunRecord> = {}): Promise<string> {
  const folder = await createResults(await scratchFolder(), syntheticRunRecord({ runId: "density-run", ...run }));
  await writeDensity(folder, syntheticDensity());
  return folder;
}
const read = (folders: readonly string[]): Promise<readonly Results[]> => Promise.all(folders.map(readResults));

test("every measure has a column with its ratio and interval, the baseline's row what 1 stands for", async () => {
  const results = combineResults(await read([await density(), await load(), await bench()]));
  const found = overviewColumns(results);
  expect(found.map(({ name }) => name)).toEqual(["latency", "cpu", "memory", "start", "density", "throughput"]);
  const native = found.map(({ values }) => values.get("native"));
  for (const [at, truth] of [0.5, 0.5, 0.5, 0.25, 2].entries()) expect(native[at]?.ratio).toBeCloseTo(truth, 1);
  for (const value of native.slice(0, 5)) {
    expect(value?.range?.low).toBeLessThan(value?.ratio ?? 0);
    expect(value?.range?.high).toBeGreaterThan(value?.ratio ?? Infinity);
  }
  const kalium = found.at(-1)?.values.get("kalium");
  expect([kalium?.rangeIs, kalium?.range]).toEqual(["bracket", { low: 0.2, high: 1 }]);
  const table = overviewTable(found, "gvisor");
  expect(table.rows[0]?.join(" | ")).toMatch(
    /^gVisor \| \d\.\d\d ms \| 9\.\d\d ms \| 80\.\d MB \| 40\d ms \| 25\.\d \| 70\.7$/,
  );
  expect(table.rows.map(([system]) => system)).toEqual([
    "gVisor",
    "gVisor again (A/A)",
    "native",
    "Kalium (embedded guard)",
  ]);
  const narrow = toPlainTable(table, 80);
  expect(narrow.split("\n").filter(({ length }) => length > 80)).toEqual([]);
  expect(narrow).toMatch(/^native +0\.5\d±\d% .* 2\.\d\d±\d% /m);
  expect(narrow).toMatch(/^System +Latency +CPU +Memory +Start +In 1 GB +Calls\/s\n/);
});

test("a baseline that met the bound at every rate has the highest as its least", async () => {
  const folder = await createResults(await scratchFolder(), syntheticRunRecord({ runId: "load-run" }));
  const capacities = { gvisor: 1e6, native: 1e6, kalium: 1e6 };
  await writeLoad(folder, syntheticLoad({ capacities }));
  const found = overviewColumns(combineResults(await read([await bench(), folder])));
  const table = overviewTable(found, "gvisor");
  expect(table.rows[0]?.at(-1)).toBe("≥100");
  expect(table.rows.find(([system]) => system === "native")?.at(-1)).toBe("–");
});

test("what these results do not have has no column, and one kind alone no table", async () => {
  const two = combineResults(await read([await density(), await load()]));
  expect(overviewColumns(two).map(({ name }) => name)).toEqual(["density", "throughput"]);
  for (const folder of [await bench(), await load(), await density()]) {
    expect(overviewColumns(await readResults(folder))).toEqual([]);
  }
  const out = await scratchFolder();
  expect(await drawResults([await density(), await load()], out, { width: 80 })).toMatch(
    /^Every system relative to gVisor/,
  );
  expect((await readFile(join(out, "systems.csv"), "utf8")).split("\n")[1]).toMatch(
    /^density,1,density-run,gvisor,gvisor,/,
  );
});

test("nothing is mixed silently: what does not go together is refused, and differences are named", async () => {
  const [one, other] = [await density(), await density({ runId: "another" })];
  const combined = async (...folders: readonly string[]): Promise<Results> => combineResults(await read(folders));
  await expect(combined(one, other)).rejects.toThrow(/both hold density records/);
  const application = { name: "shop", sha256: "1".repeat(64), functions: [], calls: [] };
  await expect(combined(await bench(), await density({ application }))).rejects.toThrow(
    /is about Hello, Retail! and .* about shop/,
  );
  const native = await createResults(await scratchFolder(), syntheticRunRecord());
  await writeDensity(native, { ...syntheticDensity(), baseline: "native" });
  await expect(combined(await bench(), native)).rejects.toThrow(/the baseline is gvisor in .* and native in/);
  const environment = { machine: { cpu: "another", cores: 2 }, node: "v24.21.0", database: { version: "8.4.0" } };
  const mixed = await combined(await bench(), await density({ environment }));
  expect(mixed.combined?.differences).toEqual([
    expect.stringMatching(/^environment\.machine\.cpu: synthetic in .*, another in density-run$/),
  ]);
  const out = await scratchFolder();
  expect(await drawResults([await bench(), await density({ environment })], out, { width: 200 })).toMatch(
    /The runs differ: environment\.machine\.cpu/,
  );
  expect(await readFile(join(out, "report.md"), "utf8")).toMatch(/The runs differ: environment\.machine\.cpu/);
});
