import { Resvg } from "@resvg/resvg-js";
import { compile } from "vega-lite";
import { expect, test } from "vitest";
import { compare } from "../comparison.ts";
import { comparePublished } from "../published/compare-published.ts";
import { syntheticRecord, syntheticRun } from "../testing/synthetic.ts";
import { caption } from "./caption.ts";
import { axisTop, figure8Data } from "./figure-8-data.ts";
import { figure8 } from "./figure-8.ts";
import { axisLabel, figureFunctions, inBarOrder, systemColours } from "./figure-order.ts";
import { renderFigure } from "./render-figure.ts";

const small = { rounds: 8, blocks: 2 };
const textsOf = (svg: string): readonly string[] =>
  [...svg.matchAll(/<text[^>]*>(.*?)<\/text>/gs)].map(([, text = ""]) => text.replaceAll(/<[^>]*>/g, " ").trim());

test("the figure has the artifact's 17 groups in order, three of them starred", () => {
  expect(figureFunctions).toHaveLength(17);
  expect(figureFunctions.filter(({ starred }) => starred).map(axisLabel)).toEqual([
    "microbenchmark*",
    "product-photos-receive*",
    "product-master-photos*",
  ]);
  expect(figure8Data(compare(syntheticRun(small))).groups).toEqual(figureFunctions.map(axisLabel));
});

test("the baseline has no bar; every other system has one per function, with its interval", () => {
  const { bars, gaps, systems } = figure8Data(compare(syntheticRun({ ...small, ratios: { runc: 0.7, native: 0.5 } })));
  expect(systems).toEqual(["native", "runc"]);
  expect(bars).toHaveLength(34);
  expect(gaps).toEqual([]);
  for (const { ratio, low, high } of bars) {
    expect(low).toBeLessThan(ratio);
    expect(high).toBeGreaterThan(ratio);
  }
});

test("a system that was not measured is a gap, never a zero; a function that was not measured has no place", () => {
  const records = syntheticRun({ ...small, ratios: { native: 0.5, valve: 2 } })
    .slice(0, 16)
    .map((record) =>
      record.label === "product-photos-report"
        ? { ...record, systems: record.systems.filter(({ name }) => name !== "valve") }
        : record,
    );
  const { bars, gaps, groups } = figure8Data(compare(records));
  expect(gaps).toEqual([{ function: "product-photos-report", system: "Valve (gVisor)", text: "×" }]);
  expect(groups).toHaveLength(16);
  expect(groups).not.toContain("product-catalog-builder-product");
  expect(bars.every(({ ratio }) => ratio > 0)).toBe(true);
});

test("the caption says what the programs in the artifact's place call themselves", async () => {
  const [record] = syntheticRun({ ...small, ratios: { "kalium-artifact": 1.2 } });
  const proof = { ...record?.proofs[0], runtime: "kalium", version: "runsc version stand-in" };
  const records = [{ ...record, proofs: [...(record?.proofs ?? []), proof] }] as never;
  const texts = textsOf((await renderFigure(figure8(records))).svg).join(" ");
  expect(texts).toContain("call themselves: runsc version stand-in");
  expect(textsOf((await renderFigure(figure8([record] as never))).svg).join(" ")).not.toContain("call themselves");
});

test("the caption names the watchdog that was in the instances, and none where it was outside", () => {
  const records = syntheticRun({ ...small, ratios: { native: 0.5 } });
  const captionWith = (name: string): string => {
    const named = records.map((record) => ({ ...record, watchdog: { name, digest: "sha256:1" } }));
    const comparison = compare(named);
    return caption(comparison, figure8Data(comparison));
  };
  expect(captionWith("kalium-bench")).toContain("Watchdog in every instance: our own.");
  expect(captionWith("of-watchdog")).toContain("Watchdog in every instance: of-watchdog.");
  const before = compare(records);
  expect(caption(before, figure8Data(before))).not.toContain("Watchdog");
});

