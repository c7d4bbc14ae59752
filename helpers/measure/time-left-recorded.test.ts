/** The estimate on a real run, busy machine and all. Its records lie outside the repository; without them it is skipped. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { type LatencyRecord, latencyRecordSchema } from "../../reports/records/record.ts";
import { nsToMs } from "../base/clock.ts";
import { createTimeLeft } from "./time-left.ts";

const archive = resolve(
  fileURLToPath(new URL("../../", import.meta.url)),
  "../shared/data/runs/quick-6-systems-load-8.tar.xz",
);

test("in a recorded run the time left is right within 30 % in every round after the first block", async ({ skip }) => {
  skip(!existsSync(archive), `${archive} is not there`);
  const folder = await mkdtemp(join(tmpdir(), "kb-time-left-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await promisify(execFile)("tar", ["-xJf", archive, "-C", folder]);
  const names = (await readdir(folder)).filter((name) => name.startsWith("latency."));
  expect(names).toHaveLength(17);
  for (const name of names) {
    const record = latencyRecordSchema.parse(JSON.parse(await readFile(join(folder, name), "utf8")));
    const shares = estimatedShares(record);
    expect(shares.length, name).toBeGreaterThan(10);
    expect(Math.min(...shares), name).toBeGreaterThan(0.7);
    expect(Math.max(...shares), name).toBeLessThan(1.3);
  }
});

/** Time left as estimated / as it was, after each round between the first block and the last. */
function estimatedShares({ plan, systems, samples }: LatencyRecord): readonly number[] {
  const left = createTimeLeft({ ...plan, systems: systems.map(({ name }) => name) }, { startMs: 0 });
  const made: { readonly atMs: number; readonly etaMs: number; readonly block: number }[] = [];
  for (const { block, phase, position, startedAtNs, latencyNs } of samples) {
    const atMs = nsToMs(startedAtNs + latencyNs);
    left.add({ block, phase, position }, atMs);
    if (position === systems.length - 1) made.push({ atMs, etaMs: left.etaMs() ?? NaN, block });
  }
  const endMs = made.at(-1)?.atMs ?? NaN;
  return made
    .filter(({ block }) => block >= 1 && block < plan.blocks - 1)
    .map(({ atMs, etaMs }) => etaMs / (endMs - atMs));
}
