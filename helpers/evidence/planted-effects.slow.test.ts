/**
 * Known slow-downs through real runs: real processes, gateway, client, plan, journal and statistics. Are they found, and
 * does nothing get found where nothing is? Judged by exact binomial tests at alpha = 0.001. Figures: docs/method.md.
 */
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Cell, compare } from "../../reports/comparison.ts";
import type { LatencyRecord } from "../../reports/record.ts";
import { passLines } from "../../reports/stats/binomial.ts";
import { median } from "../../reports/stats/quantile.ts";
import { openJournal, readJournal, recordFromJournal } from "../../reports/store.ts";
import { scratchFolder } from "../../reports/testing/scratch.ts";
import { runPlan } from "../measure/run-plan.ts";
import { openPlantedStage, type PlantedStage } from "./planted-stage.ts";

const wantedRuns = 40;
/** Fewer sound runs than this prove too little. */
const leastRuns = 30;
/** No new run is begun later than this. */
const lastStartMs = 11 * 60_000;
/**
 * Most of a call, so that what is planted is a share of something steady. With 4 ms, the gateway and the client idled
 * so much longer in a call of 150 % that they woke up 0.09 ms later: 1.5 % that nobody planted.
 */
const baseWaitNs = 10e6;
const effects = [5, 10, 50] as const;
const plan = { profile: "planted", blocks: 5, rounds: 15, warmupRounds: 3, connection: "keepalive" } as const;

test("planted effects of 5, 10 and 50 % are inside the interval in 95 of 100 real runs, A/A finds none", async ({
  signal,
}) => {
  const folder = await scratchFolder();
  await using stage = await openPlantedStage(signal);
  const even = { base: baseWaitNs, "base-aa": baseWaitNs };
  const calibrated = await measure(stage, { folder, seed: 0, waitNs: even, signal });
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
    const record = await measure(stage, { folder, seed, waitNs, signal });
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
  const size = `${plan.blocks} blocks x ${plan.rounds} rounds, base ${(baseNs / 1e6).toFixed(2)} ms`;
  print(`${sound} sound runs of ${size}; ${dropped} void runs dropped`);
  expect(sound, "sound runs: this machine is too busy for it").toBeGreaterThanOrEqual(leastRuns);
  for (const system of Object.keys(planted)) judge(system, cells);
  judgeControl(cells.filter(({ system }) => system === "base-aa"));
});

type Judged = Cell & { readonly truth: number };

function judge(system: string, all: readonly Judged[]): void {
  const own = all.flatMap((cell) => {
    const interval = cell.ratio?.interval;
    return cell.system === system && interval !== undefined ? [{ ...cell, interval }] : [];
  });
  const covered = own.filter(({ interval: { low, high }, truth }) => low <= truth && truth <= high).length;
  const said = (verdict: string): number => own.filter(({ judgement }) => judgement?.verdict === verdict).length;
  const halfWidth = median(own.map(({ interval: { low, high } }) => Math.log(high / low) / 2));
  const ratio = median(own.map((cell) => cell.ratio?.ratio ?? NaN));
  const lines = passLines(own.length, 0.95);
  print(
    `${system.padEnd(8)} true ratio ${median(own.map(({ truth }) => truth)).toFixed(3)}, found ${ratio.toFixed(3)} ` +
      `(medians); inside the interval in ${covered} of ${own.length} (at least ${lines.low}); ` +
      `half-width ${(100 * halfWidth).toFixed(1)} %; verdict slower in ${said("slower")}`,
  );
  expect.soft(covered, system).toBeGreaterThanOrEqual(lines.low);
  expect.soft(said("faster"), system).toBe(0);
}

function judgeControl(own: readonly Cell[]): void {
  const intervals = own.flatMap(({ ratio }) => ratio?.interval ?? []);
  const alarms = intervals.filter(({ low, high }) => low > 1 || high < 1).length;
  const most = passLines(intervals.length, 0.05).high;
  print(`A/A      leaves out 1 in ${alarms} of ${intervals.length} (at most ${most})`);
  expect.soft(alarms).toBeLessThanOrEqual(most);
}

async function measure(
  stage: PlantedStage,
  options: {
    readonly folder: string;
    readonly seed: number;
    readonly waitNs: Readonly<Record<string, number>>;
    readonly signal: AbortSignal;
  },
): Promise<LatencyRecord> {
  const { folder, seed, waitNs, signal } = options;
  const label = "waiting";
  const names = Object.keys(waitNs);
  const vanilla = { variant: "vanilla", runtime: "native", guard: "none" } as const;
  const journal = openJournal(join(folder, `${seed}.jsonl`), {
    runId: `planted-${seed}`,
    startedAt: new Date().toISOString(),
    flow: "planted",
    label,
    starred: false,
    baseline: "base",
    systems: names.map((name) => ({ name, ...vanilla, ...(name === "base-aa" && { aaOf: "base" }) })),
    plan: { ...plan, seed },
  });
  try {
    await runPlan({
      plan: { ...plan, seed, label, systems: names },
      baseline: "base",
      control: "base-aa",
      stage: stage.stageOf(waitNs),
      journal,
      endMs: undefined,
      session: 0,
      onSample: () => undefined,
      signal,
    });
  } finally {
    journal.close();
  }
  return recordFromJournal(readJournal(journal.path));
}

function medianOf(record: LatencyRecord, system: string): number {
  const { medianNs } = compare([record]).cells.find((cell) => cell.system === system) ?? {};
  if (medianNs === undefined) throw new TypeError(`${system} was not measured`);
  return medianNs;
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);
