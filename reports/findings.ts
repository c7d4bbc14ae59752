/**
 * What a run found, in sentences: what every system costs over all functions, how far that can be trusted, what has no
 * value and why, and what would settle the rest. The terminal, the report and its JSON say the same. Pure.
 */
import { type Cell, type Comparison, gapText } from "./comparison.ts";
import { barSystems } from "./figures/figure-8-data.ts";
import { axisLabel, systemTitle } from "./figures/figure-order.ts";
import { loadRange, loadsOf } from "./loads.ts";
import { voidBlockTexts } from "./void-block-texts.ts";
import type { LatencyRecord } from "./records/record.ts";
import type { GeometricMean } from "./stats/geometric-mean.ts";
import { settled } from "./stats/verdict.ts";
import { differenceText, marginText } from "./stats/words.ts";
import { quotable, smokeText } from "./quotable.ts";

/** Empty where nothing was to be compared, not even with itself. */
export function findings(comparison: Comparison, records: readonly LatencyRecord[]): readonly string[] {
  const shown = comparison.cells.filter((cell) => !cell.imported && quotable(cell));
  const compared = shown.filter(({ system, baseline, aaOf }) => system !== baseline && aaOf === undefined);
  if (compared.length === 0) return comparison.cells.some((cell) => !quotable(cell)) ? [smokeText] : noise(shown);
  const judged = compared.filter(({ judgement }) => judgement !== undefined);
  const lost = lostTexts(shown);
  const voided = records.filter((record) => shown.some(({ label }) => label === record.label)).flatMap(voidBlockTexts);
  return [
    ...crowded(records),
    ...(judged.length === 0 ? [] : [overall(comparison, compared)]),
    precision(compared, judged),
    ...(lost.length === 0 ? [] : [`Without a value: ${shortened(lost).join("; ")}.`]),
    ...(voided.length === 0 ? [] : [`Void blocks: ${shortened(voided).join("; ")}.`]),
    remaining(judged, { records, lost: compared.length - judged.length }),
  ];
}

/** Of all blocks, starved: from here on other work, and not the systems, may be what is seen. */
const crowdedShare = 0.1;

/** Said before any number that other work may have made: an A/A arm sees what varies, not what slows one system more. */
function crowded(records: readonly LatencyRecord[]): readonly string[] {
  const blocks = records.flatMap((record) => record.blocks);
  const starved = records.flatMap(({ voids = [] }) => voids.filter(isStarved));
  if (starved.length === 0 || starved.length < crowdedShare * blocks.length) return [];
  const ofLoad = loadsOf(records).length === 0 ? "" : ` at a load of ${loadRange(loadsOf(records))}`;
  return [
    `Other work took the processors${ofLoad}: ${starved.length} of ${blocks.length} blocks are void for it, and the differences below may be its own. End it, then measure again.`,
  ];
}

const isStarved = ({ reason }: { readonly reason: string }): boolean => reason.includes("starved");

/** Of one function its own verdicts, of several the geometric means. */
function overall(comparison: Comparison, compared: readonly Cell[]): string {
  const labels = new Set(compared.map(({ label }) => label));
  const baseline = comparison.baselines.map(systemTitle).join(", ");
  const [first] = compared;
  if (labels.size === 1 && first !== undefined) {
    const verdicts = Map.groupBy(inOrder(comparison, compared), (cell) => cell.judgement?.text ?? gapText(cell));
    const own = [...verdicts].map(
      ([text, cells]) => `${listed(cells.map(({ system }) => systemTitle(system)))}: ${text}`,
    );
    return `${axisLabel(first)}, compared with ${baseline}: ${own.join("; ")}.`;
  }
  const means = barSystems(comparison).map((system) => {
    const mean = comparison.means.get(system);
    return `${systemTitle(system)} ${mean === undefined ? "has no mean" : meanText(mean, labels.size)}`;
  });
  return `Over ${labels.size} functions, compared with ${baseline}: ${means.join("; ")}.`;
}

/** Of a run whose systems were only measured a second time: how large a difference noise makes here. */
function noise(shown: readonly Cell[]): readonly string[] {
  const arms = shown.filter(({ aaOf, noiseFloor }) => aaOf !== undefined && noiseFloor !== undefined);
  return [...Map.groupBy(arms, ({ aaOf = "" }) => aaOf)].map(([system, cells]) => {
    const floors = cells.flatMap(({ noiseFloor = 0 }) => noiseFloor).sort((a, b) => a - b);
    const [low = 0, high = low] = [floors[0], floors.at(-1)];
    const range = low === high ? marginText(high) : `${marginText(low)} to ${marginText(high)}`;
    return `${systemTitle(system)} was measured twice: noise on this machine is ${range}. A smaller difference between two systems would not show.`;
  });
}

