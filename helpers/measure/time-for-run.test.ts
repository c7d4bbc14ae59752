import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { journalPath } from "../../reports/records/store.ts";
import type { FunctionSize } from "../config/config.ts";
import { nowNs, nsToMs } from "../base/clock.ts";
import { shareEndMs } from "./budget.ts";
import { overheadMs } from "./expected-time.ts";
import { createSimulatedStage, runInto, simulatedPlan } from "./simulated-stage.test-support.ts";
import { measuringMs, unfinishedMs } from "./time-for-run.ts";
import { readTimeSpent } from "./time-spent.ts";

const cut = "product-photos-assign";
const labels = [cut, "later"];
const size = (timeMs: number): FunctionSize => ({ blocks: 5, rounds: 8, warmupRounds: 4, timeMs });
const sizes = { [cut]: size(100_000), later: size(50_000) };
/** Each block says that its sandboxes took 10 s to start. */
const stage = (cutIn = Infinity) =>
  createSimulatedStage([], {
    block: { deployMs: 10_000 },
    answer: ({ block }) => {
      if (block === cutIn) throw new Error("interrupted");
      return {};
    },
  });

/** A run of two functions that was interrupted, days ago, in the third block of the first one. */
async function interrupted() {
  const folder = await mkdtemp(join(tmpdir(), "kb-spent-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = journalPath(folder, cut);
  await expect(runInto(path, stage(2))).rejects.toThrow("interrupted");
  return { folder, path };
}

test("a resumed run has what it did not measure: neither the pause nor the set-up of a session is a part of its time", async () => {
  const spent = readTimeSpent((await interrupted()).folder, labels);
  const { [cut]: own } = spent;
  expect(own?.complete).toBe(false);
  const spentMs = own?.spentMs ?? NaN;
  expect(spentMs).toBeGreaterThan(20_000); // its 2 blocks, and the little that their calls took
  const plan = { ...simulatedPlan };
  expect(measuringMs({ plan, sizes }, { labels, spent })).toBe(150_000 - spentMs);
  expect(measuringMs({ plan: { ...plan, budgetMinutes: 2 }, sizes }, { labels, spent })).toBe(120_000 - spentMs);
  expect(measuringMs({ plan }, { labels, spent })).toBeUndefined();
  const within = (withinMinutes: number) => ({ resume: { folder: "", allowMixed: false, withinMinutes } });
  expect(measuringMs({ plan, sizes, ...within(1) }, { labels, spent })).toBe(60_000 - overheadMs);
  expect(measuringMs({ plan, sizes, ...within(15) }, { labels, spent })).toBe(150_000 - spentMs);

  expect(unfinishedMs(spent)).toEqual({ [cut]: spentMs });
  const budget = { endMs: 150_000 - spentMs, share: 2 / 3, spentMs: { own: spentMs, all: spentMs } };
  expect(shareEndMs(budget, 0)).toBeCloseTo(100_000 - spentMs);
});

test("blocks of earlier sessions are a part of the pace, and of a claim's blocks: no block is begun that ends too late", async () => {
  const { path } = await interrupted();
  const nowMs = nsToMs(nowNs());
  const plan = { blocks: 40, leastBlocks: 2 };
  const record = await runInto(path, stage(), {}, { endMs: nowMs + 5_000, plan: { ...simulatedPlan, ...plan } });
  expect(record.blocks).toHaveLength(2);
  expect(record.stopped?.reason).toBe("budget");
});

test("time for settling is not a part of the function's own", async () => {
  const { folder, path } = await interrupted();
  await runInto(path, stage());
  const before = readTimeSpent(folder, labels)[cut];
  expect(before?.complete).toBe(true);
  expect(before?.spentMs).toBeGreaterThan(30_000);
  await runInto(path, stage(), {}, { settleTo: 5 });
  expect(readTimeSpent(folder, labels)).toEqual({ [cut]: before });
  expect(unfinishedMs(readTimeSpent(folder, labels))).toEqual({});
});
