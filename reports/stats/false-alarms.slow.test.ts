/** A/A by simulation: how often a difference is claimed where there is none. Real A/A runs: planted-effects.slow.test. */
import { expect, test } from "vitest";
import { createSimulator, percentChange, printRow, shapes } from "../testing/simulated-blocks.ts";
import { passLines } from "./binomial.ts";
import { holmAdjust } from "./holm.ts";
import { ratioOfMedians } from "./ratio.ts";
import { judge, noiseFloorOf } from "./verdict.ts";

const runs = 1000;
const functions = 17;

test.for(shapes)("%s calls: at most 5 of 100 reports of 17 equal systems claim a difference", (shape) => {
  printRow(`${shape.padEnd(16)} blocks`, "intervals that leave out 1", "reports with a claim", "and with A/A arm");
  for (const blockCount of [3, 5, 10]) {
    const { block } = createSimulator({ shape, between: 0.03, rounds: 40 }, blockCount);
    const ratioOf = () => {
      const blocks = Array.from({ length: blockCount }, () => block(1));
      const ratio = ratioOfMedians(blocks, { seed: 1, resamples: 1 });
      if (ratio?.p === undefined || ratio.interval === undefined) throw new TypeError("there are blocks");
      return { ratio: ratio.ratio, p: ratio.p, interval: ratio.interval };
    };
    let outside = 0;
    let reports = 0;
    let reportsWithControl = 0;
    for (let run = 0; run < runs; run++) {
      const ratios = Array.from({ length: functions }, ratioOf);
      const adjusted = holmAdjust(ratios.map(({ p }) => p));
      outside += ratios.filter(({ interval }) => interval.low > 1 || interval.high < 1).length;
      const claimed = ratios.filter((ratio, index) => claims(ratio, adjusted[index], blockCount));
      if (claimed.length > 0) reports++;
      // The A/A arm only takes claims away, so it is drawn where there is one.
      const kept = claimed.filter(({ ratio }) => Math.abs(Math.log(ratio)) > noiseFloorOf(ratioOf().interval));
      if (kept.length > 0) reportsWithControl++;
    }
    const [each, any, controlled] = [
      percentChange(outside, runs * functions),
      percentChange(reports, runs),
      percentChange(reportsWithControl, runs),
    ];
    printRow(`${"".padEnd(16)} ${blockCount}`.padEnd(23), each.padStart(26), any.padStart(20), controlled.padStart(16));
    const all = passLines(runs * functions, 0.05);
    expect.soft(outside).toBeLessThanOrEqual(all.high);
    expect.soft(reports).toBeLessThanOrEqual(passLines(runs, 0.05).high);
    expect.soft(reportsWithControl).toBeLessThanOrEqual(passLines(runs, 0.05).high);
  }
});

const claims = ({ ratio }: { readonly ratio: number }, adjustedP: number | undefined, blocks: number): boolean =>
  judge({ ratio, adjustedP, blocks }).verdict !== "~";
