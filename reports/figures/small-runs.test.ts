import { expect, test } from "vitest";
import { compare } from "../comparison.ts";
import { chartable, latencyChart } from "../page/latency-chart.ts";
import { pageStyle } from "../page/style.ts";
import { syntheticRecord } from "../testing/synthetic.ts";
import { figure8 } from "./figure-8.ts";
import { figure8Data } from "./figure-8-data.ts";
import { figureFormats, legendWidthPt } from "./figure-format.ts";
import { renderFigure } from "./render-figure.ts";

const aloneOf = (profile = "quick") => {
  const record = syntheticRecord({ ratios: { "gvisor-aa": 1 }, blocks: 6, rounds: 8 });
  return { ...record, plan: { ...record.plan, profile } };
};

test("a baseline and its A/A arm alone: the arm has the bar, in the figure and in the page's chart", async () => {
  const record = aloneOf();
  const comparison = compare([record]);
  const data = figure8Data(comparison);
  expect(data.bars.map(({ system }) => system)).toEqual(["gVisor again (A/A)"]);
  expect(data.gaps).toEqual([]);
  const { svg } = await renderFigure(figure8([record], comparison));
  expect(svg).toContain(">gVisor again (A/A)<");
  expect(svg).not.toContain("not measured");
  const chart = latencyChart(comparison, data);
  expect(chartable(chart)).toBe(true);
  expect(chart.series.map(({ title }) => title)).toEqual(["gVisor", "gVisor again (A/A)"]);
});

test("lines have the colour of their legend in dark pages, too", () => {
  expect(pageStyle).not.toMatch(/filter: (brightness|contrast|invert|saturate|hue-rotate)/);
});

test("a figure of nothing names no system of the paper", async () => {
  const { svg } = await renderFigure(figure8([], compare([]), { selected: ["hello"] }));
  expect(svg).not.toMatch(/Kalium|Valve|Trapeze/);
});

test("systems that were not measured have entries of their own where one for all is wider than the column", async () => {
  const record = syntheticRecord({ ratios: { native: 0.5 }, blocks: 2, rounds: 6 });
  const { svg } = await renderFigure(figure8([record], compare([record]), { format: figureFormats.column }));
  const entries = [...svg.matchAll(/>([^<]*: not measured)</g)].map(([, text = ""]) => text);
  expect(entries).toHaveLength(3);
  for (const entry of entries) expect(legendWidthPt([entry])).toBeLessThanOrEqual(figureFormats.column.widthPt);
});

test("on a slide the reason for an empty group stands inside the axis, and hides the line at 1", async () => {
  const record = aloneOf("smoke");
  const { svg } = await renderFigure(figure8([record], compare([record]), { format: figureFormats.slide }));
  const words = [...svg.matchAll(/<text[^>]*?translate\([\d.]+,([\d.]+)\)[^>]*>smoke: no numbers</g)];
  expect(words.map(([text]) => text.includes('stroke="#f3f3f3"'))).toEqual([true, false]);
  for (const [, y] of words) expect(Number(y)).toBeCloseTo(figureFormats.slide.heightPt / 2, 0);
});
