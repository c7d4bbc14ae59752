/** Figure 7 to explore: false positives against the rounds that taught the policy, ours and the paper's. Pure. */
import { curveStrokes, publishedRoundCurves, roundTicks } from "../figures/figure-7.ts";
import type { LineBand, LineChart, LinePoint } from "../page/chart.ts";
import type { AccuracyRecord } from "../records/accuracy-record.ts";
import type { BandPoint } from "../stats/order-band.ts";
import { bandOf, type Curve, zeroText } from "./curve.ts";

const bandLayer = "orders";

/** @throws {RangeError} for a record without a curve */
export function roundsChart(
  { curve, application }: AccuracyRecord,
  { published }: { readonly published: boolean },
): LineChart {
  if (curve === undefined) throw new RangeError("no curve was measured");
  const own = `${application} (measured)`;
  const others = published ? publishedRoundCurves() : [];
  const band = bandOf(curve);
  return {
    kind: "lines",
    alt: `False positives of policies for ${application} against rounds of training. ${zeroText(curve)}`,
    seriesTitle: "Curves",
    series: [
      { title: own, colour: "ink" },
      ...others.map(({ name }, index) => ({ title: name, ...(curveStrokes[index] ?? { colour: "ink" }) })),
    ],
    layersTitle: "Layers",
    layers: [{ name: bandLayer, title: "5 to 95 % of the orders, grey", on: true }],
    scales: ["linear"],
    xScales: ["log", "linear"],
    note: "Lines: medians over random orders of the traces. Whiskers: Wilson's 95 % intervals.",
    xTicks: roundTicks(1_000_000),
    xTitle: "Rounds of traces that taught the policy",
    yTitle: "False positives, %",
    stepped: true,
    points: [
      ...measuredPoints(own, curve, band),
      ...others.flatMap(({ name, points }) =>
        points.map(({ rounds, percent }, at): LinePoint => ({
          ...{ series: name, x: rounds, y: percent },
          // The last is where the axis ends, not where the curve changes.
          ...(percent !== points[at - 1]?.percent && {
            lines: [name, `${percentText(percent)} from ${roundsText(rounds)} on; one draw, so no interval`],
          }),
        })),
      ),
    ],
    bands: [ordersBand(own, band)],
  };
}

/** Marked where the median changes, and where the axis has a number: there with the median's interval. */
function measuredPoints(series: string, curve: Curve, band: readonly BandPoint[]): readonly LinePoint[] {
  const ticks = roundTicks(curve.trainingRounds);
  return band.flatMap(({ rounds, median, orders, interval }, at): LinePoint[] => {
    const marked = ticks.includes(rounds);
    if (!marked && at !== band.length - 1 && median === band[at - 1]?.median) return [];
    const [low, high] = [100 * interval.low, 100 * interval.high];
    return [
      {
        ...{ series, x: rounds, y: 100 * median },
        ...(marked && { low, high }),
        lines: [
          `${series}, ${roundsText(rounds)} of training`,
          `${percentText(100 * median)} of n = ${curve.testRounds} test rounds denied [${percentText(low)}, ${percentText(high)}] (Wilson's 95 % interval)`,
          `5 to 95 % of ${curve.rejected.length} random orders: ${percentText(100 * orders.low)} to ${percentText(100 * orders.high)}`,
          zeroText(curve),
        ],
      },
    ];
  });
}

/** Only where it changes. */
const ordersBand = (series: string, band: readonly BandPoint[]): LineBand => ({
  series,
  layer: bandLayer,
  points: band
    .filter(
      ({ orders }, at) =>
        at === band.length - 1 || orders.low !== band[at - 1]?.orders.low || orders.high !== band[at - 1]?.orders.high,
    )
    .map(({ rounds, orders }) => ({ x: rounds, low: 100 * orders.low, high: 100 * orders.high })),
});

const percentText = (percent: number): string => `${percent.toFixed(1)} %`;
const roundsText = (rounds: number): string => (rounds === 1 ? "1 round" : `${rounds} rounds`);
