/** Why functions are slower, to explore: the parts of each difference on each other, and what was measured. Pure. */
import { axisLabel, systemTitle } from "../figures/figure-order.ts";
import { capitalised } from "../formats/capitalised.ts";
import type { BarCell, BarChart, BarMark } from "../page/chart.ts";
import { type Amount, isUnderstood, type LatencyExplanation } from "./explain.ts";
import { partColours } from "./figure.ts";
import { amountText, barParts } from "./tables.ts";

/** Of one system: at least one function. */
export function whyChart(
  explanations: readonly LatencyExplanation[],
  { blocks }: { readonly blocks: number },
): BarChart | undefined {
  const [first] = explanations;
  if (first === undefined) return undefined;
  const reference = systemTitle(first.reference);
  const title = systemTitle(first.system);
  const parts = barParts.filter((part) => explanations.some((one) => one.parts[part].ns !== 0));
  const shown = [...parts, "unexplained"] as const;
  return {
    kind: "bars",
    seriesTitle: "Parts",
    series: shown.map((part) => ({ title: capitalised(part), colour: partColours[part] })),
    ...{ layersTitle: "", layers: [], scales: ["linear"], stacked: true },
    note:
      `Bars: what system calls take more under ${title} than under ${reference}, by kind. Circles: the measured difference; ` +
      "whiskers: 95 % intervals.",
    groups: explanations.map(axisLabel),
    measures: [
      {
        ...{
          name: measure,
          title: "difference, ms",
          axis: `ms more than ${reference}`,
          same: 0,
          without: [],
          bands: [],
        },
        alt: `What system calls explain of the latency of ${explanations.length} functions under ${title}, compared with ${reference}`,
        marks: explanations.map((one) => measuredMark(one, blocks)),
      },
    ],
    cells: explanations.flatMap((one) =>
      shown.map((part): BarCell => {
        const amount = part === "unexplained" ? one.unexplained : one.parts[part];
        return {
          ...{ group: axisLabel(one), series: capitalised(part), gap: null, pale: false },
          values: { [measure]: { value: amount.ns / 1e6 } },
          lines: [`${axisLabel(one)}, ${part}`, `${amountText(amount)} ms${intervalWords(amount)}`, ofAll(amount, one)],
        };
      }),
    ),
  };
}

const measure = "ms";

function measuredMark(one: LatencyExplanation, blocks: number): BarMark {
  const { measured, explained, share, calls } = one;
  const understood = isUnderstood(one);
  const verdict =
    share === undefined || understood === undefined
      ? "The interval holds 0: there is nothing to explain"
      : `System calls explain ${(100 * share).toFixed(0)} % of it${understood ? "" : ": not understood"}`;
  return {
    ...{ group: axisLabel(one), shape: "circle", value: measured.ns / 1e6 },
    ...(measured.interval && { low: measured.interval.low / 1e6, high: measured.interval.high / 1e6 }),
    lines: [
      `${axisLabel(one)}, measured difference`,
      `${amountText(measured)} ms${intervalWords(measured)}`,
      `Explained ${amountText(explained)} ms; prices from n = ${blocks} ${blocks === 1 ? "block" : "blocks"}, ${calls.toFixed(0)} calls an invocation`,
      verdict,
    ],
  };
}

const intervalWords = ({ interval }: Amount): string => (interval === undefined ? "" : " (95 % interval)");

const ofAll = ({ ns }: Amount, { measured }: LatencyExplanation): string =>
  measured.ns === 0 ? "" : `${((100 * ns) / measured.ns).toFixed(0)} % of the measured difference`;
