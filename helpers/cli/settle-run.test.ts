import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { LatencyRecord } from "../../reports/records/record.ts";
import { syntheticRecord, writeSynthetic, writeSyntheticRecord } from "../../reports/testing/synthetic.ts";
import { settleRun } from "./settle-run.ts";

const options = { label: "product-photos-report", ratios: { native: 0.9 }, rounds: 4, spread: 0.3 };
const withBlocks = (blocks: number): LatencyRecord => syntheticRecord({ ...options, blocks });

async function recorded(record: LatencyRecord): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "kb-settle-"));
  onTestFinished(() => rm(root, { recursive: true }));
  return writeSynthetic(root, [record]);
}

test("a run is measured further, function by function, until it is settled", async () => {
  const folder = await recorded(withBlocks(5));
  const started: (readonly [readonly string[], object])[] = [];
  const code = await settleRun({
    folder,
    minutes: 30,
    measure: async (words, env) => {
      started.push([words, env]);
      await writeSyntheticRecord(folder, { ...withBlocks(60 * started.length), looks: [5] });
      return 0;
    },
  });
  expect(code).toBe(0);
  expect(started[0]).toEqual([
    ["suites/kalium/product-photos.suite.ts", "-t", " > product-photos-report\\*?$"],
    { KALIUM_SETTLE_MINUTES: "30" },
  ]);
  expect(started.length).toBeLessThan(4);
});

test("what is settled is not started, what fails is not started again, and what does not move on ends", async () => {
  let starts = 0;
  const answering = (code: number) => () => Promise.resolve((starts++, code));
  const sure = await recorded(syntheticRecord({ ratios: { native: 0.5 }, blocks: 5, rounds: 20 }));
  expect(await settleRun({ folder: sure, minutes: 30, measure: answering(0) })).toBe(0);
  expect(starts).toBe(0);
  const open = await recorded(withBlocks(5));
  expect(await settleRun({ folder: open, minutes: 30, measure: answering(4) })).toBe(4);
  expect(starts).toBe(1);
  expect(await settleRun({ folder: open, minutes: 30, measure: answering(0) })).toBe(0);
  expect(starts).toBe(2);
});

test("an interrupted run is completed first, within the same time; where that fails, nothing is settled", async () => {
  const folder = await recorded(withBlocks(5));
  const started: object[] = [];
  const measure = async (words: readonly string[], env: object) => {
    started.push({ words, ...env });
    await writeSyntheticRecord(folder, { ...withBlocks(200), looks: [5] });
    return 0;
  };
  expect(await settleRun({ folder, minutes: 7, interrupted: ["suites/kalium"], measure })).toBe(0);
  expect(started[0]).toEqual({ words: ["suites/kalium"], KALIUM_RESUME_MINUTES: "7" });
  const failing = () => Promise.resolve((started.push({}), 1));
  const before = started.length;
  expect(await settleRun({ folder, minutes: 7, interrupted: ["suites/kalium"], measure: failing })).toBe(1);
  expect(started).toHaveLength(before + 1);
});
