import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { LatencyRecord } from "../../reports/record.ts";
import { syntheticRecord, writeSynthetic } from "../../reports/testing/synthetic.ts";
import { writeLatency } from "../../reports/store.ts";
import { voidExitCode } from "./void-exit-code.ts";

const startedAt = "2026-11-24T05:00:00.000Z";
const sinceMs = Date.parse(startedAt) - 1_000;

async function results(voids: LatencyRecord["voids"]): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "kalium-void-"));
  onTestFinished(() => rm(root, { recursive: true }));
  const record = syntheticRecord({ rounds: 2 });
  await writeLatency(await writeSynthetic(root, [record], { startedAt }), { ...record, voids });
  return root;
}

test("failed tests end with 4 when a cell is void, else with Vitest's code", async () => {
  const root = await results([{ system: "native", reason: "no call was measured" }]);
  expect(await voidExitCode(1, { root, sinceMs })).toBe(4);
  expect(await voidExitCode(1, { root: await results([]), sinceMs })).toBe(1);
  expect(await voidExitCode(1, { root: await results([{ block: 0, reason: "interrupted" }]), sinceMs })).toBe(1);
});

test("what is no failed test stays as it is", async () => {
  const root = await results([{ system: "native", reason: "no call was measured" }]);
  for (const code of [0, 130]) expect(await voidExitCode(code, { root, sinceMs })).toBe(code);
});

test("an older run's voids are not this run's", async () => {
  const root = await results([{ system: "native", reason: "no call was measured" }]);
  expect(await voidExitCode(1, { root, sinceMs: Date.parse(startedAt) + 1 })).toBe(1);
  expect(await voidExitCode(1, { root: join(root, "nothing"), sinceMs })).toBe(1);
});