test("a legend that is wider than the figure has a second row, for the line of the baseline", () => {
  const hasSecondRow = (ratios: Readonly<Record<string, number>>, baseline: string): boolean => {
    const records = syntheticRun({ ...small, ratios }).map((record) => ({ ...record, baseline }));
    return JSON.stringify(figure8(records, compare(records), { published: false })).includes('"orient":"none"');
  };
  expect(hasSecondRow({ native: 0.5 }, "gvisor")).toBe(false);
  const artifact = { "gvisor-stock": 1, "kalium-artifact": 1.2, "kalium-microbench": 1.3 };
  expect(hasSecondRow(artifact, "gvisor-stock")).toBe(true);
});

test("a noise floor wider than the axis ends with it, and is drawn", async () => {
  const records = syntheticRun({ ...small, ratios: { native: 0.5, "gvisor-aa": 1 } });
  const measured = compare(records);
  const widest = { ...measured, cells: measured.cells.map((cell) => ({ ...cell, noiseFloor: Math.log(24) })) };
  const data = figure8Data(widest);
  expect(data.bands[0]?.high).toBeCloseTo(24, 9);
  const spec = figure8(records, widest, { published: false });
  const { layer } = spec as unknown as { readonly layer: readonly { readonly data: { readonly values: object[] } }[] };
  const drawn = layer
    .flatMap(({ data }) => data.values)
    .filter((value) => JSON.stringify(value).includes("noise floor"));
  expect(drawn).toHaveLength(17);
  for (const band of drawn) expect(band).toMatchObject({ high: axisTop(data) });
  expect((await renderFigure(spec)).png.length).toBeGreaterThan(10_000); // what was cut only by clipping ended the process
});

test("the A/A arm is a band of noise around 1 in its function, not a bar", async () => {
  const records = syntheticRun({ ...small, ratios: { native: 0.5, "gvisor-aa": 1 } });
  const { systems, bars, bands } = figure8Data(compare(records));
  expect(systems).toEqual(["native"]);
  expect(bars).toHaveLength(17);
  expect(bands.map((band) => band.function)).toEqual(figureFunctions.map(axisLabel));
  for (const { low, high } of bands) expect(low * high).toBeCloseTo(1, 12);
  const { svg } = await renderFigure(figure8(records));
  expect(textsOf(svg).join(" ").replaceAll(/ +/g, " ")).toContain(
    "Grey bands: noise floor, how far gVisor is from itself (A/A) in 95 % of comparisons.",
  );
  expect(svg).toMatch(/<path[^>]*fill="#555555"[^>]*><title>microbenchmark\*: noise floor [\d.]+ to [\d.]+<\/title>/);
});

test("a bar that is not the application's work is pale and has a dagger, which the caption explains", async () => {
  const records = syntheticRun({ ...small, ratios: { "trapeze-as-shipped": 2 } }).map((record) => ({
    ...record,
    systems: record.systems.map((system) =>
      system.name === "trapeze-as-shipped" && record.label === "product-catalog-api-products"
        ? { ...system, note: "fails early" }
        : system,
    ),
  }));
  const { bars } = figure8Data(compare(records));
  expect(bars.filter(({ otherWork }) => otherWork).map((bar) => bar.function)).toEqual([
    "product-catalog-api-products",
  ]);
  const { svg } = await renderFigure(figure8(records));
  expect(textsOf(svg).filter((text) => text === "†")).toHaveLength(1);
  expect(textsOf(svg).join(" ").replaceAll(/ +/g, " ")).toContain("† Pale: not the application's work");
  expect(svg).toMatch(
    /<path[^>]*fill-opacity="0.25"[^>]*><title>product-catalog-api-products[^<]*; fails early<\/title>/,
  );
});

test("a void cell is drawn as void, a void group too", async () => {
  const [first, second, ...rest] = syntheticRun({ ...small, ratios: { native: 0.5, valve: 2 } });
  if (first === undefined || second === undefined) throw new TypeError("there are records");
  const records = [
    { ...first, voids: [{ system: "valve", reason: "guard silent" }] },
    { ...second, voids: [{ reason: "clock step" }] },
    ...rest,
  ];
  const { gaps } = figure8Data(compare(records));
  expect(gaps).toEqual([
    { function: "microbenchmark*", system: "Valve (gVisor)", text: "void" },
    { function: "product-photos-receive*", system: null, text: "void" },
  ]);
  const texts = textsOf((await renderFigure(figure8(records))).svg);
  expect(texts.filter((text) => text === "void")).toHaveLength(2);
  expect(texts.join(" ").replaceAll(/ +/g, " ")).toContain("void: measured, but not usable; the report says why.");
});

