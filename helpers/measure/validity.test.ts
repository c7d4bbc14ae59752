import { expect, test } from "vitest";
import type { Sample } from "../../reports/records/record.ts";
import { syntheticRecord } from "../../reports/testing/synthetic.ts";
import { failedCalls, machineVoids, sampleVoids, starvedReason, voidCells } from "./validity.ts";

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

test.each([
  { profile: "quick", reasons: ["the wall clock stepped by 90 ms", "the client was starved in 3 of 3 rounds"] },
  { profile: "smoke", reasons: [] }, // its calls judge answers, and a busy machine gives right ones, late
] as const)("what the machine does to a block of the profile $profile", ({ profile, reasons }) => {
  const voids = machineVoids(
    { profile, rounds: 3 },
    { block: 1, starved: 3, clockStep: "the wall clock stepped by 90 ms" },
  );
  expect(voids).toEqual(reasons.map((reason) => ({ block: 1, reason, cause: "machine" })));
});

test("a cell whose blocks are all void keeps their reasons", () => {
  const voids = [{ block: 0, reason: "the wall clock stepped" }];
  expect(sampleVoids(["native"], calls("native", 4), voids)).toEqual([]);
});
