import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { LatencyRecord } from "../../reports/records/record.ts";
import type { LoadRecord } from "../../reports/records/load-record.ts";
import { syntheticLoad } from "../../reports/testing/synthetic-load.ts";
import { syntheticRecord, writeSynthetic } from "../../reports/testing/synthetic.ts";
import { writeLoad } from "../../reports/records/store.ts";
import { voidExitCode } from "./void-exit-code.ts";

const startedAt = "2026-11-24T05:00:00.000Z";
const sinceMs = Date.parse(startedAt) - 1_000;

async function results(voids: LatencyRecord["voids"]): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "kalium-void-"));
  onTestFinished(() => rm(root, { recursive: true }));
  const record = { ...syntheticRecord({ rounds: 2 }), voids, stopped: { reason: "blocks" as const } };
  await writeSynthetic(root, [record], { startedAt });
  return root;
}

test("failed tests end with 4 when a cell is void, else with Vitest's code", async () => {
  const root = await results([{ system: "native", reason: "no call was measured" }]);
  expect(await voidExitCode(1, { root, sinceMs })).toBe(4);
  expect(await voidExitCode(1, { root: await results([]), sinceMs })).toBe(1);
  expect(await voidExitCode(1, { root: await results([{ block: 0, reason: "interrupted" }]), sinceMs })).toBe(1);
});

test("a function that an error cut ends with Vitest's code, whatever is void of it", async () => {
  const root = await mkdtemp(join(tmpdir(), "kalium-void-"));
  onTestFinished(() => rm(root, { recursive: true }));
  const voids = [{ system: "native", reason: "no call was measured" }];
  await writeSynthetic(root, [{ ...syntheticRecord({ rounds: 2 }), voids }], { startedAt });
  expect(await voidExitCode(1, { root, sinceMs })).toBe(1);
});

async function loadResults(record: LoadRecord): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "kalium-void-"));
  onTestFinished(() => rm(root, { recursive: true }));
  await writeLoad(await writeSynthetic(root, [], { startedAt }), record);
  return root;
}

test("a load measurement that says nothing ends with 4, one that an error cut with Vitest's code", async () => {
  const sound = syntheticLoad();
  const voided = { ...sound, voids: [{ system: "native", block: 0, reason: "an instance restarted" }] };
  const codeOf = async (record: LoadRecord) => voidExitCode(1, { root: await loadResults(record), sinceMs });
  expect(await codeOf(sound)).toBe(1);
  expect(await codeOf(voided)).toBe(4);
  delete (voided as Partial<LoadRecord>).endedAt;
  expect(await codeOf(voided)).toBe(1);
});

test("an exit code that is not of a failed test stays as it is", async () => {
  const root = await results([{ system: "native", reason: "no call was measured" }]);
  for (const code of [0, 130]) expect(await voidExitCode(code, { root, sinceMs })).toBe(code);
});

test("an older run's voids are not this run's", async () => {
  const root = await results([{ system: "native", reason: "no call was measured" }]);
  expect(await voidExitCode(1, { root, sinceMs: Date.parse(startedAt) + 1 })).toBe(1);
  expect(await voidExitCode(1, { root: join(root, "nothing"), sinceMs })).toBe(1);
});
