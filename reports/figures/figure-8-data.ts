import { type Cell, type Comparison, gapText } from "../comparison.ts";
import type { PublishedCell } from "../published/compare-published.ts";
import { seriesTitles } from "../published/figure-8-values.ts";
import { describePublished } from "../published/published-value.ts";
import { formatDigits } from "../records/format-digits.ts";
import { formatRatio, formatRatioWith } from "../tables/numbers.ts";
import { notQuotable, quotable } from "../quotable.ts";
import { axisLabel, inBarOrder, systemTitle, withFigureOrder } from "./figure-order.ts";

/** Bars are drawn up to here; their true values are printed above them and stay in the data. */
export const axisCut = 5;

export interface Bar {
  /** Axis label, asterisk included. */
  readonly function: string;
  readonly system: string;
  readonly ratio: number;
  readonly low: number | null;
  readonly high: number | null;
  /** Printed above the bar when the axis cuts it. */
  readonly cutLabel: string | null;
  /** It does other work than the application's: drawn pale, with a dagger. */
  readonly otherWork: boolean;
  /** Raises the label where the neighbour on the left has one too, so that they do not overlap. */
  readonly labelLevel: number;
  /** Shown by the picture when it is pointed at, read out by screen readers. */
  readonly description: string;
}

/** A place without a bar, and why. `system`: absent when the whole group is empty. */
export interface Gap {
  readonly function: string;
  readonly system: string | null;
  readonly text: string;
}

/** Around 1, where the A/A arm says that a difference may be noise. */
export interface NoiseBand {
  readonly function: string;
  readonly low: number;
  readonly high: number;
  readonly description: string;
}

/** The paper's value, at the place of the system that corresponds to it. */
export interface PublishedMark {
  readonly function: string;
  readonly system: string;
  readonly ratio: number;
  /** The true value is this or more. */
  readonly cut: boolean;
  readonly description: string;
}

export interface Figure8Data {
  readonly groups: readonly string[];
  /** Titles of the places in a group, in bar order: measured systems, and the paper's that were not. */
  readonly slots: readonly string[];
  /** Titles of the systems with bars, in bar order. */
  readonly systems: readonly string[];
  readonly bars: readonly Bar[];
  readonly gaps: readonly Gap[];
  readonly bands: readonly NoiseBand[];
  readonly published: readonly PublishedMark[];
}

/** Systems with bars: neither baselines nor A/A arms. */
export const barSystems = ({ systems, baselines, controls }: Comparison): readonly string[] =>
  inBarOrder(systems.filter((system) => !baselines.includes(system) && !controls.includes(system)));

/** What has a bar in the figure: where there is nothing but a baseline and its A/A arm, the arm, which shows the noise. */
export function drawnSystems(comparison: Comparison): readonly string[] {
  const systems = barSystems(comparison);
  return systems.length > 0 ? systems : inBarOrder(comparison.controls);
}

/** In the order of the figure. What nobody asked for has no place; what was asked for and not measured shows as missing. */
const shownFunctions = ({ cells }: Comparison, selected: readonly string[]): ReturnType<typeof withFigureOrder> =>
  withFigureOrder(cells).filter(({ label }) => selected.includes(label) || cells.some((cell) => cell.label === label));

export interface Figure8Options {
  /** What is laid over the bars; its systems have a place even where nothing was measured. */
  readonly published?: readonly PublishedCell[];
  /** Functions that the run was to measure. */
  readonly selected?: readonly string[] | undefined;
}

export function figure8Data(
  comparison: Comparison,
  { published = [], selected = [] }: Figure8Options = {},
): Figure8Data {
  const functions = shownFunctions(comparison, selected);
  const systems = drawnSystems(comparison);
  const bars: Bar[] = [];
  const gaps: Gap[] = [];
  const bands: NoiseBand[] = [];
  for (const named of functions) {
    const group = axisLabel(named);
    const own = comparison.cells.filter(({ label }) => label === named.label);
    const noiseFloor = own.find((cell) => cell.noiseFloor !== undefined)?.noiseFloor;
    if (noiseFloor !== undefined && own.some(quotable)) {
      const [low, high] = [Math.exp(-noiseFloor), Math.exp(noiseFloor)];
      const description = `${group}: noise floor ${formatRatio(low)} to ${formatRatio(high)}`;
      bands.push({ function: group, low, high, description });
    }
    const slots = systems.map((system) => ({ system, cell: own.find((cell) => cell.system === system) }));
    if (slots.every(({ cell }) => cell?.ratio === undefined || !quotable(cell))) {
      gaps.push({ function: group, system: null, text: groupGap(own) });
      continue;
    }
    let labelLevel = 0;
    for (const { system, cell } of slots) {
      const title = systemTitle(system);
      if (cell?.ratio === undefined || !quotable(cell)) {
        gaps.push({ function: group, system: title, text: cell?.state === "void" ? "void" : "×" });
        labelLevel = 0;
        continue;
      }
      const { ratio, interval } = cell.ratio;
      const { otherWork } = cell;
      const cut = ratio > axisCut;
      const description = `${group}, ${title}: ${formatRatioWith(ratio, interval)}`;
      bars.push({
        function: group,
        system: title,
        ratio,
        low: interval?.low ?? null,
        high: interval?.high ?? null,
        cutLabel: cut ? formatDigits(ratio, 3) : null,
        otherWork: otherWork !== undefined,
        labelLevel,
        description: otherWork === undefined ? description : `${description}; ${otherWork}`,
      });
      labelLevel = cut ? 1 - labelLevel : 0;
    }
  }
  const empty = new Set(gaps.filter(({ system }) => system === null).map((gap) => gap.function));
  return {
    groups: functions.map(axisLabel),
    slots: inBarOrder([...systems, ...published.map(({ system }) => system)]).map(systemTitle),
    systems: systems.map(systemTitle),
    bars,
    gaps,
    bands,
    published: published
      .filter(({ label }) => functions.some((named) => named.label === label))
      .map(publishedMark)
      .filter((mark) => !empty.has(mark.function)),
  };
}

function publishedMark({ label, starred, system, series, published, judgement }: PublishedCell): PublishedMark {
  const group = axisLabel({ label, starred });
  const { verdict, reason } = judgement;
  return {
    function: group,
    system: systemTitle(system),
    ratio: published.ratio,
    cut: published.cut,
    description: `${group}, ${seriesTitles[series]} as published: ${describePublished(published)}; ${verdict}: ${reason}`,
  };
}

/** The reasons of voids are in the report: there is no room here. */
function groupGap(cells: readonly Cell[]): string {
  if (cells.length > 0 && !cells.some(quotable)) return notQuotable;
  const others = cells.filter(({ system, baseline }) => system !== baseline);
  const compared = others.filter(({ aaOf }) => aaOf === undefined);
  const texts = new Set(
    (compared.length > 0 ? compared : others).map((cell) => (cell.state === "void" ? "void" : gapText(cell))),
  );
  const [text = "not measured"] = texts;
  return texts.size > 1 ? "not measured" : text;
}

/** Top of the axis: above every bar, whisker and published value, at least 2, at most the cut. */
export function axisTop({ bars, published }: Pick<Figure8Data, "bars" | "published">): number {
  const highest = Math.max(
    0,
    ...bars.map(({ ratio, high }) => Math.max(ratio, high ?? 0)),
    ...published.map(({ ratio }) => ratio),
  );
  return Math.min(axisCut, Math.max(2, Math.ceil(highest * 2 + 0.1) / 2));
}
