/** Operations of the operating system relative to the baseline to explore: a group per operation. Pure. */
import { inBarOrder, systemColours, systemTitle } from "../figures/figure-order.ts";
import type { BarChart } from "../page/chart.ts";
import type { SystemCallRecord } from "../records/system-call-record.ts";
import { formatRatioWith, formatUs } from "../tables/numbers.ts";
import { type OperationCell, operationTitles } from "./summary.ts";
import { verdictOf } from "./tables.ts";

/** `undefined` where nothing is compared, and in the profile `smoke`. */
export function systemCallsChart(
  cells: readonly OperationCell[],
  { systems: all, baseline, plan }: SystemCallRecord,
): BarChart | undefined {
  const systems = inBarOrder(all.flatMap(({ name, aaOf }) => (name === baseline || aaOf !== undefined ? [] : [name])));
  const compared = cells.filter(({ system, ratio }) => ratio !== undefined && systems.includes(system));
  if (compared.length === 0 || plan.profile === "smoke") return undefined;
  const colours = systemColours(systems);
  const reference = systemTitle(baseline);
  const controls = all.flatMap(({ name, aaOf }) => (aaOf === baseline ? [name] : []));
  const floors = cells.filter(({ system, noiseFloor }) => controls.includes(system) && noiseFloor !== undefined);
  const groups = Object.values(operationTitles).filter((title) =>
    compared.some(({ operation }) => operationTitles[operation] === title),
  );
  return {
    kind: "bars",
    seriesTitle: "Systems",
    series: systems.map((system, index) => ({ title: systemTitle(system), colour: colours[index] ?? "ink" })),
    ...{ layersTitle: "", layers: [], scales: ["log", "linear"], stacked: false, groups },
    note:
      `Relative to ${reference}. Whiskers: 95 % intervals over ${plan.blocks} blocks of fresh sandboxes.` +
      (floors.length === 0 ? "" : ` Grey bands: the noise floor, by ${reference} measured a second time (A/A).`),
    measures: [
      {
        ...{ name: "relative", title: "relative", axis: `Time relative to ${reference}`, same: 1 },
        ...{ alt: `System calls relative to ${reference}`, top: { least: 1.5, most: 20 }, without: [], marks: [] },
        bands: floors.flatMap(({ operation, noiseFloor = 0 }) => [
          { group: operationTitles[operation], low: Math.exp(-noiseFloor), high: Math.exp(noiseFloor) },
        ]),
      },
    ],
    cells: compared.map((cell) => ({
      ...{ group: operationTitles[cell.operation], series: systemTitle(cell.system), gap: null, pale: false },
      values: cell.ratio === undefined ? {} : { relative: { value: cell.ratio.ratio, ...cell.ratio.interval } },
      lines: linesOf(cell, cells, baseline),
    })),
  };
}

function linesOf(cell: OperationCell, all: readonly OperationCell[], baseline: string): readonly string[] {
  const { operation, system, ratio, medianNs, blocks } = cell;
  const reference = all.find((one) => one.operation === operation && one.system === baseline);
  const verdict = verdictOf(cell);
  return [
    `${operationTitles[operation]}, ${systemTitle(system)}`,
    ...(ratio === undefined
      ? []
      : [
          `${formatRatioWith(ratio.ratio, ratio.interval)} relative to ${systemTitle(baseline)}` +
            `${ratio.interval === undefined ? "" : " (95 % interval)"}, n = ${blocks} ${blocks === 1 ? "block" : "blocks"}`,
        ]),
    `Median ${formatUs(medianNs)} µs; ${systemTitle(baseline)} ${formatUs(reference?.medianNs)} µs`,
    ...(verdict === "" ? [] : [verdict]),
  ];
}