test("a bar above the cut keeps its value in the data and prints it", async () => {
  const spec = figure8([syntheticRecord({ ...small, ratios: { trapeze: 8 } })]);
  const { bars } = figure8Data(compare([syntheticRecord({ ...small, ratios: { trapeze: 8 } })]));
  expect(bars[0]?.ratio).toBeGreaterThan(7);
  const texts = textsOf((await renderFigure(spec)).svg);
  expect(texts).toContain(bars[0]?.cutLabel);
  expect(texts.join(" ")).toContain("Axis cut at 5");
});

test("neighbouring bars above the cut print their values at different heights", () => {
  const { bars } = figure8Data(compare([syntheticRecord({ ...small, ratios: { valve: 7, trapeze: 9 } })]));
  expect(bars.map(({ labelLevel }) => labelLevel)).toEqual([0, 1]);
});

test("the picture names every function, system, the baseline, the size of the sample and absent systems", async () => {
  const { svg } = await renderFigure(figure8(syntheticRun({ ...small, ratios: { native: 0.5, runc: 0.6 } })));
  const texts = textsOf(svg);
  for (const named of figureFunctions) expect(texts).toContain(axisLabel(named));
  expect(texts).toEqual(expect.arrayContaining(["native", "runc", "gVisor = 1", "Latency relative to gVisor"]));
  expect(texts).toContain("Kalium (embedded guard), Valve (gVisor), Trapeze (gVisor): not measured");
  expect(texts.join(" ").replaceAll(/ +/g, " ")).toContain("n = 2 blocks × 8 rounds per system; profile quick");
});

test("SVG, PNG and PDF are 7 inches wide, need no font of the reader and repeat to the byte", async () => {
  const spec = figure8(syntheticRun({ ...small, ratios: { native: 0.5 } }));
  const [first, second] = [await renderFigure(spec), await renderFigure(spec)];
  expect(second.svg).toBe(first.svg);
  expect(Buffer.compare(second.png, first.png)).toBe(0);
  expect(Buffer.compare(second.pdf, first.pdf)).toBe(0);
  expect(first.svg).toMatch(/^<svg[^>]* width="504pt"/);
  expect(first.svg).toContain('font-family="DejaVu Sans, Verdana, sans-serif"');
  expect(first.svg.length).toBeLessThan(150_000);
  expect(Buffer.from(first.png).readUInt32BE(16)).toBe(2100); // width in the PNG header: 7 in at 300 dpi
  const pdf = Buffer.from(first.pdf).toString("latin1");
  expect(pdf).toMatch(/\/BaseFont \/[A-Z]{6}\+DejaVuSans/);
  expect(pdf).not.toContain("Helvetica");
});

test("no text is smaller than 7 points", async () => {
  const { svg } = await renderFigure(figure8(syntheticRun({ ...small, ratios: { native: 0.5, trapeze: 6 } })));
  const sizes = [...svg.matchAll(/font-size="([\d.]+)px"/g)].map(([, size]) => Number(size));
  expect(sizes.length).toBeGreaterThan(20);
  expect(Math.min(...sizes)).toBeGreaterThanOrEqual(7);
});

test("bars of the paper's systems and ours differ in luminance, so grey print keeps them apart", () => {
  const names = inBarOrder(["trapeze-as-shipped", "trapeze", "valve", "kalium", "runc", "native"]);
  expect(names).toEqual(["native", "runc", "kalium", "valve", "trapeze", "trapeze-as-shipped"]);
  const luma = systemColours(names).map((colour) => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
    return 0.299 * r + 0.587 * g + 0.114 * b; // ITU-R BT.601, what converters to grey use
  });
  luma.slice(1).forEach((value, index) => expect((luma[index] ?? 0) - value).toBeGreaterThan(25));
});

