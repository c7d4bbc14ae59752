/** Why each function is slower: a stacked bar of what its system calls take more, a mark for what was measured. Pure. */
import type { TopLevelSpec } from "vega-lite";
import { figureFrame } from "../figures/figure-frame.ts";
import { axisLabel, systemTitle } from "../figures/figure-order.ts";
import type { LatencyExplanation } from "./explain.ts";
import { barParts } from "./tables.ts";

const heightPt = 150;
/** Okabe & Ito's (2008), which colour-blind readers can tell apart; what is not explained is grey. */
export const partColours: Readonly<Record<(typeof barParts)[number] | "unexplained", string>> = {
  network: "#0072b2",
  files: "#e69f00",
  memory: "#009e73",
  scheduling: "#56b4e9",
  processes: "#cc79a7",
  other: "#f0e442",
  "guard stages": "#d55e00",
  unexplained: "#cccccc",
};

/** Of one system. `undefined` without functions. */
export function whyFigure(
  explanations: readonly LatencyExplanation[],
  { blocks }: { readonly blocks: number },
): TopLevelSpec | undefined {
  const [first] = explanations;
  if (first === undefined) return undefined;
  const [title, reference] = [systemTitle(first.system), systemTitle(first.reference)];
  const parts = barParts.filter((part) => explanations.some((one) => one.parts[part].ns !== 0));
  const domain = [...parts, "unexplained"] as const;
  const values = explanations.flatMap((one) =>
    domain.map((part, order) => {
      const { ns } = part === "unexplained" ? one.unexplained : one.parts[part];
      const name = axisLabel(one);
      return {
        function: name,
        part,
        order,
        ms: ns / 1e6,
        description: `${name}, ${part}: ${(ns / 1e6).toFixed(2)} ms`,
      };
    }),
  );
  const totals = explanations.map((one) => ({
    function: axisLabel(one),
    ms: one.measured.ns / 1e6,
    low: one.measured.interval === undefined ? null : one.measured.interval.low / 1e6,
    high: one.measured.interval === undefined ? null : one.measured.interval.high / 1e6,
  }));
  const y = (field: string) => ({ field, type: "quantitative" });
  return {
    ...figureFrame(
      {
        description: `Why functions are slower under ${title} than under ${reference}`,
        caption:
          `Latency of one call under ${title} less that under ${reference}, and what the system calls of an invocation take more ` +
          `there, by kind. Point: measured, with its 95 % interval over ${blocks} blocks. Grey: not explained; below zero where ` +
          "the calls should have taken longer than the whole difference.",
      },
      heightPt,
    ),
    encoding: {
      x: {
        field: "function",
        type: "nominal",
        scale: { domain: explanations.map(axisLabel), paddingInner: 0.3, paddingOuter: 0.2 },
        axis: { title: null, labelAngle: -38, labelLimit: 250, labelOverlap: false },
      },
    },
    layer: [
      {
        data: { values },
        mark: { type: "bar", stroke: "#222222", strokeWidth: 0.3 },
        encoding: {
          y: { ...y("ms"), stack: "zero", axis: { title: `ms more than ${reference}` } },
          color: {
            field: "part",
            scale: { domain, range: domain.map((part) => partColours[part]) },
            legend: { title: null },
          },
          order: { field: "order" },
          description: { field: "description" },
        },
      },
      {
        data: { values: totals.filter(({ low }) => low !== null) },
        mark: { type: "rule", color: "#000000", strokeWidth: 0.8, aria: false },
        encoding: { y: y("low"), y2: { field: "high" } },
      },
      {
        data: { values: totals },
        mark: { type: "point", filled: true, size: 22, color: "#000000", opacity: 1, aria: false },
        encoding: { y: y("ms") },
      },
    ],
  } as unknown as TopLevelSpec;
}
