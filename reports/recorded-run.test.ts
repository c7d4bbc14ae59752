/** A real run, redrawn: what it must be able to say. It lies outside the repository; without it the test is skipped. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { compare } from "./comparison.ts";
import { readResults } from "./records/store.ts";
import { holmAdjust } from "./stats/holm.ts";
import { median } from "./stats/quantile.ts";
import { settled } from "./stats/verdict.ts";
import { scratchFolder } from "./testing/scratch.ts";

const archive = resolve(
  fileURLToPath(new URL("../", import.meta.url)),
  "../shared/data/runs/quick-6-systems-load-8.tar.xz",
);

test("3 blocks on a busy machine settle the run: narrow intervals, no A/A claim, the same means", async ({ skip }) => {
  skip(!existsSync(archive), `${archive} is not there`);
  const folder = await scratchFolder();
  await promisify(execFile)("tar", ["-xJf", archive, "-C", folder]);
  const { cells, means } = compare((await readResults(folder)).latency);
  const compared = cells.filter(({ ratio, aaOf }) => ratio !== undefined && aaOf === undefined);
  expect(compared).toHaveLength(68);
  const halfWidths = compared.map(({ ratio }) => {
    const { low = NaN, high = NaN } = ratio?.interval ?? {};
    return Math.sqrt(high / low) - 1;
  });
  expect(median(halfWidths)).toBeLessThanOrEqual(0.06);
  expect(
    compared.filter(({ judgement }) => judgement !== undefined && settled(judgement)).length,
  ).toBeGreaterThanOrEqual(64);
  const controls = holmAdjust(cells.flatMap(({ ratio, aaOf }) => (aaOf === undefined ? [] : (ratio?.p ?? []))));
  expect(controls).toHaveLength(17);
  expect(Math.min(...controls)).toBeGreaterThan(0.05);
  expect(Math.max(...cells.map(({ noiseFloor = 0 }) => noiseFloor))).toBeLessThan(0.25);
  for (const [system, { ratio }] of means) {
    const own = compared
      .concat(cells.filter(({ aaOf }) => aaOf !== undefined))
      .filter((cell) => cell.system === system);
    const medians = own.map((cell) => Math.log(cell.ratio?.medianRatio ?? NaN));
    const before = Math.exp(medians.reduce((sum, log) => sum + log, 0) / medians.length);
    expect(Math.abs(ratio / before - 1), system).toBeLessThan(0.02);
  }
});