const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`;

/** A mean that lacks functions says so: another system's may have them. */
function meanText({ ratio, interval, functions }: GeometricMean, of: number): string {
  const text = interval === undefined ? "no interval (1 block)" : differenceText(Math.log(ratio), interval);
  return functions === of ? text : `${text} over ${functions} of them`;
}

const inOrder = (comparison: Comparison, cells: readonly Cell[]): readonly Cell[] => {
  const order = barSystems(comparison);
  return cells.toSorted((a, b) => order.indexOf(a.system) - order.indexOf(b.system));
};

/** `66 of 68 comparisons are settled; the narrowest interval is ± 2.1 % (…), the widest ± 19 % (…).` */
function precision(compared: readonly Cell[], judged: readonly Cell[]): string {
  const done = judged.filter(({ judgement }) => judgement !== undefined && settled(judgement)).length;
  const lost = compared.length - judged.length;
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
  const are = compared.length === 1 ? "comparison is" : "comparisons are";
  const without = lost === 0 ? "" : `, ${lost} ${lost === 1 ? "has" : "have"} no value`;
  return `${done} of ${compared.length} ${are} settled${without}; ${told}.`;
}

const widthText = ({ cell, half }: { readonly cell: Cell; readonly half: number }): string =>
  `${marginText(half)} (${axisLabel(cell)}, ${systemTitle(cell.system)})`;

/** What has no value, with the reason. Where a baseline is void, nothing of its function has; an A/A arm takes the noise floor with it. */
function lostTexts(shown: readonly Cell[]): readonly string[] {
  const own = shown.flatMap((cell) => {
    const { system, baseline, aaOf, ratio, state } = cell;
    if (system === baseline) return state === "measured" ? [] : [`${nameOf(cell)}, the baseline: ${gapText(cell)}`];
    if (ratio !== undefined) return [];
    const gone = shown.find((one) => one.label === cell.label && one.system === (aaOf ?? baseline));
    if (gone?.state !== "measured" && state === "measured") return []; // the baseline's entry says it
    return [`${nameOf(cell)}${aaOf === undefined ? "" : " (no noise floor)"}: ${gapText(cell)}`];
  });
  return own;
}

const nameOf = (cell: Cell): string => `${axisLabel(cell)}, ${systemTitle(cell.system)}`;

const mostListed = 6;

const shortened = (texts: readonly string[]): readonly string[] =>
  texts.length <= mostListed
    ? texts
    : [...texts.slice(0, mostListed), `and ${texts.length - mostListed} more, which the report lists`];

function remaining(
  judged: readonly Cell[],
  { records, lost }: { readonly records: readonly LatencyRecord[]; readonly lost: number },
): string {
  const loads = loadsOf(records);
  const busy = records.some(({ voids = [] }) => voids.some(isStarved));
  const load =
    loads.length === 0 ? "" : ` The machine's load was ${loadRange(loads)}${busy ? ": end its other work first" : ""}.`;
  if (judged.length === 0) return `Nothing could be compared.${load}`;
  const open = judged.filter(({ judgement }) => judgement !== undefined && !settled(judgement));
  if (open.length === 0) return `${lost === 0 ? "Nothing is left to settle" : "What has a value is settled"}.${load}`;
  const curable = open.filter(({ judgement }) => judgement?.moreBlocks !== undefined);
  const others = open.length === 1 ? "the other" : `the ${open.length} others`;
  const all = open.length < judged.length ? others : open.length === 1 ? "it" : "them";
  if (curable.length === 0) return `More blocks would not settle ${all}.${load}`;
  const more = Math.max(...curable.map(({ judgement }) => judgement?.moreBlocks ?? 0));
  const which = curable.length === open.length ? all : `${curable.length} of ${all}`;
  const would = curable.some(({ ratio }) => ratio?.interval === undefined) ? "may settle" : "would settle";
  const [{ runId } = { runId: "" }] = records;
  return `${more} more ${more === 1 ? "block" : "blocks"} ${would} ${which}: \`npm run resume -- ${runId} --settle\` measures them.${load}`;
}
