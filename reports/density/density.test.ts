import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { drawResults } from "../draw.ts";
import { densityFigure } from "../figures/density-figure.ts";
import { toPlainTable } from "../formats/plain.ts";
import type { DensityRecord } from "../records/density-record.ts";
import { createResults, readResults, sealRun, writeDensity } from "../records/store.ts";
import { renderReport } from "../render.ts";
import { scratchFolder } from "../testing/scratch.ts";
import { syntheticRecord, syntheticRunRecord, writeSynthetic } from "../testing/synthetic.ts";
import { syntheticDensity } from "../testing/synthetic-density.ts";
import { densityChart } from "./chart.ts";
import { densityToCsv } from "./formats.ts";
import { type DensityMetricName, densityMetricTitle } from "./metrics.ts";
import { type DensityCell, type DensitySummary, summariseDensity } from "./summary.ts";
import { densityMetricsTable, densityTable, endedTexts } from "./tables.ts";

function summaryOf(record: DensityRecord): DensitySummary {
  const [summary] = summariseDensity([record]);
  if (summary === undefined) throw new TypeError("one record, one summary");
  return summary;
}

function cellOf({ cells }: DensitySummary, metric: DensityMetricName, system: string): DensityCell {
  const cell = cells.find((one) => one.metric === metric && one.system === system);
  if (cell === undefined) throw new TypeError(`no cell of ${metric} under ${system}`);
  return cell;
}

