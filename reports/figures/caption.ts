import { applicationOf, type Comparison } from "../comparison.ts";
import { capitalised } from "../formats/capitalised.ts";
import { type Figure8Data, axisCut } from "./figure-8-data.ts";
import { systemTitle, withFigureOrder } from "./figure-order.ts";

/**
 * Lines under the figure: what was measured, how often, and what the marks mean. `builds`: see `artifactBuilds`; `cutOff`: how far
 * an interrupted run came.
 */
export function caption(
  comparison: Comparison,
  { bars, gaps, bands, groups, published }: Figure8Data,
  { builds, cutOff }: { readonly builds?: string | undefined; readonly cutOff?: string | undefined } = {},
): string {
  if (comparison.cells.length === 0) return "Nothing was measured.";
  const plans = comparison.cells.map(({ plan }) => plan);
  const replicated = comparison.cells.flatMap(({ ratio }) => (ratio === undefined ? [] : [ratio.blocks]));
  const fewest = Math.min(...replicated, Infinity);
  const baseline = comparison.baselines.map(systemTitle).join(", ");
  const measured = new Set(comparison.cells.map(({ label }) => label)).size;
  const cut = bars.some(({ ratio, high }) => Math.max(ratio, high ?? 0) > axisCut);
  const anyStar = groups.some((group) => group.endsWith("*"));
  const ofUser = applicationOf(comparison);
  return [
    cutOff === undefined ? "" : `${capitalised(cutOff)}.`,
    ofUser === undefined ? "" : `Application: ${ofUser.name}.`,
    `Bars: latency relative to ${baseline}, paired by round; whiskers: 95 % interval over blocks of fresh sandboxes.`,
    `n = ${range(replicated)} blocks × ${range(plans.map(({ rounds }) => rounds))} rounds per system;`,
    `profile ${[...new Set(plans.map(({ profile }) => profile))].join(", ")};`,
    `${measured} of ${withFigureOrder(comparison.cells).length} functions.`,
    workloadSentence(comparison),
    watchdogSentence(comparison),
    builds === undefined ? "" : `${builds}.`,
    comparison.cells.some(({ imported }) => imported) ? importedSentence : "",
    comparison.cells.some(({ ratio }) => ratio?.of === "means") ? "Ratios of means where calls are not known." : "",
    fewest < 2 ? "No whiskers: fewer than 2 blocks." : "",
    cut ? `Axis cut at ${axisCut}: higher values stand above their bars.` : "",
    anyStar ? "* Valve proxies the function's network requests." : "",
    bands.length > 0 ? `Grey bands: noise floor, how far ${baseline} is from itself (A/A) in 95 % of comparisons.` : "",
    published.length > 0 ? publishedSentence : "",
    bars.some(({ otherWork }) => otherWork) ? "† Pale: not the application's work; the report says what it is." : "",
    gaps.some(({ text }) => text === "×") ? "× not measured." : "",
    gaps.some(({ text }) => text === "void") ? "void: measured, but not usable; the report says why." : "",
  ]
    .filter((sentence) => sentence !== "")
    .join(" ");
}

function workloadSentence({ cells }: Comparison): string {
  const own = new Set(cells.flatMap(({ workload }) => workload ?? []));
  if (own.size === 0) return "";
  return own.size === 2
    ? "Workload: the artifact's amount of work per call; lean where the system says so."
    : `Workload: ${own.has("artifact") ? "the artifact's amount of work per call" : "lean"}.`;
}

function watchdogSentence({ cells }: Comparison): string {
  const names = new Set(cells.flatMap(({ watchdog }) => watchdog ?? []));
  const own = [...names].map((name) => (name === "kalium-bench" ? "our own" : name));
  return names.size === 0 ? "" : `Watchdog in every instance: ${own.join(", ")}.`;
}

const importedSentence =
  "Imported: one block per system; in which order the systems were called and whether they answered right is unknown.";

const publishedSentence =
  "Published: ratios of means of 20 calls, without intervals; the report says which are damaged and which agree.";

function range(values: readonly number[]): string {
  if (values.length === 0) return "0";
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low === high ? String(low) : `${low} to ${high}`;
}
