/** A figure that readers explore, as JSON inside a page: what is drawn, and what can be switched. The browser reads it, too. */
export type ScaleName = "linear" | "log";

/** A system, a guard, a curve: switched on and off by its name. */
export interface ChartSeries {
  readonly title: string;
  /** `ink`: that of the page's text. */
  readonly colour: string;
  /** Of its line. */
  readonly dash?: readonly number[];
  /** Said beside its switch. */
  readonly note?: string;
}

/** What can be laid over, or taken away: published values, a percentile, a band. */
export interface ChartLayer {
  readonly name: string;
  readonly title: string;
  /** At first. */
  readonly on: boolean;
  /** Of its lines. */
  readonly dash?: readonly number[];
}

interface Switched {
  /** What `series` are, in one word: `Systems`. */
  readonly seriesTitle: string;
  /** In the order of bars. */
  readonly series: readonly ChartSeries[];
  readonly layersTitle: string;
  readonly layers: readonly ChartLayer[];
  /** Below the figure: what whiskers, bands and marks are. */
  readonly note?: string;
  /** Of the axis of values; the first is shown at first. */
  readonly scales: readonly ScaleName[];
}

export interface Range {
  readonly low: number;
  readonly high: number;
}

/** A number with its interval where there is one. */
export interface ChartValue extends Partial<Range> {
  readonly value: number;
}

export interface BarCell {
  /** Name of its group on the axis. */
  readonly group: string;
  readonly series: string;
  /** By the name of the measure; absent: it has none. */
  readonly values: Readonly<Record<string, ChartValue>>;
  /** Shown in the place of a missing value; null: nothing is missing. */
  readonly gap: string | null;
  /** It is something else than its neighbours: drawn pale. */
  readonly pale: boolean;
  /** Id of the section of the page that says more. */
  readonly anchor?: string;
  /** What the tooltip and screen readers say. */
  readonly lines: readonly string[];
}

/** Over the bars: of a series, or of the whole group. */
export interface BarMark extends ChartValue {
  readonly group: string;
  readonly series?: string;
  readonly layer?: string;
  /** `cut`: the true value is this or more. */
  readonly shape: "diamond" | "cut" | "circle";
  readonly lines?: readonly string[];
}

/** One way to look at the bars. */
export interface BarMeasure {
  readonly name: string;
  /** At its switch. */
  readonly title: string;
  /** Of the axis. */
  readonly axis: string;
  /** Of the picture, for those who do not see it. */
  readonly alt: string;
  /** Where nothing differs: a dashed line. */
  readonly same?: number;
  /** The linear axis reaches at least and at most to here; what is beyond is written out. */
  readonly top?: { readonly least: number; readonly most: number };
  /** Series that have no bars: the baseline, relative to itself. */
  readonly without: readonly string[];
  readonly bands: readonly (Range & { readonly group: string })[];
  readonly marks: readonly BarMark[];
}

/** Bars, or points on a logarithmic axis: a group per thing that was measured, a place in it per series. */
export interface BarChart extends Switched {
  readonly kind: "bars";
  /** On the axis, in its order. */
  readonly groups: readonly string[];
  /** The first is shown at first. */
  readonly measures: readonly [BarMeasure, ...BarMeasure[]];
  readonly cells: readonly BarCell[];
  /** The series of a group stand on each other. */
  readonly stacked: boolean;
}

export interface LinePoint extends Partial<Range> {
  readonly series: string;
  readonly layer?: string;
  readonly x: number;
  readonly y: number;
  /** Drawn as a cross. */
  readonly cross?: true;
  /** What the tooltip and screen readers say; absent: the line bends here, and there is no mark. */
  readonly lines?: readonly string[];
}

export interface LineBand {
  readonly series: string;
  readonly layer?: string;
  /** Ascending. */
  readonly points: readonly (Range & { readonly x: number })[];
}

/** A line per series, and per layer of it. */
export interface LineChart extends Switched {
  readonly kind: "lines";
  readonly alt: string;
  readonly xTitle: string;
  readonly xScales: readonly ScaleName[];
  /** Where the axis may be labelled; absent: anywhere. */
  readonly xTicks?: readonly number[];
  readonly yTitle: string;
  /** A value holds until the next. */
  readonly stepped: boolean;
  readonly points: readonly LinePoint[];
  readonly bands: readonly LineBand[];
  /** Across the whole width. */
  readonly bound?: { readonly value: number; readonly text: string };
}

export type PageChart = BarChart | LineChart;
