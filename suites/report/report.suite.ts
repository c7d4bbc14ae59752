import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { axisLabel, withFigureOrder } from "../../reports/figures/figure-order.ts";
import { type RenderedReport, renderReport } from "../../reports/render.ts";
import { latestResults } from "../../reports/records/store.ts";

/** Every figure and table from a results folder: the one in KALIUM_RESULTS, or the latest under reports/results/. */
describe("report", () => {
  let report: RenderedReport;
  const out = resolve(process.env["KALIUM_OUT"] ?? "reports/out");
  const read = (name: string): Promise<string> => readFile(join(out, name), "utf8");

  beforeAll(async () => {
    const named = resolve(process.env["KALIUM_RESULTS"] ?? "reports/results");
    const folder = existsSync(join(named, "run.json")) ? named : await latestResults(named);
    report = await renderReport(folder, out, { published: process.env["KALIUM_PUBLISHED"] !== "0" });
  });

  test("all files are written", async () => {
    for (const file of report.files) expect((await stat(file)).size, file).toBeGreaterThan(0);
  });

  test("the figure names every function", async ({ skip }) => {
    if (report.results.latency.length === 0) skip("this run measured no latencies");
    const svg = await read("figure-8.svg");
    for (const named of withFigureOrder(report.comparison.cells)) expect(svg).toContain(`>${axisLabel(named)}<`);
  });

  test("the CSV has one row per measured cell", async ({ skip }) => {
    if (report.results.latency.length === 0) skip("this run measured no latencies");
    const [header = "", ...rows] = (await read("figure-8.csv")).trimEnd().split("\n");
    expect(header.split(",")).toContain("ratio");
    expect(rows).toHaveLength(report.comparison.cells.length);
  });

  test("Figure 7 names its curves", async ({ skip }) => {
    const { accuracy } = report.results;
    if (accuracy?.curve === undefined) skip("this run learnt no policies");
    for (const name of [accuracy?.application ?? "", "HelloRetail", "MapReduce"]) {
      expect(await read("figure-7.svg")).toContain(name);
    }
  });

  test("the report lists every missing cell", async ({ skip }) => {
    if (report.results.latency.length === 0) skip("this run measured no latencies");
    const text = await read("report.md");
    for (const cell of report.missing) expect(text).toContain(cell);
  });
});
