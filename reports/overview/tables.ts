import { axisLabel, inBarOrder, systemTitle, withFigureOrder } from "../figures/figure-order.ts";
import { toCsv } from "../formats/to-csv.ts";
import type { Results } from "../records/store.ts";
import { type Table, columns as tableColumns, withDetail } from "../tables/document.ts";
import { dash, formatMs, formatRatio } from "../tables/numbers.ts";
import type { OverviewColumn, OverviewValue } from "./columns.ts";

const titles: Readonly<Record<OverviewColumn["name"], string>> = {
  latency: "Latency",
  cpu: "CPU",
  memory: "Memory",
  start: "Start",
  density: "In 1 GB",
  throughput: "Calls/s",
};

/** One row per system; the baseline's has absolute values. */
export function overviewTable(found: readonly OverviewColumn[], baseline: string): Table {
  const rows = systemsOf(found).map((system) => [
    systemTitle(system),
    ...found.map(({ values }) => valueText(values.get(system))),
  ]);
  const all = tableColumns("System", ...found.map(({ name }) => `>${titles[name]}`));
  return {
    columns: withDetail(all, titles.start), // the first to go where a terminal is too narrow
    rows: [[systemTitle(baseline), ...found.map(absoluteText)], ...rows],
  };
}

/** What a column is about, and of which run. */
export function overviewTexts(
  found: readonly OverviewColumn[],
  { run, combined, latency }: Results,
): readonly string[] {
  const names = withFigureOrder(latency);
  const about = (labels: readonly string[]): string =>
    labels.length > 1
      ? `${labels.length} functions`
      : axisLabel(names.find(({ label }) => label === labels[0]) ?? { label: labels[0] ?? "", starred: false });
  const has = (name: OverviewColumn["name"]): OverviewColumn | undefined =>
    found.find((column) => column.name === name);
  const [time, density, throughput] = [has("latency"), has("density"), has("throughput")];
  return [
    [
      "Relative to the baseline, with half of the 95 % interval; the baseline's row has absolute values.",
      ...(time
        ? [`Latency, CPU per call, memory and start: one call at a time, of ${about(time.labels)} (run ${run.runId}).`]
        : []),
      ...(density
        ? [`In 1 GB: idle instances of ${about(density.labels)} (run ${(combined?.density ?? run).runId}).`]
        : []),
      ...(throughput
        ? [
            `Calls/s: the rate up to which ${about(throughput.labels)} meets its latency bound (run ${(combined?.load ?? run).runId}); ` +
              "no interval, but what the brackets of all blocks leave open" +
              (throughput.atLeast === undefined
                ? "."
                : "; a dash where both meet the bound at every rate: higher ones would tell."),
          ]
        : []),
    ].join(" "),
    ...(combined?.differences.map((text) => `The runs differ: ${text}.`) ?? []),
  ];
}

/** One row per system and column. */
export const overviewToCsv = (found: readonly OverviewColumn[], baseline: string, { run, combined }: Results): string =>
  toCsv(
    found.flatMap(({ name, labels, absolute, atLeast, values }) => {
      const of = { density: combined?.density, throughput: combined?.load }[name as string] ?? run;
      const shared = { measure: name, functions: labels.length, run: of.runId, baseline };
      return [
        { ...shared, system: baseline, absolute, ratio: undefined, low: atLeast, high: undefined, range_is: "" },
        ...[...values].map(([system, { ratio, range, rangeIs }]) => ({
          ...shared,
          ...{ system, absolute: undefined, ratio, low: range?.low, high: range?.high, range_is: rangeIs },
        })),
      ];
    }),
  );

/** A/A arms first. */
function systemsOf(found: readonly OverviewColumn[]): readonly string[] {
  const order = inBarOrder(found.flatMap(({ values }) => [...values.keys()]));
  return order.toSorted((a, b) => Number(b.endsWith("-aa")) - Number(a.endsWith("-aa")));
}

function absoluteText({ name, absolute, atLeast }: OverviewColumn): string {
  if (atLeast !== undefined) return `≥${Number(atLeast.toPrecision(3))}`;
  if (absolute === undefined) return dash;
  if (name === "memory") return `${(absolute / 1e6).toFixed(absolute < 1e8 ? 1 : 0)} MB`;
  if (name === "density") return absolute.toFixed(absolute < 100 ? 1 : 0);
  return name === "throughput" ? String(Number(absolute.toPrecision(3))) : `${formatMs(absolute)} ms`;
}

/** Short, because six of them are to fit 80 columns: `1.20±5%`, `0.20-1.00`; half of the interval in whole per cent, rounded up. */
function valueText(value: OverviewValue | undefined): string {
  if (value === undefined) return dash;
  const { ratio, range, rangeIs } = value;
  const { low, high } = range ?? {};
  if (rangeIs === "bracket") {
    if (low !== undefined && high !== undefined) return `${formatRatio(low)}-${formatRatio(high)}`;
    return low !== undefined ? `≥${formatRatio(low)}` : high !== undefined ? `≤${formatRatio(high)}` : dash;
  }
  if (ratio === undefined) return dash;
  if (low === undefined || high === undefined) return formatRatio(ratio);
  const percent = Math.ceil(100 * (Math.sqrt(high / low) - 1) - 1e-9);
  return `${formatRatio(ratio)}±${percent > 100 ? ">100" : percent}%`;
}
