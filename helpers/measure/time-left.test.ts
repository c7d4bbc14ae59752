import { describe, expect, test } from "vitest";
import { seededRandom } from "../../reports/stats/random.ts";
import { createTimeLeft } from "./time-left.ts";

interface Shape {
  readonly systems: number;
  readonly blocks: number;
  readonly rounds: number;
  readonly warmupRounds: number;
  readonly pauseMs?: number;
  readonly openMs: number;
  readonly roundMs: number;
}

/** Estimates with the time at which each was made, of a function that takes what `shape` says, give or take an eighth. */
function estimates({ openMs, roundMs, ...plan }: Shape, seed: number) {
  const random = seededRandom(seed);
  const about = (ms: number): number => ms * (7 / 8 + (1 / 4) * random());
  const systems = Array.from({ length: plan.systems }, (_, index) => `s${index}`);
  const left = createTimeLeft({ ...plan, systems }, { startMs: 0 });
  let nowMs = 0;
  const made: { readonly atMs: number; readonly block: number; readonly etaMs: number | undefined }[] = [];
  for (let block = 0; block < plan.blocks; block++) {
    nowMs += about(openMs);
    const round = (phase: "cold" | "warmup" | "measured"): void => {
      if (phase === "measured") nowMs += plan.pauseMs ?? 0;
      systems.forEach((_, position) => {
        nowMs += about(roundMs / systems.length);
        left.add({ block, phase, position }, nowMs);
      });
      made.push({ atMs: nowMs, block, etaMs: left.etaMs() });
    };
    round("cold");
    for (let index = 1; index < plan.warmupRounds; index++) round("warmup");
    for (let index = 0; index < plan.rounds; index++) round("measured");
  }
  return { made, endMs: nowMs };
}

const shapes: readonly (readonly [string, Shape])[] = [
  [
    "quick, starts that dwarf the calls",
    { systems: 6, blocks: 3, rounds: 40, warmupRounds: 10, openMs: 12_000, roundMs: 30 },
  ],
  ["quick, long calls", { systems: 6, blocks: 3, rounds: 40, warmupRounds: 10, openMs: 4_000, roundMs: 300 }],
  [
    "paper, with pauses",
    { systems: 6, blocks: 5, rounds: 4, warmupRounds: 10, pauseMs: 4_000, openMs: 8_000, roundMs: 60 },
  ],
  ["many blocks", { systems: 2, blocks: 10, rounds: 100, warmupRounds: 5, openMs: 3_000, roundMs: 20 }],
];

describe.for(shapes)("%s", ([, shape]) => {
  test("after the first block the time left is right within 30 %, as long as a block and more is left", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { made, endMs } = estimates(shape, seed);
      const later = made.filter(({ block }) => block >= 1 && block < shape.blocks - 1);
      expect(later.length).toBeGreaterThan(0);
      for (const { atMs, etaMs } of later) {
        expect((etaMs ?? NaN) / (endMs - atMs), `seed ${seed}, at ${atMs} ms`).toBeGreaterThan(0.7);
        expect((etaMs ?? NaN) / (endMs - atMs), `seed ${seed}, at ${atMs} ms`).toBeLessThan(1.3);
      }
    }
  });

  test("it does not jump: from one round of the first block to the next by less than a fifth, besides the time that passed", () => {
    const { made } = estimates(shape, 7);
    const first = made.filter(({ block, etaMs }) => block === 0 && etaMs !== undefined).slice(3);
    for (const [index, { atMs, etaMs = NaN }] of first.slice(1).entries()) {
      const before = first[index];
      const expectedMs = (before?.etaMs ?? NaN) - (atMs - (before?.atMs ?? NaN));
      expect(Math.abs(etaMs - expectedMs) / expectedMs).toBeLessThan(0.2);
    }
  });
});

test("nothing is said before a few rounds, and nothing is left at the end", () => {
  const { made } = estimates(shapes[0]?.[1] as Shape, 1);
  expect(made[0]?.etaMs).toBeUndefined();
  expect(made.at(-1)?.etaMs).toBe(0);
});

test("a resumed run counts the blocks that it has already", () => {
  const plan = { systems: ["a"], blocks: 4, rounds: 10, warmupRounds: 1 };
  const of = (blocksBefore: number): number => {
    const left = createTimeLeft(plan, { startMs: 0, blocksBefore });
    left.add({ block: 3, phase: "cold", position: 0 }, 1_000);
    for (let round = 1; round <= 10; round++)
      left.add({ block: 3, phase: "measured", position: 0 }, 1_000 + round * 10);
    return left.etaMs() ?? NaN;
  };
  expect(of(3)).toBe(0);
  expect(of(1)).toBeCloseTo(2 * 1_110, 6);
});

test("blocks that are chosen later count", () => {
  const systems = ["s0"];
  const left = createTimeLeft({ systems, blocks: 15, rounds: 4, warmupRounds: 1 }, { startMs: 0 });
  left.resize({ rounds: 4, warmupRounds: 1, blocks: 1 });
  for (const round of [1, 2, 3, 4]) left.add({ block: 0, phase: "measured", position: 0 }, round * 100);
  expect(left.etaMs()).toBe(0);
  left.resize({ rounds: 4, warmupRounds: 1 });
  expect(left.etaMs()).toBe(0);
});
