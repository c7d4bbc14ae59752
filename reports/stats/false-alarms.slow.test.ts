/**
 * Whole reports by simulation: 17 functions x 5 systems whose noise differs, compared as reports are. How often does an
 * interval hold the truth, overall and where noise is worst; how often does a verdict claim a difference that is not
 * there; what changes when a run is measured further until it is settled? Judged by exact binomial tests at alpha = 0.001. Real A/A runs: planted-effects.slow.test.
 */
import { expect, test } from "vitest";
import { checkpoints, decideStop } from "../../helpers/measure/stop-rule.ts";
import { percentChange, printRow } from "../testing/simulated-blocks.ts";
import { meanCovers, type SimulatedCell, simulatedReport } from "../testing/simulated-report.ts";
import { passLines } from "./binomial.ts";
import { settled } from "./verdict.ts";

const runs = 1000;

/** Spread of the noise between functions and between systems of one, as standard deviations of its logarithm. */
const spreads = [
  { functions: 0, systems: 0 },
  { functions: 0.4, systems: 0.2 },
  { functions: 0.8, systems: 0.4 },
] as const;
/** What makes blocks differ: fresh sandboxes, rounds, or both. */
const sources = [
  { name: "rounds", between: 0, call: 0.25 },
  { name: "sandboxes", between: 0.04, call: 0.05 },
  { name: "both", between: 0.03, call: 0.15 },
] as const;

test.for([3, 5])(
  "%i blocks: intervals cover 93 to 97 %, 90 % in the noisiest quarter; A/A claims stay below 5 %",
  (blocks) => {
    printRow(`${blocks} blocks`.padEnd(30), "all", "noisiest quarter", "geometric means", "A/A reports with a claim");
    for (const source of sources) {
      for (const spread of spreads) {
        const tally = { cells: 0, covered: 0, noisy: 0, noisyCovered: 0, means: 0, alarms: 0 };
        for (let run = 0; run < runs; run++) {
          const report = simulatedReport({
            functions: 17,
            systems: 5,
            blocks,
            rounds: 20,
            source,
            spread,
            seed: run + blocks,
          });
          for (const { covered, noisy } of report) {
            tally.cells++;
            tally.covered += Number(covered);
            if (!noisy) continue;
            tally.noisy++;
            tally.noisyCovered += Number(covered);
          }
          tally.means += Number(meanCovers(cellsOf(report, 1), 0));
          tally.alarms += Number(claimsAny(cellsOf(report, 0)));
        }
        const title = `${source.name}, ${spread.functions} ${spread.systems}`.padEnd(30);
        const [all, noisy] = [
          percentChange(tally.covered, tally.cells),
          percentChange(tally.noisyCovered, tally.noisy),
        ];
        const means = percentChange(tally.means, runs).padStart(15);
        printRow(title, all, noisy.padStart(16), means, percentChange(tally.alarms, runs).padStart(24));
        expect.soft(tally.means, title).toBeGreaterThanOrEqual(passLines(runs, 0.93).low);
        expect.soft(tally.means, title).toBeLessThanOrEqual(passLines(runs, 0.97).high);
        expect.soft(tally.covered, title).toBeGreaterThanOrEqual(passLines(tally.cells, 0.93).low);
        expect.soft(tally.covered, title).toBeLessThanOrEqual(passLines(tally.cells, 0.97).high);
        expect.soft(tally.noisyCovered, title).toBeGreaterThanOrEqual(passLines(tally.noisy, 0.9).low);
        expect.soft(tally.alarms, title).toBeLessThanOrEqual(passLines(runs, 0.05).high);
      }
    }
  },
);

test.for([
  { functions: 1, systems: 5 },
  { functions: 4, systems: 5 },
  { functions: 17, systems: 1 },
])("$functions functions x $systems systems: little to borrow costs no coverage", ({ functions, systems }) => {
  const spread = { functions: 0.6, systems: 0.3 };
  const all = Array.from({ length: runs }, (_, seed) =>
    simulatedReport({ functions, systems, blocks: 5, rounds: 20, source: sources[2], spread, seed }),
  ).flat();
  const covered = all.filter((cell) => cell.covered).length;
  printRow(`${functions} x ${systems}`.padEnd(30), percentChange(covered, all.length));
  expect(covered).toBeGreaterThanOrEqual(passLines(all.length, 0.93).low);
  expect(covered).toBeLessThanOrEqual(passLines(all.length, 0.97).high);
});

