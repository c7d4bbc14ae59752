import { inBarOrder, systemTitle } from "../figures/figure-order.ts";
import type { Interval } from "../stats/interval.ts";
import { type Table, columns, withDetail } from "../tables/document.ts";
import { dash, formatMs } from "../tables/numbers.ts";
import { quotable } from "../quotable.ts";
import { blockRatioText, verdictText } from "../verdict-text.ts";
import { type DensityMetricName, densityMetricNames, densityMetrics, densityMetricTitle } from "./metrics.ts";
import type { DensityCell, DensitySummary } from "./summary.ts";

/** One row per system: what its instances take, and what is to be said of their memory against the baseline. */
export function densityTable(summary: DensitySummary): Table {
  const { record, cells } = summary;
  const shown = ["fit", "firstStart", "laterStart"] as const;
  const titles = shown.map((metric) => `>${densityMetricTitle(metric, record.plan)}`);
  const rows = orderedSystems(summary).map((system) => {
    const cellOf = (metric: DensityMetricName): DensityCell | undefined =>
      cells.find((cell) => cell.metric === metric && cell.system === system);
    const memory = cellOf("memory");
    return [
      systemTitle(system),
      valueWithMargin(memory),
      ...shown.map((metric) => shortValue(cellOf(metric))),
      memory === undefined ? "" : system === memory.baseline ? "baseline" : verdictText(memory),
    ];
  });
  const all = columns("System", ">Memory per instance", ...titles, "Memory against the baseline");
  return { columns: withDetail(all, ...titles.slice(1).map((title) => title.slice(1))), rows };
}

/** Every metric under every system, with its verdict. */
export function densityMetricsTable(summary: DensitySummary): Table {
  const { record, cells } = summary;
  const systems = orderedSystems(summary);
  const rows = densityMetricNames.flatMap((metric) =>
    cells
      .filter((cell) => cell.metric === metric)
      .toSorted((a, b) => systems.indexOf(a.system) - systems.indexOf(b.system))
      .map((cell, index) => [
        index === 0 ? densityMetricTitle(metric, record.plan) : "",
        systemTitle(cell.system),
        String(cell.values.length),
        valueWithInterval(cell),
        blockRatioText(cell),
        verdictText(cell),
      ]),
  );
  return { columns: columns("Metric", "System", ">Blocks", ">Mean [95 %]", ">Ratio [95 %]", "Verdict"), rows };
}

/** The baseline, its A/A arm, then in the order of bars. */
export function orderedSystems({ record: { systems, baseline } }: DensitySummary): readonly string[] {
  const order = inBarOrder(systems.map(({ name }) => name));
  const rank = ({ name, aaOf }: (typeof systems)[number]): number =>
    name === baseline ? -2 : aaOf === baseline ? -1 : order.indexOf(name);
  return systems.toSorted((a, b) => rank(a) - rank(b)).map(({ name }) => name);
}

/** `38.5 MB`, `25.9`, `712 ms`. */
export function densityValueText(metric: DensityMetricName, value: number): string {
  const { unit } = densityMetrics[metric];
  if (unit === "bytes") return `${megabytes(value)} MB`;
  return unit === "ns" ? `${formatMs(value)} ms` : value.toFixed(value < 100 ? 1 : 0);
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(Math.abs(bytes) < 1e8 ? 1 : 0);

const shortValue = (cell: DensityCell | undefined): string =>
  cell?.value === undefined || !quotable(cell) ? dash : densityValueText(cell.metric, cell.value);

/** `38.5 ± 0.4 MB`. */
function valueWithMargin(cell: DensityCell | undefined): string {
  if (cell?.state === "unknown") return "not known";
  if (cell?.value === undefined || !quotable(cell)) return dash;
  const { value, interval } = cell;
  return interval === undefined
    ? `${megabytes(value)} MB`
    : `${megabytes(value)} ± ${megabytes(interval.high - value)} MB`;
}

function valueWithInterval(cell: DensityCell): string {
  if (cell.value === undefined || !quotable(cell)) return dash;
  const text = densityValueText(cell.metric, cell.value);
  const ends = (of: Interval): string =>
    [of.low, of.high].map((end) => densityValueText(cell.metric, end).replace(/ .*/, "")).join(", ");
  return `${text} [${cell.interval === undefined ? dash : ends(cell.interval)}]`;
}

/** Which systems did not get as many instances as planned. */
export function endedTexts({ record: { series, plan } }: DensitySummary): readonly string[] {
  const short = Map.groupBy(
    series.filter(({ ended }) => ended === "memory"),
    ({ system }) => system,
  );
  return [...short].map(([system, own]) => {
    const counts = own.map(({ startsNs }) => startsNs.length);
    const [least, most] = [Math.min(...counts), Math.max(...counts)];
    const range = least === most ? String(least) : `${least} to ${most}`;
    return `${systemTitle(system)}: ${range} of ${plan.instances} instances; the next one would not fit the limit of memory.`;
  });
}
