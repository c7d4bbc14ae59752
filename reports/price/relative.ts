/** What the figure and the chart of the price are drawn from: a group per metric, a mean per system. Pure. */
import type { Comparison } from "../comparison.ts";
import { barSystems } from "../figures/figure-8-data.ts";
import type { Interval } from "../stats/interval.ts";
import { geometricCentre, type GeometricMean } from "../stats/geometric-mean.ts";
import { quotable } from "../quotable.ts";
import type { PriceComparison } from "./compare-prices.ts";
import { type MetricName, metrics } from "./metrics.ts";
import { drawnMetrics, latencyText, valueText } from "./tables.ts";

export interface PriceGroup {
  readonly title: string;
  /** By system, those of A/A arms among them. */
  readonly means: ReadonlyMap<string, GeometricMean>;
  /** Of a system over the functions, with its unit. */
  readonly absolute: (system: string) => string;
}

export interface DrawnPrice {
  readonly groups: readonly PriceGroup[];
  /** In the order of their points. */
  readonly systems: readonly string[];
  /** How far a baseline was from itself. */
  readonly bands: readonly (Interval & { readonly group: string })[];
  readonly functions: number;
}

/** `undefined` where there is nothing to draw: no compared system, or the profile `smoke`. */
export function drawnPrice({ means, cells }: PriceComparison, comparison: Comparison): DrawnPrice | undefined {
  const systems = barSystems(comparison);
  if (!comparison.cells.some(quotable) || systems.length === 0) return undefined;
  const groups: readonly PriceGroup[] = [
    {
      title: "Latency",
      means: comparison.means,
      absolute: (system) =>
        latencyText(
          geometricCentre(comparison.cells.flatMap((cell) => (cell.system === system ? (cell.medianNs ?? []) : []))),
        ),
    },
    ...drawnMetrics.map((name: MetricName) => ({
      title: metrics[name].title,
      means: means.get(name) ?? new Map<string, GeometricMean>(),
      absolute: (system: string) =>
        valueText(
          name,
          geometricCentre(
            cells.flatMap((cell) => (cell.metric === name && cell.system === system ? (cell.value ?? []) : [])),
          ),
        ),
    })),
  ];
  return {
    groups,
    systems,
    bands: groups.flatMap(({ title: group, means: of }) =>
      comparison.controls.flatMap((control) => {
        const interval = of.get(control)?.interval;
        return interval === undefined ? [] : [{ group, ...interval }];
      }),
    ),
    functions: new Set(comparison.cells.map(({ label }) => label)).size,
  };
}

/** `of one function`, `geometric means over 17 functions`. */
export const overFunctions = (functions: number): string =>
  functions === 1 ? "of one function" : `geometric means over ${functions} functions`;
