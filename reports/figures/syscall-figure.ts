/**
 * Stages of guarded calls on a logarithmic axis: a row per stage, in each row a line per measured series. Pure:
 * statistics in, Vega-Lite specification out.
 */
import type { TopLevelSpec } from "vega-lite";
import type { SyscallMeasurement } from "../syscalls/measurement.ts";
import { stageTitles, stages } from "../records/syscall-stages.ts";
import { formatUs } from "../tables/numbers.ts";
import { figureFrame } from "./figure-frame.ts";
import { textWidthPt } from "./font.ts";
import { figureWidthPt, fontSizePt } from "./style.ts";

const lineHeightPt = 11;
/** Dark to light, so that grey print keeps them apart; the hues are Okabe & Ito's (2008). */
export const stageColours = ["#004f7a", "#d55e00", "#56b4e9", "#009e73", "#e69f00", "#777777"];
const shapes = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down"];

interface Line {
  readonly stage: string;
  readonly series: string;
  /** Of this line among those of its row, from the top; 0 is the middle. */
  readonly slot: number;
  readonly minUs: number;
  readonly p25Us: number;
  readonly medianUs: number;
  readonly p75Us: number;
  readonly maxUs: number;
  readonly label: string;
}

export function syscallFigure(measurements: readonly SyscallMeasurement[]): TopLevelSpec {
  const { lines, floorUs, anyZero } = linesOf(measurements);
  const series = [...new Set(lines.map((line) => line.series))];
  const rows = stages.map((stage) => stageTitles[stage]).filter((title) => lines.some(({ stage }) => stage === title));
  const perRow = Math.max(1, ...lines.map(({ slot }) => 2 * slot + 1));
  const position = {
    y: {
      field: "stage",
      type: "nominal",
      scale: { domain: rows, paddingInner: 0.25, paddingOuter: 0.1 },
      axis: { title: null, grid: false, ticks: false, domain: false, labelPadding: 6, labelLimit: 200 },
    },
    yOffset: { field: "slot", type: "quantitative", scale: { domain: [-perRow / 2, perRow / 2] } },
  };
  const powers = Array.from({ length: 20 }, (_, index) => floorUs * 10 ** index);
  const axis = {
    title: "µs, logarithmic",
    values: powers,
    format: "~r",
    grid: true,
    gridColor: "#dddddd",
    gridWidth: 0.5,
  };
  const x = (field: keyof Line) => ({
    field,
    type: "quantitative",
    scale: { type: "log", domainMin: floorUs, nice: true },
    axis,
  });
  const namesPt = Math.max(...rows.map((title) => textWidthPt(title, fontSizePt)), 0);
  const legendPt = series.reduce((sum, text) => sum + textWidthPt(text, fontSizePt) + 25, namesPt + 20);
  const columns = legendPt < figureWidthPt ? series.length : 1;
  const legend = { title: null, columns, symbolSize: 40, symbolOpacity: 1 };
  const styled = (styles: readonly string[]) => ({
    field: "series",
    scale: { domain: series, range: series.map((_, index) => styles[index % styles.length]) },
    legend,
  });
  const color = styled(stageColours);
  return {
    ...figureFrame(
      { description: `Stages of guarded system calls: ${series.join("; ")}`, caption: caption(measurements, anyZero) },
      rows.length * (perRow * lineHeightPt + 6),
    ),
    data: { values: lines },
    encoding: position,
    layer: [
      {
        mark: { type: "rule", strokeWidth: 0.8 },
        encoding: { x: x("minUs"), x2: { field: "maxUs" }, color },
      },
      {
        mark: { type: "rule", strokeWidth: 4, opacity: 0.45 },
        encoding: { x: x("p25Us"), x2: { field: "p75Us" }, color },
      },
      {
        mark: { type: "point", filled: true, size: 34, opacity: 1, stroke: "#ffffff", strokeWidth: 0.6 },
        encoding: { x: x("medianUs"), color, shape: styled(shapes) },
      },
      {
        mark: { type: "text", align: "right", baseline: "middle", dx: 34 },
        encoding: { x: { value: "width" }, text: { field: "label" } },
      },
    ],
  } as unknown as TopLevelSpec;
}

function linesOf(measurements: readonly SyscallMeasurement[]) {
  const found = measurements.flatMap(({ title, summaries }) =>
    summaries.flatMap(({ name, n, stages: timed }) =>
      stages.flatMap((stage) => {
        const summary = timed[stage];
        return summary === undefined ? [] : [{ stage, series: `${name} (${title}), n = ${n}`, summary }];
      }),
    ),
  );
  const positive = found.flatMap(({ summary }) => [summary.minNs, summary.medianNs].filter((ns) => ns > 0));
  const floorUs = 10 ** Math.floor(Math.log10(Math.min(...positive, 1e6) / 1e3));
  const us = (ns: number): number => Math.max(ns / 1e3, floorUs);
  const lines = found.map(({ stage, series, summary }): Line => {
    const row = found.filter((other) => other.stage === stage);
    const place = row.findIndex((other) => other.series === series);
    return {
      stage: stageTitles[stage],
      series,
      slot: (row.length - 1) / 2 - place,
      minUs: us(summary.minNs),
      p25Us: us(summary.p25Ns),
      medianUs: us(summary.medianNs),
      p75Us: us(summary.p75Ns),
      maxUs: us(summary.maxNs),
      label: formatUs(summary.medianNs),
    };
  });
  return { lines, floorUs, anyZero: found.some(({ summary }) => summary.minNs === 0) };
}

const caption = (measurements: readonly SyscallMeasurement[], anyZero: boolean): string =>
  "Marks: medians, printed on the right in µs; bars: middle half of the calls; lines: least to greatest. " +
  `Timed by: ${[...new Set(measurements.map(({ producer }) => producer))].join("; ")}.` +
  (anyZero ? " A stage that no call waited for took 0 and is drawn at the axis' left end." : "");
