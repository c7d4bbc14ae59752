import { Ajv } from "ajv";
import { expect, test } from "vitest";
import type { Results } from "../records/store.ts";
import { syntheticRecord, syntheticRunRecord } from "../testing/synthetic.ts";
import { compareRuns } from "./compare-runs.ts";
import { formatComparison } from "./formats.ts";

const results = (seed: number, native: number, blocks = 6): Results => ({
  folder: "somewhere",
  run: syntheticRunRecord({ runId: `run-${seed}` }),
  latency: [syntheticRecord({ seed, blocks, ratios: { native } })],
  syscalls: [],
  load: [],
  recovered: [],
});
const comparison = compareRuns(results(1, 0.5), results(2, 0.7));
const parsed = (format: Parameters<typeof formatComparison>[1], of = comparison): unknown =>
  JSON.parse(formatComparison(of, format));

// As https://bencher.dev/bmf.json describes it, but closed.
const number = { type: "number" };
const bmfSchema = {
  type: "object",
  additionalProperties: {
    type: "object",
    additionalProperties: {
      type: "object",
      properties: { value: number, lower_value: number, upper_value: number },
      required: ["value"],
      additionalProperties: false,
    },
  },
};

// As the README of benchmark-action/github-action-benchmark describes customSmallerIsBetter, but closed.
const text = { type: "string" };
const githubSchema = {
  type: "array",
  items: {
    type: "object",
    properties: { name: text, unit: text, value: number, range: text, extra: text },
    required: ["name", "unit", "value"],
    additionalProperties: false,
  },
};

test.for([
  ["bmf", bmfSchema],
  ["github", githubSchema],
] as const)("%s follows its schema, with intervals and without", ([format, schema]) => {
  const validate = new Ajv({ strict: true }).compile(schema);
  for (const of of [comparison, compareRuns(results(1, 0.5, 1), results(2, 0.7, 1))]) {
    expect(validate(parsed(format, of)), JSON.stringify(validate.errors)).toBe(true);
  }
});

test("bmf carries B's latency in nanoseconds and the change, each within its interval", () => {
  const all = parsed("bmf") as Record<
    string,
    Record<string, { value: number; lower_value: number; upper_value: number }>
  >;
  expect(Object.keys(all)).toEqual(["product-purchase-publish/gvisor", "product-purchase-publish/native"]);
  for (const measure of Object.values(all).flatMap((measures) => Object.values(measures))) {
    expect(measure.lower_value).toBeLessThan(measure.value);
    expect(measure.upper_value).toBeGreaterThan(measure.value);
  }
  expect(all["product-purchase-publish/native"]?.["latency"]?.value).toBe(comparison.cells[1]?.b.medianNs);
  expect(all["product-purchase-publish/native"]?.["change-against-a"]?.value).toBeCloseTo(1.4, 1);
});

test("github-action-benchmark gets a range and, as extra, our own verdict", () => {
  const entries = parsed("github") as readonly { name: string; range: string; extra: string; unit: string }[];
  expect(entries[1]).toMatchObject({ name: "product-purchase-publish/native", unit: "ns" });
  expect(entries[1]?.range).toMatch(/^± \d+$/);
  expect(entries[1]?.extra).toMatch(/^B \/ A 1\.\d\d \[1\.\d\d, 1\.\d\d\]: \d+ % slower \(\d+ to \d+ %\)$/);
});

test("json is the whole comparison under a schema of its own", () => {
  expect(parsed("json")).toMatchObject({ schema: "kalium-bench/compare@1", outcome: "slower", cells: [{}, {}] });
});

test("markdown says first which it is, then why, and what else differs", () => {
  const markdown = formatComparison(comparison, "markdown");
  expect(markdown).toContain("## B is slower");
  expect(markdown).toContain("2 cells: 1 slower, 1 without a difference beyond noise.");
  expect(markdown).toMatch(
    /\| product-purchase-publish \| native \| [\d.]+ \| [\d.]+ \| 6, 6 \| 1\.[\d [\]\\,.]+\|.*\| \d+ % slower \(.*\) \|/,
  );
  expect(markdown).toContain("None: same settings, machine, code and runtimes.");
  expect(formatComparison(comparison, "markdown")).toBe(markdown);
});

test("a comparison of which little is settled names what is, and does not speak for the rest", () => {
  const open = { verdict: "not settled", text: "not settled: …", reason: "not significant", moreBlocks: 3 } as const;
  const [baseline, native] = comparison.cells;
  if (baseline === undefined || native === undefined) throw new TypeError("there are two");
  const cells = [baseline, { ...native, judgement: open }];
  const markdown = formatComparison({ ...comparison, cells, outcome: "not slower" }, "markdown");
  expect(markdown).toContain("## B is not slower in 1 of 2 cells");
  expect(markdown).toContain("Settled: product-purchase-publish under gVisor. The other cell may be slower or faster.");
  const all = formatComparison({ ...comparison, cells: [baseline], outcome: "not slower" }, "markdown");
  expect(all).toContain("## B is not slower\n");
  expect(all).not.toContain("Settled:");
});
