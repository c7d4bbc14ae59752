/** What a view of the chart shows, and its axes. Pure. */
import type { Axis } from "vega";

export interface ChartView {
  readonly widthPx: number;
  /** Functions below each other with horizontal bars, for narrow screens; else side by side. */
  readonly narrow: boolean;
  /** Titles of systems that are switched on. */
  readonly systems: readonly string[];
  readonly values: "relative" | "absolute";
  readonly scale: "linear" | "log";
  readonly published: boolean;
  /** Without scripts bars are links; with them the page listens. */
  readonly links: boolean;
  readonly ink: string;
  readonly paper: string;
  readonly line: string;
}

/** Ratios are cut here on a linear axis, and written out beside their bars. */
const linearCut = 5;

export function axes({ narrow, values, scale }: ChartView, baseline: string): Axis[] {
  const title = `${values === "relative" ? `Latency relative to ${baseline}` : "Median latency, ms"}${scale === "log" ? " (log)" : ""}`;
  const shared = {
    scale: "values",
    grid: true,
    title,
    tickCount: narrow ? 4 : 6,
    ...(scale === "log" && { format: "~g" }),
  } as const;
  return narrow
    ? [
        { ...shared, orient: "top" },
        { ...shared, orient: "bottom", grid: false },
      ]
    : [
        { ...shared, orient: "left", titlePadding: 8 },
        {
          scale: "functions",
          orient: "bottom",
          labelAngle: -35,
          labelAlign: "right",
          labelBaseline: "middle",
          labelLimit: 250,
          zindex: 1,
        },
      ];
}

export function domainOf(
  values: readonly (number | null)[],
  published: readonly number[],
  { scale, values: kind }: ChartView,
): readonly [number, number] {
  const known = [...values.filter((value) => value !== null && value > 0), ...published] as readonly number[];
  if (known.length === 0) return scale === "log" ? [0.5, 2] : [0, 2];
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const one = kind === "relative" ? 1 : least;
  if (scale === "log") return [Math.min(least, one) / 1.15, Math.max(most, one) * 1.15];
  return kind === "relative" ? [0, Math.min(linearCut, Math.max(1.5, most * 1.05))] : [0, most * 1.05];
}
