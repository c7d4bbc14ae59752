/** Ratios over many runs, a line per system, changes marked. Pure: a history in, Vega-Lite out. */
import type { TopLevelSpec } from "vega-lite";
import type { History } from "../compare/history.ts";
import { formatRatioWith } from "../tables/numbers.ts";
import { systemColours, systemTitle } from "./figure-order.ts";
import { figureConfig, figureWidthPt } from "./style.ts";

export function historyFigure({ baseline, systems }: History): TopLevelSpec {
  const values = systems.flatMap(({ system, points }) =>
    points.map(({ runId, startedAt, ratio, interval, change }) => ({
      system: systemTitle(system),
      run: startedAt.slice(0, 16).replace("T", " "),
      id: runId,
      ratio,
      low: interval?.low ?? ratio,
      high: interval?.high ?? ratio,
      change,
      description: `${systemTitle(system)}, ${startedAt}: ${formatRatioWith(ratio, interval)}${change ? ", change" : ""}`,
    })),
  );
  const names = systems.map(({ system }) => system);
  const colour = {
    field: "system",
    scale: { domain: names.map(systemTitle), range: [...systemColours(names)] },
    legend: { title: null },
  };
  const x = { field: "id", type: "ordinal", sort: null, axis: { title: null, labels: false, ticks: true } };
  const y = { field: "ratio", type: "quantitative", scale: { zero: false } };
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    description: `Latency relative to ${systemTitle(baseline)} over ${new Set(values.map(({ id }) => id)).size} runs`,
    width: figureWidthPt,
    height: 160,
    background: "white",
    config: figureConfig,
    title: {
      text: "Runs from left to right. Bars: 95 % intervals. Diamonds: changes.",
      orient: "bottom",
      anchor: "start",
    },
    data: { values },
    encoding: { x },
    layer: [
      { mark: { type: "line", strokeWidth: 1 }, encoding: { y, color: colour } },
      { mark: { type: "rule" }, encoding: { y: { ...y, field: "low" }, y2: { field: "high" }, color: colour } },
      {
        mark: { type: "point", filled: true, size: 25 },
        encoding: {
          y: { ...y, axis: { title: `Latency relative to ${systemTitle(baseline)}` } },
          color: colour,
          description: { field: "description" },
        },
      },
      {
        transform: [{ filter: "datum.change" }],
        mark: { type: "point", shape: "diamond", size: 140, strokeWidth: 1.5 },
        encoding: { y, color: colour },
      },
    ],
  } as unknown as TopLevelSpec;
}
