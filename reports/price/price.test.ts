import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compare } from "../comparison.ts";
import { toPlainTable } from "../formats/plain.ts";
import type { SystemPrice } from "../records/price-record.ts";
import type { LatencyRecord } from "../records/record.ts";
import { renderReport } from "../render.ts";
import { scratchFolder } from "../testing/scratch.ts";
import { syntheticRecord, syntheticRun, writeSynthetic, writeSyntheticRecord } from "../testing/synthetic.ts";
import { type TruePrice, withPrice } from "../testing/synthetic-price.ts";
import { comparePrices, type PriceCell } from "./compare-prices.ts";
import { priceToCsv, priceToJson } from "./formats.ts";
import type { MetricName } from "./metrics.ts";
import { stagesTable, systemStages } from "./stages.ts";
import { functionPriceTable, priceSections, priceTable } from "./tables.ts";

const gvisor: TruePrice = { cpuMs: 9, idle: 40, memoryMb: 40, startMs: 500, kilobytes: 20 };
const truths: Readonly<Record<string, TruePrice>> = {
  gvisor,
  "gvisor-aa": gvisor,
  native: { cpuMs: 4.5, idle: 0, memoryMb: 20, startMs: 250, kilobytes: 10 },
  kalium: { cpuMs: 13.5, idle: 60, memoryMb: 40, startMs: 500, kilobytes: 30 },
};
const ratios = { "gvisor-aa": 1, native: 0.5, kalium: 1.5 };
const label = "product-purchase-publish";
const one = (change?: Parameters<typeof withPrice>[2]): LatencyRecord =>
  withPrice(syntheticRecord({ label, ratios, blocks: 6, rounds: 20 }), truths, change);
const pricesOf = (record: LatencyRecord) => {
  const prices = comparePrices([record]);
  if (prices === undefined) throw new Error("no price");
  return prices;
};
const cellOf = (record: LatencyRecord, metric: MetricName, system: string): PriceCell => {
  const cell = pricesOf(record).cells.find((candidate) => candidate.metric === metric && candidate.system === system);
  if (cell === undefined) throw new Error(`no cell ${metric} ${system}`);
  return cell;
};

test.each([
  ["cpu", "native", 0.5, "less"],
  ["cpu", "kalium", 1.5, "more"],
  ["startedMemory", "native", 0.5, "less"],
  ["afterMemory", "native", 0.5, "less"],
  ["peakMemory", "native", 0.5, "less"],
  ["start", "native", 0.5, "faster"],
  ["networkBytes", "native", 0.5, "less"],
  ["networkPackets", "kalium", 1.5, "more"],
  ["startNetwork", "native", 0.5, "faster"],
  ["startAnswer", "native", 0.5, "faster"],
] as const)("%s of %s: a true ratio of %d is found, and its verdict says %s", (metric, system, truth, word) => {
  const { ratio, judgement, noiseFloor } = cellOf(one(), metric, system);
  expect((ratio?.ratio ?? NaN) / truth).toBeCloseTo(1, 1);
  expect(Math.log((ratio?.interval?.high ?? NaN) / (ratio?.interval?.low ?? NaN))).toBeLessThan(0.06);
  expect(ratio?.blocks).toBe(6);
  expect(judgement?.text).toMatch(new RegExp(`^(49|50|51)(\\.\\d)? % ${word} \\(`));
  expect(noiseFloor).toBeGreaterThan(0);
});

test("equal systems do not differ, and the A/A arm has a noise floor instead of a verdict", () => {
  expect(cellOf(one(), "afterMemory", "kalium").judgement?.verdict).toBe("no difference");
  const control = cellOf(one(), "cpu", "gvisor-aa");
  expect(control.judgement).toBeUndefined();
  expect(control.ratio?.interval?.low).toBeLessThan(1);
});

test("processor time per call is without what sandboxes use while nobody calls them, however long they wait", () => {
  expect(cellOf(one(), "cpu", "gvisor").value).toBeCloseTo(9e6, -6);
  expect(cellOf(one(), "idle", "gvisor").value).toBeCloseTo(40e6, -6);
});

test("counts that a kubelet saw at other times than the reads have windows of their own", () => {
  const late = one((own) => ({ ...own, cpuWindowNs: 12e9, idleWindowNs: 10e9, cpuNs: 2e9, idleCpuNs: 4e8 }));
  expect(cellOf(late, "idle", "gvisor").value).toBeCloseTo(40e6, 0);
  const busyNs = late.samples
    .filter(({ system, block, phase }) => system === "gvisor" && block === 0 && phase === "measured")
    .reduce((sum, { latencyNs }) => sum + latencyNs, 0);
  expect(cellOf(late, "cpu", "gvisor").values[0]).toBeCloseTo((2e9 - 0.04 * (12e9 - busyNs)) / 20, 0);
});

