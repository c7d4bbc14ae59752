/**
 * Figure 7: false positives against the number of rounds of traces that taught the policy. Ours with its band, the
 * paper's seven curves as they were published. Pure: record in, Vega-Lite specification out.
 */
import type { TopLevelSpec } from "vega-lite";
import { bandOf, type Curve, zeroText } from "../accuracy/curve.ts";
import type { AccuracyRecord } from "../records/accuracy-record.ts";
import { publishedFigure7, publishedRounds, publishedTestTraces, rises } from "../published/figure-7-values.ts";
import { figureFrame } from "./figure-frame.ts";

export interface Figure7Options {
  readonly scale: "linear" | "log";
  /** Lay the paper's curves beside ours. */
  readonly published?: boolean;
}

/** A dash longer than any line: PDF has no dash of length 0. */
const solid = [10_000, 1];

/** Of the published curves. Dashes tell them apart in grey; the hues are Okabe & Ito's. */
export const curveStrokes = [
  { colour: "#0072b2", dash: [7, 2] },
  { colour: "#e69f00", dash: [2, 2] },
  { colour: "#d55e00", dash: [7, 2, 1.5, 2] },
  { colour: "#666666", dash: [1, 1.5] },
  { colour: "#009e73", dash: [4, 4] },
];

export interface RoundsCurve {
  readonly name: string;
  readonly points: readonly { readonly rounds: number; readonly percent: number }[];
}

/** @throws {RangeError} for a record without a curve */
export function figure7(record: AccuracyRecord, { scale, published = true }: Figure7Options): TopLevelSpec {
  const { curve, application } = record;
  if (curve === undefined) throw new RangeError("no curve was measured");
  const band = bandOf(curve);
  const own = `${application} (measured)`;
  const series = [measured(own, curve), ...(published ? publishedRoundCurves() : [])];
  const highest = [
    ...band.map(({ orders }) => 100 * orders.high),
    ...series.flatMap(({ points }) => points.map(({ percent }) => percent)),
  ];
  const top = Math.max(10, ...highest);
  const last = published ? publishedRounds : curve.trainingRounds;
  const names = series.map(({ name }) => name);
  const ranges = [{ colour: "#000000", dash: solid }, ...curveStrokes].slice(0, names.length);
  const x = {
    field: "rounds",
    type: "quantitative",
    scale: { type: scale, domain: [1, last], nice: false },
    axis: {
      title: `Rounds of traces that taught the policy${scale === "log" ? " (logarithmic)" : ""}`,
      grid: true,
      gridColor: "#eeeeee",
      ...(scale === "log" && { values: roundTicks(last) }),
    },
  };
  const y = {
    type: "quantitative",
    scale: { domain: [0, Math.ceil(top / 10) * 10], nice: false },
    axis: { title: "False positives, %" },
  };
  const legend = { title: null, columns: 3, symbolType: "stroke", symbolStrokeWidth: 1.2, symbolSize: 250 };
  const percents = band.map(({ rounds, median, orders, interval }) => ({
    rounds,
    median: 100 * median,
    low: 100 * orders.low,
    high: 100 * orders.high,
    intervalLow: 100 * interval.low,
    intervalHigh: 100 * interval.high,
    description: `${own}, ${rounds} rounds: ${(100 * median).toFixed(1)} %`,
  }));
  const marked = percents.filter(({ rounds }) => roundTicks(curve.trainingRounds).includes(rounds));
  return {
    ...figureFrame(
      {
        description: `False positives of policies for ${application} against rounds of training`,
        caption: caption(curve, published),
      },
      190,
    ),
    layer: [
      {
        data: { values: percents },
        mark: { type: "area", interpolate: "step-after", color: "#bdbdbd", opacity: 0.7, clip: true },
        encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" } },
      },
      {
        data: { values: series.flatMap(({ name, points }) => points.map((point) => ({ series: name, ...point }))) },
        mark: { type: "line", interpolate: "step-after", strokeWidth: 1.1, clip: true },
        encoding: {
          x,
          y: { ...y, field: "percent" },
          stroke: { field: "series", scale: { domain: names, range: ranges.map(({ colour }) => colour) }, legend },
          strokeDash: { field: "series", scale: { domain: names, range: ranges.map(({ dash }) => dash) }, legend },
        },
      },
      {
        data: { values: marked },
        mark: { type: "rule", strokeWidth: 0.8, clip: true },
        encoding: { x, y: { ...y, field: "intervalLow" }, y2: { field: "intervalHigh" } },
      },
      {
        data: { values: marked },
        mark: { type: "point", filled: true, color: "#000000", opacity: 1, size: 12 },
        encoding: { x, y: { ...y, field: "median" }, description: { field: "description" } },
      },
    ],
  } as unknown as TopLevelSpec;
}

/** 1, 2, 5, 10, ... and the end. */
export const roundTicks = (last: number): readonly number[] =>
  [1, 10, 100, 1000, 10_000].flatMap((power) => [1, 2, 5].map((digit) => digit * power)).filter((at) => at <= last);

function measured(name: string, curve: Curve): RoundsCurve {
  const points = bandOf(curve).map(({ rounds, median }) => ({ rounds, percent: 100 * median }));
  return {
    name,
    points: points.filter(({ percent }, at) => percent !== points[at - 1]?.percent || at === points.length - 1),
  };
}

/** Curves that are zero throughout would hide each other: one line with all their names. */
export function publishedRoundCurves(): readonly RoundsCurve[] {
  const isZero = ({ steps }: (typeof publishedFigure7)[number]): boolean =>
    steps.every(([, rejected]) => rejected === 0);
  const groups = [
    ...publishedFigure7.filter((curve) => !isZero(curve)).map((curve) => [curve]),
    publishedFigure7.filter(isZero),
  ];
  return groups.flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const points = first.steps.map(([rounds, rejected]) => ({
      rounds,
      percent: (100 * rejected) / publishedTestTraces,
    }));
    const end = { rounds: publishedRounds, percent: points.at(-1)?.percent ?? 0 };
    return [{ name: `${group.map(({ title }) => title).join(", ")} (published)`, points: [...points, end] }];
  });
}

function caption(curve: Curve, published: boolean): string {
  const { rejected, testRounds, trainingRounds, requestsPerRound } = curve;
  const risen = publishedFigure7.filter(rises).map(({ title }) => title);
  return [
    `Measured: rounds of ${requestsPerRound} requests to the live functions; share of ${testRounds} held-out rounds with a denial,`,
    `after 1 to ${trainingRounds} rounds of training. Line: median over ${rejected.length} random orders; band: 5 to 95 % of`,
    "the orders; whiskers: Wilson's 95 % interval of the median.",
    zeroText(curve),
    ...(published
      ? [
          `Published (USENIX Security '23): ${publishedTestTraces} test traces, one draw each; what a round is was not published.`,
          `${risen.join(", ")} rises from one round to two, which a graph that only grows cannot do on nested training sets.`,
        ]
      : []),
  ].join(" ");
}
