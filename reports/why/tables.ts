import { axisLabel, systemTitle } from "../figures/figure-order.ts";
import { capitalised } from "../formats/capitalised.ts";
import { notQuotable, quotable } from "../quotable.ts";
import { median } from "../stats/quantile.ts";
import { type Section, type Table, columns, withDetail } from "../tables/document.ts";
import { dash } from "../tables/numbers.ts";
import { callGroups } from "./call-prices.ts";
import { type Amount, type LatencyExplanation, isUnderstood, understoodShare } from "./explain.ts";

/** Parts of a bar, in order. */
export const barParts = [...callGroups, "guard stages"] as const;

/** One row per function and system. */
export function whyTable(explanations: readonly LatencyExplanation[]): Table {
  const parts = barParts.filter((part) => explanations.some((one) => one.parts[part].ns !== 0));
  const titles = parts.map((part) => `>${capitalised(part)}`);
  const rows = explanations.map((one) => {
    const quoted = (text: string): string => (quotable(one) ? text : dash);
    return [
      axisLabel(one),
      systemTitle(one.system),
      one.calls.toFixed(0),
      quoted(amountText(one.measured)),
      ...parts.map((part) => quoted(msText(one.parts[part].ns))),
      quoted(amountText(one.unexplained)),
      one.share === undefined ? dash : quoted(`${(100 * one.share).toFixed(0)} %`),
      quotable(one) ? verdictOf(one) : notQuotable,
    ];
  });
  const all = columns(
    "Function",
    "System",
    ">Calls",
    ">Difference ms [95 %]",
    ...titles,
    ">Unexplained",
    ">Explained",
    "Verdict",
  );
  return {
    columns: withDetail(all, "Calls", ...parts.map(capitalised)),
    rows,
  };
}

/** Each function's rows, for the page. */
export const functionWhySections = (explanations: readonly LatencyExplanation[]): readonly Section[] =>
  [...Map.groupBy(explanations, ({ label }) => label)].map(([label, own]) => ({
    title: "Why: system calls that explain the difference, ms",
    label,
    table: whyTable(own),
  }));

const verdictOf = (one: LatencyExplanation): string =>
  ({ true: "", false: "not understood", undefined: "no difference" })[`${isUnderstood(one)}`];

const msText = (ns: number): string => (ns / 1e6).toFixed(2);

export const amountText = ({ ns, interval }: Amount): string =>
  interval === undefined
    ? `${msText(ns)} [${dash}]`
    : `${msText(ns)} [${msText(interval.low)}, ${msText(interval.high)}]`;

/** By system: how much is explained in the median, and which functions are not understood. Nothing under the profile `smoke`. */
export function whyFindings(explanations: readonly LatencyExplanation[]): readonly string[] {
  return [...Map.groupBy(explanations.filter(quotable), ({ system }) => system)].flatMap(([system, own]) => {
    const slower = own.flatMap((one) => (one.share === undefined ? [] : [{ ...one, share: one.share }]));
    const same = own.length - slower.length;
    const title = systemTitle(system);
    const unclear =
      same === 0 ? [] : [`${title}: the latency of ${same} of ${own.length} functions does not differ clearly.`];
    if (slower.length === 0) return unclear;
    const middle = (100 * median(slower.map(({ share }) => share))).toFixed(0);
    const foreign = slower.filter((one) => isUnderstood(one) === false);
    const percent = 100 * understoodShare;
    const [first] = slower;
    const where =
      slower.length === 1 && first !== undefined
        ? `of ${axisLabel(first)}`
        : `in the median of ${slower.length} functions`;
    return [
      `${title}: system calls explain ${middle} % of the difference ${where}${largestParts(slower)}.`,
      ...unclear,
      ...(foreign.length === 0
        ? []
        : [`${title}: not understood (more than ${percent} % off): ${foreign.map(axisLabel).join(", ")}.`]),
    ];
  });
}

/** Smaller ones are not named. */
const namedShare = 0.05;

/** `; the largest parts are memory (61 %) and files (12 %)`: medians over the functions, of the measured difference. */
function largestParts(slower: readonly LatencyExplanation[]): string {
  const shares = barParts
    .map((part) => ({ part, share: median(slower.map(({ parts, measured }) => parts[part].ns / measured.ns)) }))
    .filter(({ share }) => share >= namedShare)
    .sort((a, b) => b.share - a.share)
    .slice(0, 2)
    .map(({ part, share }) => `${part} (${(100 * share).toFixed(0)} %)`);
  if (shares.length === 0) return "";
  return shares.length === 1 ? `; the largest part is ${shares[0]}` : `; the largest parts are ${shares.join(" and ")}`;
}
