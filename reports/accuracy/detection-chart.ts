/** Attacks that were detected, to explore: a bar per class and guard, as a share of its cases. Pure. */
import type { BarCell, BarChart, BarMeasure } from "../page/chart.ts";
import { wilsonInterval } from "../stats/wilson.ts";
import { type Attacks, type ClassDetection, controlClass, detections } from "./detection.ts";
import { guardTitles, sharePercent } from "./document.ts";

const colours = { strict: "#0072b2", reference: "#e69f00" } as const;

const measures = {
  detected: "Detected",
  prevented: "Prevented",
} as const;

/** `undefined` without a guard that checked. */
export function detectionChart(attacks: Attacks): BarChart | undefined {
  const checked = detections(attacks).filter(
    (row): row is ClassDetection & { readonly guard: keyof typeof colours } => row.guard !== "none",
  );
  if (checked.length === 0) return undefined;
  const guards = (["strict", "reference"] as const).filter((guard) => checked.some((row) => row.guard === guard));
  const measure = (name: keyof typeof measures): BarMeasure => ({
    ...{ name, title: measures[name].toLowerCase(), axis: `${measures[name]}, % of the cases` },
    alt: `Attacks that were ${name}, as a share of their cases; "${controlClass}" is unaltered requests`,
    ...{ top: { least: 100, most: 100 }, without: [], bands: [], marks: [] },
  });
  return {
    kind: "bars",
    seriesTitle: "Guards",
    series: guards.map((guard) => ({ title: guardTitles[guard], colour: colours[guard] })),
    ...{ layersTitle: "", layers: [], scales: ["linear"], stacked: false },
    note: "Whiskers: Wilson's 95 % intervals. Pale: unaltered requests, where a detection is a false alarm.",
    groups: [...new Set(checked.map((row) => row.class))],
    measures: [measure("detected"), measure("prevented")],
    cells: checked.map((row): BarCell => {
      const values = (["detected", "prevented"] as const).map((name) => [name, shareOf(row[name], row.cases)]);
      return {
        ...{ group: row.class, series: guardTitles[row.guard], gap: null, pale: row.class === controlClass },
        values: Object.fromEntries(values) as BarCell["values"],
        lines: linesOf(row),
      };
    }),
  };
}

function shareOf(count: number, cases: number) {
  const { low, high } = wilsonInterval(count, cases);
  return { value: (100 * count) / cases, low: 100 * low, high: 100 * high };
}

function linesOf(row: ClassDetection): readonly string[] {
  const { detected, prevented, cases, local, global, targeted, arrived } = row;
  const { low, high } = wilsonInterval(detected, cases);
  const control = row.class === controlClass;
  const verdict = control
    ? detected === 0
      ? "No false alarm"
      : `${detected} false alarms`
    : detected === cases
      ? "Every case was detected"
      : `${cases - detected} of ${cases} not detected`;
  return [
    `${row.class}, ${guardTitles[row.guard]}`,
    `${sharePercent(detected / cases)} detected [${sharePercent(low)}, ${sharePercent(high)}] (Wilson's 95 % interval); n = ${cases} cases`,
    verdict,
    `Denied by a local graph ${local}, by the global graph ${global}; prevented ${prevented}`,
    ...(targeted === 0 ? [] : [`Reached its target: ${arrived} of ${targeted}`]),
  ];
}