test("a sandbox that rests entirely has idle time 0, and no ratio of it", () => {
  expect(cellOf(one(), "idle", "native")).toMatchObject({ value: 0, ratio: undefined, judgement: undefined });
});

test("what was not read is not known, and no zero", () => {
  const blind = one((own) => (own.system === "native" ? { ...own, peakBytes: undefined, idleCpuNs: undefined } : own));
  expect(cellOf(blind, "peakMemory", "native")).toMatchObject({ state: "unknown", value: undefined, ratio: undefined });
  expect(cellOf(blind, "cpu", "native")).toMatchObject({ state: "unknown", value: undefined, ratio: undefined });
  expect(cellOf(blind, "afterMemory", "native").state).toBe("measured");
  const rows = functionPriceTable(pricesOf(blind), label).rows.filter(([, system]) => system === "native");
  expect(rows[4]?.slice(2)).toEqual(["0", "–", "not known", ""]);
});

test("bytes and packets are those of both directions, per call", () => {
  expect(cellOf(one(), "networkBytes", "gvisor").value).toBeCloseTo(20e3, -3);
  expect(cellOf(one(), "networkPackets", "gvisor").value).toBeCloseTo(20, 0);
  const half = one((own) => ({ ...own, sentBytes: undefined }));
  expect(cellOf(half, "networkBytes", "gvisor")).toMatchObject({ state: "unknown", value: undefined });
  const rows = functionPriceTable(pricesOf(one()), label).rows;
  const texts = ["Bytes per call", "Packets per call"].map((title) => rows.find(([first]) => first === title)?.[3]);
  expect(texts).toEqual([expect.stringMatching(/^(19|20)\.\d kB$/), expect.stringMatching(/^(19|20)\.\d$/)]);
});

test("the stages of a start are means that add up to it, with their intervals", () => {
  const records = [
    one(),
    withPrice(syntheticRecord({ label: "microbenchmark", ratios, blocks: 4, rounds: 20 }), truths),
  ];
  const prices = comparePrices(records);
  if (prices === undefined) throw new Error("no price");
  const [first, ...others] = systemStages(prices, compare(records));
  expect([first?.system, ...others.map(({ system }) => system)]).toEqual(["gvisor", "gvisor-aa", "native", "kalium"]);
  if (first === undefined) throw new Error("no stages");
  const { start, ...stages } = first.means;
  const sum = Object.values(stages).reduce((total, { mean }) => total + mean, 0);
  expect(first.functions).toBe(2);
  expect(sum).toBeCloseTo(start.mean, 3);
  expect(sum / 1e6).toBeCloseTo(500, -1);
  expect(stages.startProgram.mean).toBeCloseTo((4 * sum) / 10, -6);
  const table = stagesTable(prices, compare(records));
  expect(table.columns.map(({ title }) => title)).toEqual([
    "System",
    "Network",
    "Create",
    "Runtime",
    "Program",
    "First answer",
    "Start",
  ]);
  expect(table.rows[2]?.[0]).toBe("native");
  expect(table.rows[2]?.[6]).toMatch(/^2(4|5)\d ± \d+$/);
});

test("a function of which one stage is not known counts in none, and without any there is no table", () => {
  const withoutStages = (own: SystemPrice): SystemPrice => ({ ...own, startStages: undefined });
  const blind = one((own, block) => (own.system === "native" && block === 1 ? withoutStages(own) : own));
  expect(systemStages(pricesOf(blind), compare([blind])).map(({ system }) => system)).not.toContain("native");
  const dark = one(withoutStages);
  expect(stagesTable(pricesOf(dark), compare([dark])).rows).toEqual([]);
  expect(
    priceSections(pricesOf(dark), compare([dark]))
      .map(({ title }) => title)
      .join(),
  ).not.toMatch(/stages/);
  expect(priceSections(pricesOf(one()), compare([one()])).map(({ title }) => title)).toEqual([
    "Price",
    "Cold start to the first answer, in stages",
    "Price of product-purchase-publish",
    "Cold start of product-purchase-publish, in stages",
  ]);
});

