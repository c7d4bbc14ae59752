import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { CallCountRecord } from "../records/call-count-record.ts";
import { createResults, readResults, writeCallCounts, writeSystemCalls } from "../records/store.ts";
import { renderReport } from "../render.ts";
import { scratchFolder } from "../testing/scratch.ts";
import { syntheticRecord, syntheticRunRecord, writeSyntheticRecord } from "../testing/synthetic.ts";
import {
  syntheticCallUs as call,
  syntheticCounts as counts,
  syntheticOperations as operations,
} from "../testing/synthetic-why.ts";
import { callPrices } from "./call-prices.ts";
import { explain, type LatencyExplanation } from "./explain.ts";
import { whyFindings, whyTable } from "./tables.ts";
import { sourcesTable } from "./two-sources.ts";

/** The sums by hand, at the mean price over blocks. */
const truthUs = {
  network: 1.005 * (call.connect + 10 * call.send),
  files: 1.005 * (2 * call.open + 10 * 9),
  memory: 1.005 * 100 * call.fault,
  scheduling: 1.005 * (10 * call.wait + 4 * call.wake),
  other: 1.005 * 7 * call.entry,
};
const sumUs = Object.values(truthUs).reduce((sum, us) => sum + us, 0);

/** gVisor takes 2 ms, native so much less. */
function explained(lessUs: number): LatencyExplanation {
  const latency = [syntheticRecord({ ratios: { native: 1 - lessUs / 2_000 }, baselineMs: 2, spread: 0.01, blocks: 5 })];
  const [first] = explain({ latency, systemCalls: operations(), callCounts: [counts], syscalls: [] });
  if (first === undefined) throw new Error("nothing is explained");
  return first;
}

test("prices are what is left of operations when what else they do is taken off", () => {
  const [prices] = callPrices(operations(), { system: "gvisor", reference: "native" });
  const usOf = (name: string, on?: CallCountRecord["calls"][number]["on"]): number =>
    (prices?.of({ call: name, on }).ns ?? NaN) / 1e3;
  expect(usOf("sendto", "udp")).toBeCloseTo(call.send);
  expect(usOf("writev", "tcp-inside")).toBeCloseTo(10);
  expect(usOf("futex-wait")).toBeCloseTo(call.wake);
  expect(usOf("futex")).toBeCloseTo(call.entry);
  expect(usOf("read", "event")).toBeCloseTo(call.entry);
  expect(usOf("fdatasync", "file")).toBeCloseTo(30);
  expect((prices?.pageFault.ns ?? NaN) / 1e3).toBeCloseTo(call.fault);
});

test("each part is the counts times their prices, and the rest is unexplained", () => {
  const half = explained(2 * sumUs);
  for (const [part, us] of Object.entries(truthUs)) {
    expect(half.parts[part as keyof typeof truthUs].ns / 1e3, part).toBeCloseTo(us, 3);
  }
  expect(half.explained.ns / 1e3).toBeCloseTo(sumUs, 3);
  expect(half.measured.ns - half.explained.ns).toBeCloseTo(half.unexplained.ns, 3);
  expect(half.share).toBeGreaterThan(0.4);
  expect(half.share).toBeLessThan(0.6);
  const { low = NaN, high = NaN } = half.unexplained.interval ?? {};
  expect(low).toBeLessThan(half.unexplained.ns);
  expect(high).toBeGreaterThan(half.unexplained.ns);
});

test("more than 40 % off, above or below, is not understood, and an unclear difference has no share", () => {
  const [half, whole, over, none] = [2 * sumUs, sumUs, sumUs / 2, 0].map(explained);
  expect(whyFindings(half ? [half] : []).at(-1)).toMatch(/not understood.*: product-purchase-publish/);
  expect(whyFindings(whole ? [whole] : []).join()).not.toMatch(/not understood/);
  expect(whyFindings(over ? [over] : []).at(-1)).toMatch(/not understood/);
  expect(over?.unexplained.ns).toBeLessThan(0);
  expect(none?.share).toBeUndefined();
});

test("the finding names the two largest parts of the difference", () => {
  const half = explained(2 * sumUs);
  const [first, second] = Object.entries(truthUs).sort(([, a], [, b]) => b - a);
  const { part1, share1, part2, share2 } =
    /publish; the largest parts are (?<part1>\w+) \((?<share1>\d+) %\) and (?<part2>\w+) \((?<share2>\d+) %\)\.$/.exec(
      whyFindings([half])[0] ?? "",
    )?.groups ?? {};
  expect([part1, part2]).toEqual([first?.[0], second?.[0]]);
  const shareOf = (us = NaN): number => (100 * 1e3 * us) / half.measured.ns;
  expect(Math.abs(Number(share1) - shareOf(first?.[1]))).toBeLessThan(1);
  expect(Math.abs(Number(share2) - shareOf(second?.[1]))).toBeLessThan(1);
});

test("functions come in the figure's order", () => {
  const labels = ["microbenchmark", "product-purchase-publish", "product-catalog-api-products"];
  const latency = labels.toReversed().map((label) => syntheticRecord({ label }));
  const callCounts = labels.map((label) => ({ ...counts, label }));
  const found = explain({ latency, systemCalls: operations(), callCounts, syscalls: [] });
  expect(found.map(({ label }) => label)).toEqual(labels);
});

