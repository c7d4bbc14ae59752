import { expect, test } from "vitest";
import type { Sample } from "../../reports/records/record.ts";
import { syntheticRecord } from "../../reports/testing/synthetic.ts";
import { failedCalls, faultyCells, sampleVoids, starvedReason, voidCells } from "./validity.ts";

const calls = (system: string, count: number, changes: Partial<Sample> = {}): readonly Sample[] =>
  Array.from({ length: count }, (_, round) => ({
    system,
    block: 0,
    round,
    position: 0,
    phase: "measured" as const,
    startedAtNs: 0,
    latencyNs: 5e6,
    status: 200,
    outcome: "ok" as const,
    ...changes,
  }));

test("cells with right answers are not void, warm-up calls do not count", () => {
  const samples = [
    ...calls("gvisor", 40),
    ...calls("native", 40),
    ...calls("native", 5, { phase: "warmup", outcome: "error" }),
  ];
  expect(sampleVoids(["gvisor", "native"], samples, [])).toEqual([]);
});

test("a cell without a measured call is void", () => {
  const samples = [...calls("gvisor", 40), ...calls("native", 10, { phase: "warmup" })];
  expect(sampleVoids(["gvisor", "native"], samples, [])).toEqual([
    { system: "native", reason: "no valid call was measured" },
  ]);
});

test.for(["error", "timeout", "wrong-answer"] as const)("more than 1 %% of %s voids the cell", (outcome) => {
  const failed = calls("native", 2, { outcome, reason: "status 502" });
  expect(sampleVoids(["native"], [...calls("native", 198), ...failed], [])).toEqual([]);
  expect(sampleVoids(["native"], [...calls("native", 197), ...failed], [])).toEqual([
    { system: "native", reason: "2 of 199 calls failed, first: status 502" },
  ]);
});

test("calls of void blocks are not counted again", () => {
  const samples = [...calls("native", 40), ...calls("native", 40, { block: 1, outcome: "error" })];
  expect(sampleVoids(["native"], samples, [{ block: 1, reason: "the wall clock stepped" }])).toEqual([]);
});

test("a block bears starved rounds up to half of them, as its median does", () => {
  expect(starvedReason(20, 40)).toBeUndefined();
  expect(starvedReason(21, 40)).toBe("the client was starved in 21 of 40 rounds");
});

test("a void cell is one line, however many reasons it has", () => {
  const record = syntheticRecord({ blocks: 2, rounds: 8 });
  const voids = [0, 1].map((block) => ({ block, system: "native", reason: "the wall clock stepped by 90 ms" }));
  expect(voidCells(record)).toEqual([]);
  expect(voidCells({ ...record, voids })).toEqual([
    "product-purchase-publish under native is void: block 0: the wall clock stepped by 90 ms; 1 more",
  ]);
});

test("failed calls are one line per system: how many, of how many, and the first reason", () => {
  const wrong = (sample: Sample): Sample =>
    sample.system === "native" && sample.block === 1 ? { ...sample, outcome: "wrong-answer", reason: "no id" } : sample;
  const options = { blocks: 2, rounds: 8 };
  expect(failedCalls(syntheticRecord(options))).toEqual([]);
  expect(failedCalls(syntheticRecord({ ...options, change: wrong }))).toEqual([
    "product-purchase-publish under native: 14 of 28 calls failed, first: no id",
  ]);
});

test("a cell that only a busy machine has voided is not at fault, but a cell without a call is", () => {
  const record = syntheticRecord({ blocks: 1, rounds: 8 });
  const systems = record.systems.map(({ name }) => name);
  const busy = { block: 0, reason: starvedReason(1, 1) ?? "", cause: "machine" as const };
  const voids = [busy, ...sampleVoids(systems, record.samples, [busy])];
  expect(voidCells({ ...record, voids })).toHaveLength(systems.length);
  expect(faultyCells({ ...record, voids })).toEqual([]);

  const samples = record.samples.filter(({ system, phase }) => system !== "native" || phase === "warmup");
  expect(faultyCells({ ...record, voids, samples })).toEqual([
    "product-purchase-publish under native is void: no valid call was measured",
  ]);
  const wrong = { block: 0, system: "native", reason: "connected to 2 times" };
  expect(faultyCells({ ...record, voids: [...voids, wrong] })).toEqual([
    "product-purchase-publish under native is void: block 0: connected to 2 times",
  ]);
});

test("failed calls in a block that the machine has voided are still judged", () => {
  const record = syntheticRecord({ blocks: 1, rounds: 8 });
  const samples = record.samples.map((call) => ({ ...call, outcome: "timeout" as const }));
  const voids = [{ block: 0, reason: "the wall clock stepped by 90 ms", cause: "machine" as const }];
  expect(faultyCells({ ...record, voids, samples })[0]).toContain("8 of 8 calls failed");
});

test("a cell whose blocks are all void keeps their reasons", () => {
  const voids = [{ block: 0, reason: "the wall clock stepped" }];
  expect(sampleVoids(["native"], calls("native", 4), voids)).toEqual([]);
});
