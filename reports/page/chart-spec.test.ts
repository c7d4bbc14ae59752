import { expect, test } from "vitest";
import { compare } from "../comparison.ts";
import { figure8Data } from "../figures/figure-8-data.ts";
import { overlay } from "../figures/figure-8.ts";
import { renderSvg } from "../figures/render-figure.ts";
import { syntheticRecord } from "../testing/synthetic.ts";
import { chartData } from "./chart-data.ts";
import type { ChartView } from "./chart-axes.ts";
import { chartSpec } from "./chart-spec.ts";

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
const data = chartData(comparison, figure8Data(comparison, { published: overlay(comparison) }));
const titles = data.systems.map(({ title }) => title);
const view = (changes: Partial<ChartView> = {}): ChartView => ({
  ...{
    widthPx: 900,
    narrow: false,
    systems: titles,
    values: "relative",
    scale: "linear",
    published: true,
    links: false,
  },
  ...{ ink: "#111111", paper: "#ffffff", line: "#dddddd" },
  ...changes,
});
/** Labels of the bars, as screen readers say them. */
const bars = async (changes: Partial<ChartView> = {}): Promise<readonly string[]> => {
  const [, group = ""] = /role-mark bars"[^>]*>(.*?)<\/g>/s.exec(await renderSvg(chartSpec(data, view(changes)))) ?? [];
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
  expect(await bars({ values: "absolute" })).toHaveLength(6);
  expect(await bars({ systems: ["native"] })).toHaveLength(2);
  expect(await bars({ systems: [] })).toEqual([]);
});

test("a value beyond a linear axis is written outside, at its end; a logarithmic axis holds it", async () => {
  const cut = data.cells.find(({ system }) => system === "Valve (gVisor)")?.ratio?.toPrecision(3) ?? "";
  for (const changes of [{}, { narrow: true, widthPx: 358 }]) {
    const svg = await renderSvg(chartSpec(data, view(changes)));
    expect(svg).toContain(`>${cut}</text>`);
    expect(svg, "outside: not over its bar").not.toMatch(new RegExp(`<text text-anchor="end"[^>]*>${cut}</text>`));
  }
  expect(await renderSvg(chartSpec(data, view({ scale: "log" })))).not.toContain(`>${cut}</text>`);
});

test("published values are a layer of the relative view", () => {
  const marks = (changes: Partial<ChartView>) =>
    chartSpec(data, view(changes)).data?.find(({ name }) => name === "published");
  expect(marks({})).toMatchObject({ values: [{}, {}] });
  expect(marks({ published: false })).toMatchObject({ values: [] });
  expect(marks({ values: "absolute" })).toMatchObject({ values: [] });
});

test("on a narrow screen functions stand below each other, no wider than it", async () => {
  const svg = await renderSvg(chartSpec(data, view({ narrow: true, widthPx: 358, links: true })));
  const [, width, height] = /^<svg[^>]* width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
  expect(Number(width)).toBeLessThanOrEqual(362);
  expect(Number(height)).toBeGreaterThan(100);
  expect(svg).toContain('href="#function-product-photos-report"');
  for (const label of labels) expect(svg).toContain(`>${label}</text>`);
});

test("a void cell has its word in its place, and the profile smoke nothing to draw", () => {
  const record = syntheticRecord({ rounds: 6 });
  const of = (changed: typeof record) => chartData(compare([changed]), { bands: [], published: [] });
  const voided = of({ ...record, voids: [{ system: "native", reason: "it spoke" }] });
  expect(voided.cells.find(({ system }) => system === "native")).toMatchObject({
    ratio: null,
    medianMs: null,
    gap: "void",
  });
  const smoke = of({ ...record, plan: { ...record.plan, profile: "smoke" } });
  expect(smoke.cells.every(({ medianMs, ratio }) => medianMs === null && ratio === null)).toBe(true);
});
