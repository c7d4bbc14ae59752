/**
 * What a run found, in sentences: what every system costs over all functions, how far that can be trusted, and what would
 * settle the rest. The terminal, the report and its JSON say the same. Pure.
 */
import type { Cell, Comparison } from "./comparison.ts";
import { barSystems } from "./figures/figure-8-data.ts";
import { axisLabel, systemTitle } from "./figures/figure-order.ts";
import type { LatencyRecord } from "./records/record.ts";
import type { GeometricMean } from "./stats/geometric-mean.ts";
import { settled } from "./stats/verdict.ts";
import { differenceText, marginText } from "./stats/words.ts";
import { quotable } from "./verdict-text.ts";

/** Empty where nothing was compared, and for the profile `smoke`, whose numbers mean nothing. */
export function findings(comparison: Comparison, records: readonly LatencyRecord[]): readonly string[] {
  const judged = comparison.cells.filter((cell) => cell.judgement !== undefined && !cell.imported && quotable(cell));
  if (judged.length === 0) return [];
  return [overall(comparison, judged), precision(judged), remaining(judged, records)];
}

/** Of one function its own verdicts, of several the geometric means. */
function overall(comparison: Comparison, judged: readonly Cell[]): string {
  const labels = new Set(judged.map(({ label }) => label));
  const baseline = comparison.baselines.map(systemTitle).join(", ");
  const [first] = judged;
  if (labels.size === 1 && first !== undefined) {
    const own = inOrder(comparison, judged).map((cell) => `${systemTitle(cell.system)}: ${cell.judgement?.text ?? ""}`);
    return `${axisLabel(first)}, compared with ${baseline}: ${own.join("; ")}.`;
  }
  const means = barSystems(comparison).flatMap((system) => {
    const mean = comparison.means.get(system);
    return mean === undefined ? [] : [`${systemTitle(system)} ${meanText(mean)}`];
  });
  return `Over ${labels.size} functions, compared with ${baseline}: ${means.join("; ")}.`;
}

const meanText = ({ ratio, interval }: GeometricMean): string =>
  interval === undefined ? "no interval (1 block)" : differenceText(Math.log(ratio), interval);

const inOrder = (comparison: Comparison, cells: readonly Cell[]): readonly Cell[] => {
  const order = barSystems(comparison);
  return cells.toSorted((a, b) => order.indexOf(a.system) - order.indexOf(b.system));
};

/** `66 of 68 comparisons are settled; the narrowest interval is ± 2.1 % (…), the widest ± 19 % (…).` */
function precision(judged: readonly Cell[]): string {
  const done = judged.filter(({ judgement }) => judgement !== undefined && settled(judgement)).length;
  const widths = judged
    .flatMap((cell) => {
      const interval = cell.ratio?.interval;
      return interval === undefined ? [] : [{ cell, half: Math.log(interval.high / interval.low) / 2 }];
    })
    .sort((a, b) => a.half - b.half);
  const [narrowest, widest] = [widths[0], widths.at(-1)];
  const told =
    narrowest === undefined || widest === undefined
      ? "none has an interval"
      : widths.length === 1
        ? `its interval is ${marginText(narrowest.half)}`
        : `the narrowest interval is ${widthText(narrowest)}, the widest ${widthText(widest)}`;
  const are = judged.length === 1 ? "comparison is" : "comparisons are";
  return `${done} of ${judged.length} ${are} settled; ${told}.`;
}

const widthText = ({ cell, half }: { readonly cell: Cell; readonly half: number }): string =>
  `${marginText(half)} (${axisLabel(cell)}, ${systemTitle(cell.system)})`;

function remaining(judged: readonly Cell[], records: readonly LatencyRecord[]): string {
  const loads = records.flatMap(({ blocks }) => blocks.flatMap(({ loadAverage }) => loadAverage ?? []));
  const load = loads.length === 0 ? "" : ` The machine's load was ${range(loads)}.`;
  const open = judged.filter(({ judgement }) => judgement !== undefined && !settled(judgement));
  if (open.length === 0) return `Nothing is left to settle.${load}`;
  const curable = open.filter(({ judgement }) => judgement?.moreBlocks !== undefined);
  if (curable.length === 0) return `More blocks would not settle the ${open.length} others.${load}`;
  const blocks = Math.max(
    ...curable.map(({ judgement, ratio }) => (judgement?.moreBlocks ?? 0) + (ratio?.blocks ?? 0)),
  );
  const others = open.length === 1 ? "the other" : `the ${open.length} others`;
  const which = curable.length === open.length ? others : `${curable.length} of ${others}`;
  const labels = [...new Set(curable.map(({ label }) => label))].join(" ");
  return `${blocks} blocks would settle ${which}: \`KALIUM_BLOCKS=${blocks} npm run bench -- ${labels}\`.${load}`;
}

function range(loads: readonly number[]): string {
  const [low, high] = [Math.min(...loads), Math.max(...loads)].map((load) => load.toFixed(load < 1 ? 1 : 0));
  return low === high ? String(low) : `${low} to ${high}`;
}
