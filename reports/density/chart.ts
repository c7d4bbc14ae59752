/** Memory, or time to start, against the number of idle instances to explore: a line per system. Pure. */
import { densityLines } from "../figures/density-figure.ts";
import { inBarOrder, systemTitle } from "../figures/figure-order.ts";
import type { LineChart } from "../page/chart.ts";
import { quotable } from "../quotable.ts";
import { type Table, columns } from "../tables/document.ts";
import { dash } from "../tables/numbers.ts";
import { verdictText } from "../verdict-text.ts";
import { type DensityMetricName, densityMetricTitle } from "./metrics.ts";
import type { DensityCurvePoint, DensitySummary } from "./summary.ts";
import { densityValueText } from "./tables.ts";

interface Kind {
  readonly axis: string;
  readonly about: string;
  /** A metric of the same unit. */
  readonly unit: DensityMetricName;
  /** Metrics whose verdicts are about it. */
  readonly verdicts: readonly DensityMetricName[];
}

const kinds = {
  memory: {
    axis: "Working set of all instances, MB",
    about: "memory of idle instances against their number",
    unit: "memory",
    verdicts: ["memory"],
  },
  starts: {
    axis: "Start, ms",
    about: "start of the n-th idle instance",
    unit: "firstStart",
    verdicts: ["firstStart", "laterStart"],
  },
} as const satisfies Readonly<Record<string, Kind>>;

export interface DensityChart {
  readonly chart: LineChart;
  /** All its points. */
  readonly table: Table;
}

/** `undefined` where there is nothing to draw: nobody could tell, or the profile `smoke`. */
export function densityChart(summary: DensitySummary, of: keyof typeof kinds): DensityChart | undefined {
  const { record } = summary;
  const { axis, about } = kinds[of];
  const known = summary[of];
  if (known.length === 0 || !quotable(record)) return undefined;
  const systems = inBarOrder(known.map(({ system }) => system));
  const points = systems.flatMap((name) => known.filter(({ system }) => system === name));
  const { lines, dashed } = densityLines(systems, record);
  return {
    chart: {
      kind: "lines",
      alt: `${record.label}: ${about}`,
      seriesTitle: "Systems",
      series: systems.map((system, index) => ({
        title: systemTitle(system),
        colour: lines[index] ?? "ink",
        ...(dashed(system) && { dash: [4, 3], note: "(dashed)" }),
        ...(system === record.baseline && { note: "(baseline)" }),
      })),
      ...{ layersTitle: "", layers: [], scales: ["linear", "log"], xScales: ["linear", "log"] },
      note: noteOf(known),
      ...{ xTitle: "Idle instances", yTitle: axis, stepped: false, bands: [] },
      xTicks: [...new Set(points.map(({ instances }) => instances))].sort((a, b) => a - b),
      points: points.map((point) => ({
        ...{ series: systemTitle(point.system), x: point.instances, y: point.value / 1e6 },
        ...(point.interval && { low: point.interval.low / 1e6, high: point.interval.high / 1e6 }),
        lines: linesOf(point, summary, of),
      })),
    },
    table: {
      columns: columns("System", ">Instances", `>${of === "memory" ? "Memory of all" : "Start"} [95 %]`, ">Blocks"),
      rows: points.map((point, index) => [
        points[index - 1]?.system === point.system ? "" : systemTitle(point.system),
        String(point.instances),
        valueText(point, of),
        String(point.blocks),
      ]),
    },
  };
}

const noteOf = (points: readonly DensityCurvePoint[]): string =>
  points.some(({ interval }) => interval !== undefined)
    ? "Means over blocks of fresh sandboxes; whiskers: 95 % intervals."
    : "Means over blocks of fresh sandboxes; fewer blocks than a claim needs have no whiskers.";

function linesOf(point: DensityCurvePoint, { record, cells }: DensitySummary, of: keyof typeof kinds) {
  const { system, instances, blocks, interval } = point;
  const [what, after] =
    of === "memory"
      ? [`${instances} idle ${instances === 1 ? "instance" : "instances"}`, "together"]
      : [`start of the instances up to number ${instances}`, "in the median"];
  const verdicts = kinds[of].verdicts.flatMap((metric) => {
    const cell = cells.find((one) => one.system === system && one.metric === metric);
    const text = cell === undefined ? "" : system === cell.baseline ? "the baseline" : verdictText(cell);
    return text === "" ? [] : [`${densityMetricTitle(metric, record.plan)}: ${text}`];
  });
  return [
    `${systemTitle(system)}, ${what}`,
    `${valueText(point, of)} ${after}${interval === undefined ? ` (${blocks} ${blocks === 1 ? "block" : "blocks"}: no interval)` : ` (95 % interval over n = ${blocks} blocks)`}`,
    ...verdicts,
  ];
}

/** `342 MB [340, 344]`. */
function valueText({ value, interval }: DensityCurvePoint, of: keyof typeof kinds): string {
  const text = (each: number): string => densityValueText(kinds[of].unit, each);
  const ends =
    interval === undefined ? dash : [interval.low, interval.high].map((end) => text(end).replace(/ .*/, "")).join(", ");
  return `${text(value)} [${ends}]`;
}