test("guard stages are a part of their own, per invocation", () => {
  const latency = [syntheticRecord({ ratios: { native: 0.5, kalium: 1.2 } })];
  const stages = {
    ...{
      schema: "kalium-bench/syscalls@1" as const,
      runId: counts.runId,
      name: "x",
      source: "embedded-guard" as const,
    },
    ...{ producer: "test", system: "kalium", function: counts.label, invocations: 10 },
    calls: { write: { syscallTotal: [300_000, 200_000] } },
  };
  const found = explain({ latency, systemCalls: operations(), callCounts: [counts], syscalls: [stages] });
  const guarded = found.find(({ system }) => system === "kalium");
  expect(guarded?.parts["guard stages"].ns).toBe(50_000);
  expect(guarded?.explained.ns).toBeCloseTo(sumUs * 1e3 + 50_000, 0);
});

test("an earlier version's operations price nothing", () => {
  const record = operations();
  const earlier = { ...record, series: record.series.filter(({ operation }) => operation !== "thread-pool") };
  expect(callPrices(earlier, { system: "gvisor", reference: "native" })).toEqual([]);
});

test("under the profile smoke, of latency or of operations, there are no numbers", () => {
  const latency = [syntheticRecord({ ratios: { native: 0.5 }, baselineMs: 2 })];
  const systemCalls = operations();
  const smoke = <T extends { readonly plan: object }>(of: T): T => ({ ...of, plan: { ...of.plan, profile: "smoke" } });
  for (const changed of [{ latency: latency.map(smoke) }, { systemCalls: smoke(systemCalls) }]) {
    const explanations = explain({ latency, systemCalls, callCounts: [counts], syscalls: [], ...changed });
    expect(whyFindings(explanations)).toEqual([]);
    const [row = []] = whyTable(explanations).rows;
    expect(row.slice(0, 2)).toEqual(["product-purchase-publish", "gVisor"]);
    expect(new Set(row.slice(3, -1))).toEqual(new Set(["–"]));
    expect(row.at(-1)).toBe("smoke: no numbers");
  }
});

test("a results folder is explained in a table and a figure", async () => {
  const folder = await createResults(await scratchFolder(), syntheticRunRecord());
  await writeSyntheticRecord(folder, syntheticRecord({ ratios: { native: 0.5 }, baselineMs: 2 }));
  await writeSystemCalls(folder, operations());
  await writeCallCounts(folder, counts);
  expect((await readResults(folder)).callCounts).toEqual([counts]);
  const out = await scratchFolder();
  await renderReport(folder, out);
  const files = (await readdir(out)).filter((name) => name.startsWith("why"));
  expect(files.sort()).toEqual(
    [...["csv", "html", "md"].map((ending) => `why.${ending}`)]
      .concat(["pdf", "png", "svg", "vl.json"].map((ending) => `why.gvisor.${ending}`))
      .sort(),
  );
  expect(await readFile(join(out, "why.md"), "utf8")).toMatch(/\| product-purchase-publish \| gVisor \|/);
  expect((await readFile(join(out, "why.csv"), "utf8")).trimEnd().split("\n")).toHaveLength(2);
  expect(await readFile(join(out, "why.md"), "utf8")).not.toMatch(/two sources/);
});

const inSandbox = [
  {
    ...{ system: "gvisor", tracer: "runsc --strace, runsc version synthetic" },
    calls: [
      { call: "write", counts: [14, 16] },
      { call: "getrandom", counts: [2, 2] },
      { call: "rseq", counts: [0, 0] },
    ],
  },
];

test("a sandbox's own counts are shown beside the reference's, call by call", () => {
  const { columns, rows } = sourcesTable({ ...counts, inSandbox });
  expect(columns.map(({ title }) => title)).toEqual(["Call", "native, by strace", "gVisor, by its own trace"]);
  expect(rows[0]).toEqual(["all", "44.0", "17.0"]);
  expect(rows.slice(1, 3)).toEqual([
    ["write", "15.0", "15.0"],
    ["epoll_pwait", "10.0", "0.0"],
  ]);
  expect(rows.find(([call]) => call === "getrandom")).toEqual(["getrandom", "0.0", "2.0"]);
  expect(rows.some(([call]) => call === "rseq")).toBe(false);
});

test("a sandbox that could not count has dashes and its reason, and no zero", async () => {
  const folder = await createResults(await scratchFolder(), syntheticRunRecord());
  await writeSyntheticRecord(folder, syntheticRecord({ ratios: { native: 0.5 }, baselineMs: 2 }));
  await writeSystemCalls(folder, operations());
  const problem = "it is too old";
  const failed = { system: "gvisor", tracer: "runsc --strace", calls: [], problem };
  await writeCallCounts(folder, { ...counts, inSandbox: [failed] });
  const out = await scratchFolder();
  await renderReport(folder, out);
  const text = await readFile(join(out, "why.md"), "utf8");
  expect(text).toMatch(/System calls of product-purchase-publish, by two sources/);
  expect(text).toMatch(/Not counted under gVisor: it is too old/);
  expect(text).toMatch(/\| all \| 44\.0 \| – \|/);
  const [head = "", ...rows] = (await readFile(join(out, "why.counts.csv"), "utf8")).trimEnd().split("\n");
  expect(head).toBe("function,system,tracer,call,on,mean,least,most");
  expect(rows).toHaveLength(counts.calls.length);
  expect(rows).toContain("product-purchase-publish,native,strace -- version 6.1,write,pipe,10,10,10");
});