test("with the stop rule of the profile rigorous intervals cover 93 % and A/A claims stay below 5 %", () => {
  const trials = 300;
  for (const spread of spreads) {
    let alarms = 0;
    const all: SimulatedCell[] = [];
    for (let seed = 0; seed < trials; seed++) {
      const report = simulatedReport({
        functions: 17,
        systems: 5,
        blocks: precise,
        rounds: 100,
        source: sources[2],
        spread,
        seed,
      });
      all.push(...report);
      alarms += Number(claimsAny(cellsOf(report, 0)));
    }
    const covered = all.filter((cell) => cell.covered).length;
    const title = `stop rule, ${spread.functions} ${spread.systems}`.padEnd(30);
    printRow(title, percentChange(covered, all.length), percentChange(alarms, trials));
    expect.soft(covered, title).toBeGreaterThanOrEqual(passLines(all.length, 0.93).low);
    expect.soft(alarms, title).toBeLessThanOrEqual(passLines(trials, 0.05).high);
  }
});

test("measured until it is settled, a run claims nothing that is not there, and its intervals still cover", () => {
  const trials = 100;
  const [equal, small, middle] = [0, Math.log(1.06), Math.log(1.15)];
  printRow("looks".padEnd(30), "all", "reports with a false claim", "settled", "blocks");
  for (const looks of [1, 2, 4]) {
    for (const spread of [spreads[0], spreads[2]]) {
      let alarms = 0;
      const all: SimulatedCell[] = [];
      for (let seed = 0; seed < trials; seed++) {
        // of four comparisons two are equal to their baseline: they can be claimed in vain
        const truths = [equal, equal, equal, small, middle];
        const size = { functions: 17, systems: 5, blocks: 5, rounds: 20 };
        const report = simulatedReport({ ...size, source: sources[2], spread, truths, looks, seed });
        const compared = report.filter(({ system }) => system > 0);
        all.push(...compared);
        alarms += Number(claimsAny(compared.filter(({ truth }) => truth === 0)));
      }
      const covered = all.filter((cell) => cell.covered).length;
      const settledCells = all.filter(({ judgement }) => settled(judgement)).length;
      const blocks = all.reduce((sum, cell) => sum + cell.blocks, 0) / all.length;
      const title = `${looks}, ${spread.functions} ${spread.systems}`.padEnd(30);
      printRow(
        title,
        percentChange(covered, all.length),
        percentChange(alarms, trials).padStart(26),
        percentChange(settledCells, all.length),
        blocks.toFixed(1),
      );
      expect.soft(covered, title).toBeGreaterThanOrEqual(passLines(all.length, 0.93).low);
      expect.soft(alarms, title).toBeLessThanOrEqual(passLines(trials, 0.05).high);
    }
  }
});

const cellsOf = (report: readonly SimulatedCell[], system: number): readonly SimulatedCell[] =>
  report.filter((cell) => cell.system === system);

/** Whether one of these cells, all equal to their baseline, is said to differ. */
const claimsAny = (cells: readonly SimulatedCell[]): boolean =>
  cells.some(({ judgement: { verdict } }) => verdict === "slower" || verdict === "faster");

/** As a function ends in the profile `rigorous`: the A/A arm is number 0. */
function precise(logs: readonly (readonly number[])[]): boolean {
  const done = logs[0]?.length ?? 0;
  if (!checkpoints.includes(done)) return false; // between them the rule never stops: stop-rule.test.ts
  const logRatios = new Map(logs.map((own, system) => [String(system), own]));
  const plan = { blocks: 40, precisionPercent: 2.5 };
  return decideStop(plan, { done, logRatios, control: "0", budgetSpent: false }) !== undefined;
}
