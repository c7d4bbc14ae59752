/**
 * Known slow-downs through real runs: real processes, gateway, client, plan, journal and statistics. Are they found, and
 * does nothing get found where nothing is? Judged by exact binomial tests at alpha = 0.001. Figures: docs/method.md.
 */
import { expect, test } from "vitest";
import { type Cell, compare } from "../../../reports/comparison.ts";
import type { LatencyRecord } from "../../../reports/records/record.ts";
import { passLines } from "../../../reports/stats/binomial.ts";
import { median } from "../../../reports/stats/quantile.ts";
import { scratchFolder } from "../../../reports/testing/scratch.ts";
import { measurePlanted, plantedPlan } from "./planted-run.ts";
import { openPlantedStage } from "./planted-stage.ts";

const wantedRuns = 40;
/** Fewer sound runs than this prove too little. */
const leastRuns = 30;
/** No new run is begun later than this. */
const lastStartMs = 13 * 60_000;
/**
 * Most of a call, so that what is planted is a share of something steady. With 4 ms, the gateway and the client idled
 * so much longer in a call of 150 % that they woke up 0.09 ms later: 1.5 % that nobody planted.
 */
const baseWaitNs = 10e6;
const effects = [5, 10, 50] as const;

test("5, 10 and 50 % are inside the interval in 95 of 100 real runs, and found by precise ones; A/A finds none", async ({
  signal,
}) => {
  const folder = await scratchFolder();
  await using stage = await openPlantedStage(signal);
  const even = { base: baseWaitNs, "base-aa": baseWaitNs };
  const calibrated = await measurePlanted(stage, { folder, seed: 0, planted: waiting(even), signal });
  const baseNs = medianOf(calibrated, "base");
  const planted = Object.fromEntries(effects.map((effect) => [`plus${effect}`, Math.round((baseNs * effect) / 100)]));
  const waitNs = {
    ...even,
    ...Object.fromEntries(Object.entries(planted).map(([name, ns]) => [name, baseWaitNs + ns])),
  };

  const cells: Judged[] = [];
  let sound = 0;
  let dropped = 0;
  const untilMs = performance.now() + lastStartMs;
  for (let seed = 1; sound < wantedRuns && performance.now() < untilMs; seed++) {
    const record = await measurePlanted(stage, { folder, seed, planted: waiting(waitNs), signal });
    // A run that the harness itself calls disturbed proves nothing; it is not looked at before it is dropped.
    if ((record.voids ?? []).length > 0) {
      dropped++;
      continue;
    }
    sound++;
    // What a delay is as a ratio follows from how long the base took in this run: the A/A twin says so, whose calls
    // are independent of the base's.
    const twinNs = medianOf(record, "base-aa");
    const truthOf = (system: string): number => 1 + (planted[system] ?? 0) / twinNs;
    cells.push(...compare([record]).cells.map((cell) => ({ ...cell, truth: truthOf(cell.system) })));
  }
  const size = `${plantedPlan.blocks} blocks x ${plantedPlan.rounds} rounds, base ${(baseNs / 1e6).toFixed(2)} ms`;
  print(`${sound} sound runs of ${size}; ${dropped} void runs dropped`);
  expect(sound, "sound runs: this machine is too busy for it").toBeGreaterThanOrEqual(leastRuns);
  for (const system of Object.keys(planted)) judge(system, cells);
  judgeControl(cells.filter(({ system }) => system === "base-aa"));
});

const waiting = (waitNs: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(waitNs).map(([system, ns]) => [system, { waitNs: ns }]));

type Judged = Cell & { readonly truth: number };

function judge(system: string, all: readonly Judged[]): void {
  const own = all.flatMap((cell) => {
    const interval = cell.ratio?.interval;
    return cell.system === system && interval !== undefined ? [{ ...cell, interval }] : [];
  });
  const covered = own.filter(({ interval: { low, high }, truth }) => low <= truth && truth <= high).length;
  const said = (verdict: string, of = own): number =>
    of.filter(({ judgement }) => judgement?.verdict === verdict).length;
  // What a run can tell apart follows from its noise, not from what it found.
  const precise = own.filter(({ interval: { low, high }, noiseFloor = 0, truth }) => {
    const resolution = Math.max(Math.log(high / low) / 2, noiseFloor);
    return 2 * resolution < Math.log(truth);
  });
  const least = { covered: passLines(own.length, 0.95).low, found: passLines(precise.length, 0.95).low };
  const ratio = median(own.map((cell) => cell.ratio?.ratio ?? NaN));
  const halfWidth = median(own.map(({ interval: { low, high } }) => Math.log(high / low) / 2));
  print(
    `${system.padEnd(8)} true ratio ${median(own.map(({ truth }) => truth)).toFixed(3)}, measured ${ratio.toFixed(3)} ` +
      `+- ${(100 * halfWidth).toFixed(1)} % (medians); truth inside the interval in ${covered} of ${own.length} ` +
      `(at least ${least.covered}); verdict slower in ${said("slower")}, and in ${said("slower", precise)} of the ` +
      `${precise.length} precise enough (at least ${least.found})`,
  );
  expect.soft(covered, system).toBeGreaterThanOrEqual(least.covered);
  expect.soft(said("slower", precise), system).toBeGreaterThanOrEqual(least.found);
  expect.soft(said("faster"), system).toBe(0);
}

function judgeControl(own: readonly Cell[]): void {
  const intervals = own.flatMap(({ ratio }) => ratio?.interval ?? []);
  const alarms = intervals.filter(({ low, high }) => low > 1 || high < 1).length;
  const most = passLines(intervals.length, 0.05).high;
  print(`A/A      leaves out 1 in ${alarms} of ${intervals.length} (at most ${most})`);
  expect.soft(alarms).toBeLessThanOrEqual(most);
}

function medianOf(record: LatencyRecord, system: string): number {
  const { medianNs } = compare([record]).cells.find((cell) => cell.system === system) ?? {};
  if (medianNs === undefined) throw new TypeError(`${system} was not measured`);
  return medianNs;
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);