test("void and cut blocks do not count, and a void cell has no price", () => {
  const record = one((own, block) => (block === 2 ? { ...own, afterBytes: 4e9 } : own));
  const without = { ...record, voids: [{ system: "native", block: 2, reason: "an instance died" }] };
  expect(cellOf(record, "afterMemory", "native").values).toHaveLength(6);
  expect(cellOf(without, "afterMemory", "native").values).toHaveLength(5);
  expect(Math.max(...cellOf(without, "afterMemory", "native").values)).toBeLessThan(1e8);
  expect(cellOf(without, "afterMemory", "native").ratio?.blocks).toBe(5);
  const dead = { ...record, voids: [{ system: "native", reason: "the instance died" }] };
  expect(cellOf(dead, "cpu", "native")).toMatchObject({ state: "void", value: undefined, ratio: undefined });
});

test("over all functions: geometric means, in 80 columns, with what 1 stands for", () => {
  const records = syntheticRun({ ratios, blocks: 5, rounds: 4 }).map((record) => withPrice(record, truths));
  const prices = comparePrices(records);
  if (prices === undefined) throw new Error("no price");
  expect(prices.means.get("cpu")?.get("native")?.functions).toBe(17);
  expect(prices.means.get("cpu")?.get("native")?.ratio).toBeCloseTo(0.5, 2);
  const table = priceTable(prices, compare(records));
  const narrow = toPlainTable(table, 80);
  expect(narrow.split("\n").every(({ length }) => length <= 80)).toBe(true);
  expect(narrow).toMatch(/^System +CPU per call +Memory +Start\n/);
  expect(narrow).toMatch(/^gVisor +\d\.\d\d ms +\d\d\.\d MB +\d+ ms$/m);
  expect(narrow).toMatch(/^native +0\.50 ± \d\.\d % /m);
  expect(toPlainTable(table, 200)).toMatch(/Latency +CPU per call +Memory +Start +Memory at start +Peak memory/);
});

test("a smoke run has no price", () => {
  const record = one();
  expect(comparePrices([{ ...record, plan: { ...record.plan, profile: "smoke" } }])).toBeUndefined();
});

test("files: a row per function, system and metric, and what all systems share", () => {
  const prices = pricesOf(one());
  const [head = "", ...rows] = priceToCsv(prices).trimEnd().split("\n");
  expect(head).toMatch(/^function,system,metric,unit,baseline,state,blocks,mean,ratio,ratio_low,ratio_high/);
  expect(rows).toHaveLength(13 * 4 + 1);
  expect(rows.at(-1)).toMatch(/^product-purchase-publish,,cpu of the gateway,ns,,measured,6,600000,/);
  expect(rows.find((row) => row.includes(",native,afterMemory,bytes,"))).toMatch(/,less,50\.1 % less \(/);
  expect(rows.find((row) => row.includes(",native,startProgram,ns,"))).toMatch(/,faster,\d/);
  const { schema, cells, shared, stages } = JSON.parse(priceToJson(prices, compare([one()]))) as Record<
    string,
    unknown
  >;
  expect(schema).toBe("kalium-bench/price@2");
  expect(cells).toHaveLength(13 * 4);
  expect(stages).toHaveLength(4);
  expect(shared).toEqual([{ label, part: "gateway", meanNs: 600_000, blocks: 6 }]);
});

test("reports draw the price, and leave it out where records have none, as those from before", async () => {
  const folder = await writeSynthetic(await scratchFolder(), [one()]);
  const out = await scratchFolder();
  const { price, files } = await renderReport(folder, out);
  expect(price?.rows).toHaveLength(4);
  const drawn = (await readdir(out)).filter((name) => name.startsWith("price."));
  expect(drawn.sort()).toEqual(["price.csv", "price.json", "price.pdf", "price.png", "price.svg", "price.vl.json"]);
  expect(files.filter((file) => file.includes("price."))).toHaveLength(6);
  for (const name of ["report.md", "report.html"]) {
    const text = await readFile(join(out, name), "utf8");
    expect(text).toMatch(/Price of product-purchase-publish/);
    expect(text).toMatch(/processor time per call that is served: gateway 0\.60 ms/);
  }
  const page = await readFile(join(out, "report.html"), "utf8");
  const ofFunction = page.slice(page.indexOf(`id="function-${label}"`), page.indexOf("<h2>Latency</h2>"));
  expect(ofFunction).toContain("<h4>Price of product-purchase-publish</h4>");
  expect(page.match(/Price of product-purchase-publish/g)).toHaveLength(1);
  await writeSyntheticRecord(folder, syntheticRecord({ label, ratios, blocks: 2, rounds: 4 }));
  const before = await renderReport(folder, out);
  expect(before.price).toBeUndefined();
  expect((await readdir(out)).filter((name) => name.startsWith("price."))).toEqual([]);
  expect(await readFile(join(out, "report.md"), "utf8")).not.toMatch(/## Price/);
});
