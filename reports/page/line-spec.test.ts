import { expect, test } from "vitest";
import { roundsChart } from "../accuracy/rounds-chart.ts";
import { densityChart } from "../density/chart.ts";
import { summariseDensity } from "../density/summary.ts";
import { renderSvg } from "../figures/render-figure.ts";
import { loadChart } from "../load/chart.ts";
import { summariseLoad } from "../load/summary.ts";
import { syntheticAccuracy } from "../testing/synthetic-accuracy.ts";
import { syntheticDensity } from "../testing/synthetic-density.ts";
import { syntheticLoad } from "../testing/synthetic-load.ts";
import type { LineChart } from "./chart.ts";
import { type ChartView, firstView } from "./chart-view.ts";
import { lineSpec } from "./line-spec.ts";

const some = <T>(value: T | undefined): T => {
  if (value === undefined) throw new TypeError("there is something to draw");
  return value;
};
const load = some(loadChart(summariseLoad(syntheticLoad({ capacities: { kalium: 30 } }))));
const svgOf = (chart: LineChart, changes: Partial<ChartView> = {}): Promise<string> =>
  renderSvg(lineSpec(chart, { ...firstView(chart, { widthPx: 900, narrow: false }), ...changes }));
/** Labels of the marks, as screen readers say them. */
const marks = async (chart: LineChart, changes: Partial<ChartView> = {}): Promise<readonly string[]> => {
  const [, group = ""] = /role-mark points"[^>]*>(.*?)<\/g>/s.exec(await svgOf(chart, changes)) ?? [];
  return [...group.matchAll(/aria-label="([^"]*)"/g)].map(([, label = ""]) => label);
};

test("load: a mark per system, rate and percentile tells its number, n, the bound and the verdict", async () => {
  const told = await marks(load);
  expect(told).toHaveLength(4 * 3 * 2);
  const saturated = told.find((text) => text.startsWith("Kalium (embedded guard), 100 calls/s. p99"));
  expect(saturated).toMatch(
    /p99 [\d.]+ ms; in single blocks [\d.]+ to [\d.]+ ms\. n = 2000 right answers of 2000 planned calls, 2 blocks\. [\d.]+ % within 50 ms of 99 % needed: saturated: completes [\d.]+\/s\. Meets the bound up to, calls\/s: 20 to 50; not settled: 0 to 80 % lower/,
  );
  expect(load.points.filter(({ cross }) => cross).every(({ x, series }) => x >= 50 && series !== "native")).toBe(true);
});

test("load: systems and percentiles are switched; the bound stays", async () => {
  expect(await marks(load, { series: ["native"] })).toHaveLength(3 * 2);
  expect(await marks(load, { layers: ["p50", "p90", "p99"] })).toHaveLength(4 * 3 * 3);
  for (const changes of [{}, { series: [] }, { scale: "linear" as const }, { narrow: true, widthPx: 358 }]) {
    expect(await svgOf(load, changes)).toContain(">bound: p99 within 50 ms</text>");
  }
});

test("load: a percentile without enough calls and a void step have no mark, and the profile smoke has no chart", () => {
  const of = (plan: object) => loadChart(summariseLoad(syntheticLoad({ plan })));
  expect(load.layers.map(({ name }) => name)).toEqual(["p50", "p90", "p99"]);
  expect(of({ windowMs: 1_000, blocks: 1 })?.layers.map(({ name }) => name)).toEqual(["p50", "p90"]);
  expect(of({ profile: "smoke" })).toBeUndefined();
});

test("density: a mark has its mean with the interval over blocks, and the verdict of what is drawn", async () => {
  const [summary] = summariseDensity([syntheticDensity()]);
  const [memory, starts] = (["memory", "starts"] as const).map((of) => some(densityChart(some(summary), of)));
  const told = await marks(some(memory).chart);
  expect(told).toHaveLength(4 * 5); // the A/A arm among them
  expect(told).toContainEqual(
    expect.stringMatching(
      /^native, 16 idle instances\. 350 MB \[3[45]\d, 35\d\] together \(95 % interval over n = 6 blocks\)\. Memory per instance: .*less/,
    ),
  );
  expect(some(memory).table.rows).toHaveLength(4 * 5);
  expect(some(memory).chart.series.at(-1)).toMatchObject({ title: "gVisor again (A/A)", dash: [4, 3] });
  expect(told.at(-1)).toMatch(/^gVisor again \(A\/A\), 16 idle .*noise floor/);
  expect(await marks(some(starts).chart)).toContainEqual(
    expect.stringMatching(/^gVisor, start of the instances up to number 16\. [34]\d\d ms \[.*Start, 1st: the baseline/),
  );
});

test("Figure 7: a mark where the median changes, with Wilson's interval, and the paper's curves beside it", async () => {
  const chart = roundsChart(syntheticAccuracy(), { published: true });
  const [own = "", ...others] = chart.series.map(({ title }) => title);
  const measured = await marks(chart, { series: [own] });
  expect(measured[0]).toMatch(
    /^Hello, Retail! \(measured\), 1 round of training\. 60\.0 % of n = 100 test rounds denied \[.*\] \(Wilson&#39;s 95 % interval\)|^Hello, Retail! \(measured\), 1 round of training\. 60\.0 % of n = 100 test rounds denied/,
  );
  expect(measured.length).toBeLessThan(60);
  expect(others.length).toBeGreaterThan(2);
  expect((await marks(chart)).some((text) => text.includes("(published). 61.6 % from 1 round on"))).toBe(true);
  expect(roundsChart(syntheticAccuracy(), { published: false }).series).toHaveLength(1);
});

test.for(["linear", "log"] as const)(
  "a line with nothing switched on is an empty %s chart, not an error",
  async (xScale) => {
    expect(await marks(load, { series: [], xScale, scale: xScale })).toEqual([]);
  },
);