/** Machado, Oliveira and Fernandes (2009), severity 1: what dichromats see, in linear RGB. */
const dichromats: Readonly<Record<string, readonly (readonly [number, number, number])[]>> = {
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

test.each(Object.keys(dichromats))("%s readers can tell the bars of all systems in one figure apart", (kind) => {
  const seen = systemColours(["native", "runc", "kalium", "valve", "trapeze", "trapeze-as-shipped"]).map((colour) => {
    const linear = [1, 3, 5].map((at) => (parseInt(colour.slice(at, at + 2), 16) / 255) ** 2.2);
    return (dichromats[kind] ?? []).map((row) => {
      const sum = row.reduce((total, weight, index) => total + weight * (linear[index] ?? 0), 0);
      return Math.min(1, Math.max(0, sum)) ** (1 / 2.2) * 255;
    });
  });
  seen.forEach((one, index) => {
    for (const other of seen.slice(index + 1)) {
      expect(Math.hypot(...one.map((value, channel) => value - (other[channel] ?? 0)))).toBeGreaterThan(40);
    }
  });
});

test("the paper's values lie over its systems, cut ones as triangles, and are named in the legend", async () => {
  const records = syntheticRun({ ...small, ratios: { native: 0.5, valve: 2, trapeze: 3 } });
  const { svg } = await renderFigure(figure8(records));
  const texts = textsOf(svg);
  expect(texts).toContain("published (USENIX Sec '23)");
  expect(texts).toContain("published, cut: this or more");
  expect(svg).toContain("<title>product-photos-message, Trapeze as published: ≥ 5 (cut); ");
  expect(svg).toContain("<title>product-master-photos*, Kalium as published: 1.06 (1,06 read as 1.06); cannot tell: ");
  expect(svg.match(/ as published: /g)).toHaveLength(51);
});

test("the paper's values go with an option, and where they would mislead", () => {
  const run = (ratios: Readonly<Record<string, number>>) => syntheticRun({ ...small, ratios });
  const drawn = (...parameters: Parameters<typeof figure8>) =>
    JSON.stringify(figure8(...parameters)).includes("as published");
  const records = run({ valve: 2 });
  expect(drawn(records)).toBe(true);
  expect(drawn(records, undefined, { published: false })).toBe(false);
  expect(drawn(run({ native: 0.5 }))).toBe(false);
  expect(drawn(run({ native: 0.5, valve: 2 }).map((record) => ({ ...record, baseline: "native" })))).toBe(false);
});

test("a system of the paper that was not measured keeps its place; what was not measured shows no published value", () => {
  const comparison = compare(syntheticRun({ ...small, ratios: { native: 0.5, valve: 2 } }).slice(0, 3));
  const { slots, systems, published, groups } = figure8Data(comparison, { published: comparePublished(comparison) });
  expect(systems).toEqual(["native", "Valve (gVisor)"]);
  expect(slots).toEqual(["native", "Kalium (embedded guard)", "Valve (gVisor)", "Trapeze (gVisor)"]);
  expect(published).toHaveLength(9);
  expect(groups).toHaveLength(3);
});

test("the specification compiles without warnings and draws without records", async () => {
  const warnings: unknown[] = [];
  const logger = { warn: (...text: unknown[]) => (warnings.push(text), logger) } as never;
  compile(figure8(syntheticRun({ ...small, ratios: { native: 0.5, trapeze: 6 } })), { logger });
  expect(warnings).toEqual([]);
  const { svg, png } = await renderFigure(figure8([]));
  expect(textsOf(svg)).toContain("Nothing was measured.");
  expect(new Resvg(svg).width).toBe(672); // 504 pt in CSS pixels
  expect(png.length).toBeGreaterThan(1000);
});

test("the profile smoke draws no bar, as its table quotes no number", () => {
  const record = syntheticRecord({ blocks: 1, rounds: 3 });
  const data = figure8Data(compare([{ ...record, plan: { ...record.plan, profile: "smoke" } }]));
  expect(data.bars).toEqual([]);
  expect(data.gaps).toContainEqual({ function: "product-purchase-publish", system: null, text: "smoke: no numbers" });
});