test("what one more instance takes is found without what all share, and so is how many fit", () => {
  const summary = summaryOf(syntheticDensity());
  const gvisor = cellOf(summary, "memory", "gvisor");
  expect(gvisor.value).toBeCloseTo(40e6, -6);
  expect(gvisor.interval?.low).toBeLessThan(40e6);
  expect(gvisor.interval?.high).toBeGreaterThan(40e6);
  expect(cellOf(summary, "fit", "gvisor").value).toBeCloseTo(25, 0);
  expect(cellOf(summary, "hostMemory", "gvisor").value).toBeCloseTo(48e6, -7);
  expect(cellOf(summary, "memory", "native").judgement).toMatchObject({
    verdict: "faster",
    text: expect.stringMatching(/^(49|50)(\.\d)? % less \(/) as string,
  });
  expect(cellOf(summary, "fit", "native").judgement?.text).toMatch(/^\d+(\.\d)? % more \(/);
  expect(cellOf(summary, "firstStart", "native").judgement?.text).toMatch(/^\d+ % faster \(/);
  expect(cellOf(summary, "memory", "kalium").judgement?.verdict).toBe("no difference");
  expect(cellOf(summary, "memory", "gvisor-aa")).toMatchObject({
    judgement: undefined,
    noiseFloor: expect.any(Number) as number,
  });
});

test("later starts are those of the second half, by their numbers", () => {
  const title = (instances: number) => densityMetricTitle("laterStart", { instances });
  expect([16, 22, 3, 2].map(title)).toEqual([
    "Start, 9th to 16th",
    "Start, 12th to 22nd",
    "Start, 2nd to 3rd",
    "Start, 2nd",
  ]);
  const slower = syntheticDensity({
    change: (series) => ({ ...series, startsNs: series.startsNs.map((ns, at) => (at < 8 ? ns : ns * 3)) }),
  });
  expect(cellOf(summaryOf(slower), "laterStart", "gvisor").value).toBeGreaterThan(1.1e9);
  expect(cellOf(summaryOf(slower), "firstStart", "gvisor").value).toBeLessThan(0.5e9);
});

test("what was not read is not known, and no zero", () => {
  const blind = summaryOf(
    syntheticDensity({
      change: ({ source: _source, ...series }) => ({
        ...series,
        points: series.points.map(({ instances, availableBytes = 0 }) => ({ instances, availableBytes })),
      }),
    }),
  );
  expect(cellOf(blind, "memory", "native")).toMatchObject({ state: "unknown", value: undefined, ratio: undefined });
  expect(cellOf(blind, "fit", "native").state).toBe("unknown");
  expect(cellOf(blind, "hostMemory", "native").state).toBe("measured");
  expect(densityTable(blind).rows[0]?.slice(0, 3)).toEqual(["gVisor", "not known", "–"]);
  expect(densityFigure(blind, "memory")).toBeUndefined();
  expect(densityFigure(blind, "starts")).toBeDefined();
});

test("a void series does not count; a system with void series only has no number", () => {
  const voids = [{ system: "native", block: 2, reason: "instance 3 died while it was idle" }];
  const one = summaryOf({ ...syntheticDensity(), voids });
  expect(cellOf(one, "memory", "native").values).toHaveLength(5);
  expect(cellOf(one, "memory", "native").ratio?.blocks).toBe(5);
  const all = summaryOf({ ...syntheticDensity({ blocks: 1 }), voids: [{ ...voids[0], block: 0, reason: "it died" }] });
  expect(cellOf(all, "memory", "native")).toMatchObject({ state: "void", value: undefined, ratio: undefined });
  expect(densityMetricsTable(all).rows[2]).toMatchObject(["", "native", "0", "–", "void", "void: block 0: it died"]);
});

test("a system that the limit of memory stopped is named, and has no later start", () => {
  const cut = syntheticDensity({
    change: (series) =>
      series.system === "gvisor"
        ? { ...series, ended: "memory", startsNs: series.startsNs.slice(0, 8), points: series.points.slice(0, 4) }
        : series,
  });
  expect(endedTexts(summaryOf(cut))).toEqual([
    "gVisor: 8 of 16 instances; the next one would not fit the limit of memory.",
  ]);
  expect(cellOf(summaryOf(cut), "laterStart", "gvisor").state).toBe("unknown");
  expect(cellOf(summaryOf(cut), "memory", "gvisor").value).toBeCloseTo(40e6, -6);
});

test("the terminal's table fits 80 columns; one block has no interval, a smoke run no numbers", () => {
  const narrow = toPlainTable(densityTable(summaryOf(syntheticDensity())), 80);
  expect(narrow.split("\n").filter(({ length }) => length > 80)).toEqual([]);
  expect(narrow).toMatch(/^native +20\.\d ± 0\.\d MB +\d\d\.\d +(49|50)/m);
  expect(densityTable(summaryOf(syntheticDensity({ blocks: 1 }))).rows[0]?.[1]).toMatch(/^\d\d\.\d MB$/);
  const smoke = summaryOf(syntheticDensity({ profile: "smoke", blocks: 1, instances: 2 }));
  expect(densityTable(smoke).rows[1]?.slice(1, -1)).toEqual(["–", "–", "–", "–"]);
  expect(densityFigure(smoke, "memory")).toBeUndefined();
});

/** Starts as of a machine that is busy in every third block. */
const uneven = (blocks: number) =>
  syntheticDensity({
    blocks,
    change: (series) => ({ ...series, startsNs: series.startsNs.map((ns) => (series.block % 3 === 0 ? ns * 12 : ns)) }),
  });

test("fewer blocks than a claim needs have no interval: a dash in tables, no whisker, nothing in files", () => {
  const few = summaryOf(uneven(4));
  for (const { interval } of [...few.cells, ...few.memory, ...few.starts]) expect(interval).toBeUndefined();
  for (const { ratio } of few.cells) expect(ratio?.interval).toBeUndefined();
  const start = densityMetricsTable(few).rows.find(([, system, , mean]) => system === "native" && mean?.includes("ms"));
  expect(start?.slice(3, 5)).toEqual([
    expect.stringMatching(/^\d+ ms \[–\]$/),
    expect.stringMatching(/^0\.\d+ \[–\]$/),
  ]);
  expect(densityTable(few).rows[0]?.[1]).toMatch(/^\d\d\.\d MB$/);
  const drawn = JSON.stringify(densityFigure(few, "starts"));
  expect(drawn).toContain("means over 4 blocks of fresh sandboxes; ");
  expect(drawn).not.toContain('"low":');
  expect(JSON.stringify(densityChart(few, "starts"))).toContain("(4 blocks: no interval)");
  const [head = "", ...rows] = densityToCsv([few]).split("\n");
  const at = head.split(",").flatMap((name, index) => (/_(low|high)$/.test(name) ? [index] : []));
  expect(at.length).toBeGreaterThanOrEqual(4);
  for (const row of rows) for (const index of at) expect(row.split(",")[index] ?? "").toBe("");
});

test("no interval of a time or of memory reaches below 0", () => {
  const { cells, starts } = summaryOf(uneven(6));
  const lows = [...cells, ...starts].flatMap(({ interval }) => interval?.low ?? []);
  expect(lows).toContain(0);
  expect(Math.min(...lows)).toBe(0);
});

test("a results folder of density alone is drawn, and one that was changed is refused", async () => {
  const folder = await createResults(await scratchFolder(), syntheticRunRecord());
  await writeDensity(folder, syntheticDensity());
  await sealRun(folder, { outcome: "passed" });
  const out = await scratchFolder();
  const said = await drawResults(folder, out, { width: 80 });
  expect(said).toMatch(/Density of product-purchase-publish: idle instances, at most 16 of a system/);
  const pictures = ["", ".start"].flatMap((which) =>
    ["svg", "png", "pdf", "vl.json"].map((ending) => `density.product-purchase-publish${which}.${ending}`),
  );
  const tables = ["csv", "html", "json", "junit.xml", "md"].map((ending) => `density.${ending}`);
  expect((await readdir(out)).sort()).toEqual([...tables, ...pictures].sort());
  const csv = await readFile(join(out, "density.csv"), "utf8");
  expect(csv.trimEnd().split("\n")).toHaveLength(1 + 5 * 4);
  expect(csv).toMatch(/^product-purchase-publish,native,memory,bytes,gvisor,measured,6,(19|20)\d{6},/m);
  expect(await readFile(join(out, "density.junit.xml"), "utf8")).toMatch(/tests="10" failures="0"/);
  await writeDensity(folder, syntheticDensity({ blocks: 2 }));
  await expect(readResults(folder)).rejects.toThrow(
    /density\.product-purchase-publish\.json was changed after the run/,
  );
});

test("beside latency, the report has a section of it", async () => {
  const folder = await writeSynthetic(await scratchFolder(), [syntheticRecord()]);
  await writeDensity(folder, syntheticDensity());
  const out = await scratchFolder();
  await renderReport(folder, out);
  for (const name of ["report.md", "report.html"]) {
    expect(await readFile(join(out, name), "utf8")).toMatch(/Density of product-purchase-publish/);
  }
});
