import { expect, test } from "vitest";
import { compare } from "../comparison.ts";
import { figureFunctions } from "../figures/figure-order.ts";
import { orderSection, orderTexts } from "../tables/order-section.ts";
import { syntheticRecord } from "../testing/synthetic.ts";
import { type PublishedSeries, publishedSeries } from "./figure-8-values.ts";
import { orderVerdict, systemOrder } from "./order.ts";
import { publishedValue } from "./published-value.ts";

const options = { blocks: 6, rounds: 12, spread: 0.03 };
type Ratios = Readonly<Record<string, number>>;

const orderWhere = (ratiosOf: (label: string) => Ratios, labels = figureFunctions.map(({ label }) => label)) => {
  const order = systemOrder(
    compare(labels.map((label) => syntheticRecord({ ...options, label, ratios: ratiosOf(label) }))),
  );
  if (order === undefined) throw new Error("there is no order");
  return order;
};
const published = (label: string, series: PublishedSeries): number => publishedValue(label, series)?.ratio ?? NaN;

test("planted ratios as published give the published means, and the published order", () => {
  const order = orderWhere((label) =>
    Object.fromEntries(publishedSeries.map((series) => [series, published(label, series)])),
  );
  expect(order.means.map((mean) => [mean.system, mean.published.toFixed(3), mean.cut])).toEqual([
    ["kalium", "1.147", false],
    ["valve", "1.405", true],
    ["trapeze", "2.914", true],
  ]);
  for (const { ours, published: theirs } of order.means) expect(ours.ratio / theirs).toBeCloseTo(1, 1);
  expect(orderVerdict(order)).toBe("Order of the systems: as published (Kalium, Valve, Trapeze).");
});

test("a planted reversal is named, and what overlaps is not decided", () => {
  const reversed = orderWhere(() => ({ kalium: 1.6, valve: 1.3, trapeze: 2.5 }));
  expect(orderVerdict(reversed)).toBe(
    "Order of the systems: not as published. The paper has, from cheapest to dearest, Kalium, Valve, Trapeze. " +
      "Reversed here: Kalium and Valve.",
  );
  const unclear = orderWhere(() => ({ kalium: 1.3, valve: 1.3, trapeze: 2.5 }));
  expect(unclear.pairs.map(({ order }) => order)).toEqual(["cannot tell", "same", "same"]);
  expect(orderVerdict(unclear)).toMatch(/: not settled\. .*Not told apart here: Kalium and Valve\./);
});

test("both means are over the functions that were measured under all systems", () => {
  const [first = "", second = ""] = figureFunctions.map(({ label }) => label);
  const order = orderWhere((label) => (label === first ? { kalium: 1.1, valve: 2 } : { kalium: 1.1 }), [first, second]);
  expect(order.means.map(({ series, published: mean, ours }) => [series, mean.toFixed(2), ours.functions])).toEqual([
    ["kalium", "1.53", 1],
    ["valve", "5.00", 1],
  ]);
  expect(orderSection(order).table?.rows[1]?.slice(0, 2)).toEqual(["Valve (gVisor)", "≥ 5.00"]);
});

test("one function and one system have no order: no line about it, and no means of one function", () => {
  const labels = figureFunctions.map(({ label }) => label);
  const one = orderWhere(() => ({ kalium: 1.1, valve: 2 }), labels.slice(0, 1));
  expect(orderTexts(one)).toEqual([]);
  expect(orderSection(one).paragraphs).toEqual([
    "Ratios to gVisor of the one function that all of these systems have.",
  ]);
  const alone = orderWhere(() => ({ kalium: 1.1 }), labels.slice(0, 2));
  expect(orderTexts(alone)).toEqual([]);
  expect(orderSection(alone).paragraphs).toEqual([
    "Geometric means of the ratios to gVisor over the 2 functions that all of these systems have.",
  ]);
  const both = orderWhere(() => ({ kalium: 1.1, valve: 2 }), labels.slice(0, 2));
  expect(orderTexts(both)).toEqual([
    expect.stringMatching(/^Order of the systems: .* Geometric means over 2 functions, here and in the paper: Kalium/),
  ]);
});

test("there is nothing to set beside the paper without its baseline or without its systems", () => {
  const record = syntheticRecord({ ...options, label: "microbenchmark", ratios: { kalium: 1.1, native: 0.5 } });
  expect(systemOrder(compare([{ ...record, baseline: "native" }]))).toBeUndefined();
  const native = syntheticRecord({ ...options, label: "microbenchmark", ratios: { native: 0.5 } });
  expect(systemOrder(compare([native]))).toBeUndefined();
});
