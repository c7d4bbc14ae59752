/** What of a chart of bars is drawn in a view, with every number brought into the range of the axis. Pure. */
import type { BarCell, BarChart, BarMark, BarMeasure, ChartSeries, Range } from "./chart.ts";
import { type ChartView, domainOf, inkOf } from "./chart-view.ts";

export interface DrawnBar extends BarCell {
  /** Where it begins and ends on the axis. */
  readonly base: number;
  readonly drawn: number;
  readonly colour: string;
  /** Place in its group. */
  readonly slot: string;
  /** Ends of the whisker. */
  readonly from?: number;
  readonly to?: number;
  /** Its number, where the axis ends before it. */
  readonly cut: string;
}

export interface BarData {
  readonly measure: BarMeasure;
  readonly domain: readonly [number, number];
  /** Places in a group: one where the bars stand on each other. */
  readonly slots: readonly string[];
  readonly bars: readonly DrawnBar[];
  readonly gaps: readonly { readonly group: string; readonly slot: string; readonly gap: string }[];
  readonly bands: readonly (Range & { readonly group: string })[];
  readonly marks: readonly (BarMark & { readonly slot: string; readonly drawn: number })[];
}

const together = "all";

export function barData(chart: BarChart, view: ChartView): BarData {
  const measure = chart.measures.find(({ name }) => name === view.measure) ?? chart.measures[0];
  const shown = chart.series.filter(({ title }) => view.series.includes(title) && !measure.without.includes(title));
  const slotOf = (title: string): string => (chart.stacked ? together : title);
  const known = chart.cells.flatMap((cell) => {
    const series = shown.find(({ title }) => title === cell.series);
    return series === undefined ? [] : [{ cell, series }];
  });
  const marks = measure.marks.filter(
    ({ series, layer }) =>
      (series === undefined || shown.some(({ title }) => title === series)) &&
      (layer === undefined || view.layers.includes(layer)),
  );
  const placed = chart.stacked ? stacked(known, measure.name) : beside(known, measure.name);
  const numbers = placed.flatMap(({ base, value, low, high }) => [base, value, low ?? value, high ?? value]);
  const ofMarks = marks.flatMap(({ value, low, high }) => [value, low ?? value, high ?? value]);
  const [bottom, top] = domainOf([...numbers, ...ofMarks], view.scale, measure);
  const within = (number: number): number => Math.min(top, Math.max(bottom, number));
  const range = ({ low, high }: Partial<Range>) =>
    low === undefined || high === undefined ? {} : { from: within(low), to: within(high) };
  return {
    measure,
    domain: [bottom, top],
    slots: chart.stacked ? [together] : shown.map(({ title }) => title),
    bars: placed.map(({ cell, series, base, value, ...ends }) => ({
      ...cell,
      ...{ base: within(base), drawn: within(value), colour: inkOf(series.colour, view), slot: slotOf(series.title) },
      ...range(ends),
      cut: value > top ? value.toPrecision(3) : "",
    })),
    gaps: known.flatMap(({ cell: { group, series, gap, values } }) =>
      gap === null || values[measure.name] !== undefined ? [] : [{ group, slot: slotOf(series), gap }],
    ),
    bands: measure.bands.map((band) => ({ ...band, low: within(band.low), high: within(band.high) })),
    marks: marks.map((mark) => ({
      ...mark,
      ...range(mark),
      ...{ drawn: within(mark.value), slot: mark.series ?? together },
    })),
  };
}

interface Placed extends Partial<Range> {
  readonly cell: BarCell;
  readonly series: ChartSeries;
  readonly base: number;
  readonly value: number;
}
type Known = readonly Pick<Placed, "cell" | "series">[];

const beside = (known: Known, measure: string): readonly Placed[] =>
  known.flatMap(({ cell, series }) => {
    const value = cell.values[measure];
    return value === undefined ? [] : [{ cell, series, base: 0, ...value }];
  });

/** What is above 0 upwards, what is below it downwards. */
function stacked(known: Known, measure: string): readonly Placed[] {
  const ends = new Map<string, number>();
  return known.flatMap(({ cell, series }) => {
    const value = cell.values[measure]?.value;
    if (value === undefined || value === 0) return [];
    const key = `${value > 0 ? "+" : "-"} ${cell.group}`;
    const base = ends.get(key) ?? 0;
    ends.set(key, base + value);
    return [{ cell, series, base, value: base + value }];
  });
}
