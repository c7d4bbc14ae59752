/** Figure 8 as geometric means, published and ours, and whether the systems come in the same order. Pure. */
import type { Comparison } from "../comparison.ts";
import { seriesTitles, type PublishedSeries, publishedSeries } from "./figure-8-values.ts";
import { comparable } from "./compare-published.ts";
import { publishedValue } from "./published-value.ts";
import { geometricMean, type GeometricMean } from "../stats/geometric-mean.ts";

/** One system; both means are over the same functions. */
export interface SeriesMean {
  readonly series: PublishedSeries;
  /** Ours that stands for it. */
  readonly system: string;
  readonly published: number;
  /** A value among the published ones was cut at 5, so that the true mean is this or more. */
  readonly cut: boolean;
  readonly ours: GeometricMean;
}

/** `same` and `reversed` only where the intervals of the two systems do not meet. */
export interface PairOrder {
  /** The cheaper one, as published. */
  readonly first: SeriesMean;
  readonly second: SeriesMean;
  readonly order: "same" | "reversed" | "cannot tell";
}

export interface SystemOrder {
  /** From cheap to dear, as published. */
  readonly means: readonly SeriesMean[];
  readonly pairs: readonly PairOrder[];
}

/** The system that stands for a published one where a run has two. */
const systemsOf: Readonly<Record<PublishedSeries, readonly string[]>> = {
  kalium: ["kalium", "kalium-artifact"],
  valve: ["valve"],
  trapeze: ["trapeze", "trapeze-as-shipped"],
};

/** Functions that all of these systems have; `undefined` where nothing can be set beside the published figure. */
export function systemOrder(comparison: Comparison): SystemOrder | undefined {
  if (!comparable(comparison)) return undefined;
  const present = publishedSeries.flatMap((series) => {
    const system = systemsOf[series].find((name) => comparison.means.has(name));
    return system === undefined ? [] : [{ series, system }];
  });
  const ratioOf = (system: string, label: string) =>
    comparison.cells.find((cell) => cell.system === system && cell.label === label && cell.otherWork === undefined)
      ?.ratio;
  const labels = [...new Set(comparison.cells.map(({ label }) => label))].filter((label) =>
    present.every(
      ({ series, system }) => ratioOf(system, label) !== undefined && publishedValue(label, series) !== undefined,
    ),
  );
  const means = present.flatMap(({ series, system }): SeriesMean[] => {
    const ours = geometricMean(labels.flatMap((label) => ratioOf(system, label)?.own ?? []));
    const published = labels.flatMap((label) => publishedValue(label, series) ?? []);
    if (ours === undefined) return [];
    const logs = published.reduce((sum, { ratio }) => sum + Math.log(ratio), 0);
    const cut = published.some((value) => value.cut);
    return [{ series, system, published: Math.exp(logs / published.length), cut, ours }];
  });
  if (means.length === 0) return undefined;
  const ordered = means.toSorted((a, b) => a.published - b.published);
  const pairs = ordered.flatMap((first, at) =>
    ordered.slice(at + 1).map((second): PairOrder => ({ first, second, order: orderOf(first.ours, second.ours) })),
  );
  return { means: ordered, pairs };
}

function orderOf(first: GeometricMean, second: GeometricMean): PairOrder["order"] {
  if (first.interval === undefined || second.interval === undefined) return "cannot tell";
  if (first.interval.high < second.interval.low) return "same";
  return second.interval.high < first.interval.low ? "reversed" : "cannot tell";
}

/** One sentence on the order of two systems or more. */
export function orderVerdict({ means, pairs }: SystemOrder): string {
  const published = means.map(({ series }) => seriesTitles[series]).join(", ");
  const naming = (wanted: PairOrder["order"]): readonly string[] =>
    pairs
      .filter(({ order }) => order === wanted)
      .map(({ first, second }) => `${seriesTitles[first.series]} and ${seriesTitles[second.series]}`);
  const [reversed, unclear] = [naming("reversed"), naming("cannot tell")];
  if (reversed.length === 0 && unclear.length === 0) return `Order of the systems: as published (${published}).`;
  return [
    `Order of the systems: ${reversed.length === 0 ? "not settled" : "not as published"}.`,
    `The paper has, from cheapest to dearest, ${published}.`,
    ...(reversed.length === 0 ? [] : [`Reversed here: ${reversed.join("; ")}.`]),
    ...(unclear.length === 0 ? [] : [`Not told apart here: ${unclear.join("; ")}.`]),
  ].join(" ");
}
