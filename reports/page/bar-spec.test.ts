import { expect, test } from "vitest";
import { compare } from "../comparison.ts";
import { figure8Data } from "../figures/figure-8-data.ts";
import { overlay } from "../figures/figure-8.ts";
import { renderSvg } from "../figures/render-figure.ts";
import { syntheticRecord } from "../testing/synthetic.ts";
import { whyChart } from "../why/chart.ts";
import { explain } from "../why/explain.ts";
import { syntheticCounts, syntheticOperations } from "../testing/synthetic-why.ts";
import { barData } from "./bar-data.ts";
import { type ChartView, firstView } from "./chart-view.ts";
import { chartable, latencyChart } from "./latency-chart.ts";
import { barSpec } from "./bar-spec.ts";

const labels = ["product-photos-report", "product-purchase-publish"];
const comparison = compare(
  labels.map((label, index) =>
    syntheticRecord({
      label,
      seed: index + 1,
      rounds: 8,
      blocks: 6,
      ratios: { "gvisor-aa": 1, native: 0.5, valve: 7 },
    }),
  ),
);
const chart = latencyChart(comparison, figure8Data(comparison, { published: overlay(comparison) }));
const view = (changes: Partial<ChartView> = {}): ChartView => ({
  ...firstView(chart, { widthPx: 900, narrow: false }),
  links: false,
  ...changes,
});
/** Labels of the bars, as screen readers say them. */
const bars = async (changes: Partial<ChartView> = {}): Promise<readonly string[]> => {
  const [, group = ""] = /role-mark bars"[^>]*>(.*?)<\/g>/s.exec(await renderSvg(barSpec(chart, view(changes)))) ?? [];
  const told = [...group.matchAll(/aria-label="([^"]*)"/g)].map(([, label = ""]) => label);
  return told.filter((label) => labels.some((name) => label.startsWith(name)));
};

test("a bar tells its ratio with its interval, both medians, n and the verdict; the A/A arm has none", async () => {
  const told = await bars();
  expect(told.map((text) => text.split(".")[0])).toEqual(
    labels.flatMap((label) => [`${label}, native`, `${label}, Valve (gVisor)`]),
  );
  expect(told[0]).toMatch(
    /0\.\d\d \[0\.\d\d, 0\.\d\d\] relative to gVisor \(95 % interval over 6 blocks\)\. Median [\d.]+ ms; gVisor [\d.]+ ms; n = 48\. \d.* % faster/,
  );
});

test("absolute values have the baseline too; what is switched off is not drawn", async () => {
  expect(await bars({ measure: "absolute" })).toHaveLength(6);
  expect(await bars({ series: ["native"] })).toHaveLength(2);
  expect(await bars({ series: [] })).toEqual([]);
});

test("a value beyond a linear axis is written outside, at its end; a logarithmic axis holds it", async () => {
  const cut =
    chart.cells.find(({ series }) => series === "Valve (gVisor)")?.values["relative"]?.value.toPrecision(3) ?? "";
  for (const changes of [{}, { narrow: true, widthPx: 358 }]) {
    const svg = await renderSvg(barSpec(chart, view(changes)));
    expect(svg).toContain(`>${cut}</text>`);
    expect(svg, "outside: not over its bar").not.toMatch(new RegExp(`<text text-anchor="end"[^>]*>${cut}</text>`));
  }
  expect(await renderSvg(barSpec(chart, view({ scale: "log" })))).not.toContain(`>${cut}</text>`);
});

test("published values are a layer of the relative view", () => {
  const marks = (changes: Partial<ChartView>) =>
    barSpec(chart, view(changes)).data?.find(({ name }) => name === "marks");
  expect(marks({})).toMatchObject({ values: [{}, {}] });
  expect(marks({ layers: [] })).toMatchObject({ values: [] });
  expect(marks({ measure: "absolute" })).toMatchObject({ values: [] });
});

test("on a narrow screen functions stand below each other, no wider than it", async () => {
  const svg = await renderSvg(barSpec(chart, view({ narrow: true, widthPx: 358, links: true })));
  const [, width, height] = /^<svg[^>]* width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
  expect(Number(width)).toBeLessThanOrEqual(362);
  expect(Number(height)).toBeGreaterThan(100);
  expect(svg).toContain('href="#function-product-photos-report"');
  for (const label of labels) expect(svg).toContain(`>${label}</text>`);
});

test("a void cell has its word in its place, and the profile smoke nothing to draw", () => {
  const record = syntheticRecord({ rounds: 6 });
  const of = (changed: typeof record) => latencyChart(compare([changed]), { bands: [], published: [] });
  const voided = of({ ...record, voids: [{ system: "native", reason: "it spoke" }] });
  expect(voided.cells.find(({ series }) => series === "native")).toMatchObject({ values: {}, gap: "void" });
  const smoke = of({ ...record, plan: { ...record.plan, profile: "smoke" } });
  expect(chartable(smoke)).toBe(false);
  expect(chartable(voided)).toBe(true);
});

test("parts stand on each other, those below zero beneath it, and the measured difference is a mark with its interval", () => {
  const latency = [syntheticRecord({ ratios: { native: 0.9 }, baselineMs: 2, spread: 0.01, blocks: 5 })];
  const explained = explain({
    ...{ latency, systemCalls: syntheticOperations(), callCounts: [syntheticCounts], syscalls: [] },
  });
  const why = whyChart(explained, { blocks: 4 });
  if (why === undefined) throw new TypeError("a function is explained");
  const { bars, marks, domain } = barData(why, firstView(why, { widthPx: 900, narrow: false }));
  const [first] = explained;
  const parts = bars.filter(({ series }) => series !== "Unexplained");
  expect(parts.length).toBeGreaterThan(2);
  parts.forEach(({ base }, index) => expect(base).toBeCloseTo(parts[index - 1]?.drawn ?? 0));
  expect(parts.at(-1)?.drawn).toBeCloseTo((first?.explained.ns ?? NaN) / 1e6);
  const rest = bars.find(({ series }) => series === "Unexplained");
  expect([rest?.base, rest?.drawn]).toEqual([0, (first?.unexplained.ns ?? NaN) / 1e6]);
  expect(rest?.drawn).toBeLessThan(0);
  expect(domain[0]).toBeLessThan(rest?.drawn ?? NaN);
  expect(marks).toMatchObject([{ value: (first?.measured.ns ?? NaN) / 1e6, from: expect.any(Number) as number }]);
});
