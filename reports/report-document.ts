import { applicationOf, type Comparison } from "./comparison.ts";
import { findings } from "./findings.ts";
import { cutOffText, isCut } from "./interrupted.ts";
import { figureFunctions } from "./figures/figure-order.ts";
import { importDocument } from "./import-document.ts";
import type { PublishedCell } from "./published/compare-published.ts";
import { systemOrder } from "./published/order.ts";
import { notQuotable, quotable } from "./quotable.ts";
import type { Results } from "./records/store.ts";
import { reproduce } from "./reproduce.ts";
import { minimumCount } from "./stats/quantile.ts";
import { type ReportDocument, type Section, folded, list, tabled } from "./tables/document.ts";
import { applicationSection } from "./tables/application-section.ts";
import { coldTable } from "./tables/cold-table.ts";
import { floorsTable } from "./tables/floors-table.ts";
import {
  controlLine,
  failuresTable,
  latencyTable,
  mediansTable,
  missingCells,
  otherWork,
} from "./tables/latency-tables.ts";
import { placementTable } from "./tables/placement-table.ts";
import { orderSection, orderTexts } from "./tables/order-section.ts";
import { publishedSection } from "./tables/published-table.ts";
import { blockTimeTable, factsTable, forwardedCalls, openProofs, proofsTable } from "./tables/run-tables.ts";
import { flagsTable, outliersTable, stopsTable, voidsTable } from "./tables/validity-tables.ts";

export interface MoreSections {
  /** Empty leaves its section out. */
  readonly published?: readonly PublishedCell[];
  /** On what systems cost beside time. */
  readonly price?: readonly Section[];
  /** On every system in one row. */
  readonly overview?: readonly Section[];
  /** On idle instances. */
  readonly density?: readonly Section[];
  /** On the stages of guarded calls, where such were timed. */
  readonly guarded?: readonly Section[];
}

/** Everything a reader needs to judge and to repeat a run. Pure. */
export function reportDocument(
  results: Results,
  comparison: Comparison,
  { published = [], price = [], overview = [], density = [], guarded = [] }: MoreSections = {},
): ReportDocument {
  const { run, latency, recovered } = results;
  if (run.outcome === "imported") return importDocument(results, comparison, published);
  const missing = missingCells(comparison, run.selected);
  const control = controlLine(comparison);
  const found = findings(comparison, latency);
  const smoke = latency.length > 0 && !latency.some(quotable);
  const cutOff = cutOffText(results);
  const hashes = new Set(latency.flatMap(({ planHash = [] }) => planHash));
  const { database, ...environment } = run.environment;
  const placement = placementTable(latency);
  const order = published.length === 0 ? undefined : systemOrder(comparison);
  const begun: Section = {
    title: "Run",
    paragraphs: [
      `Run ${run.runId}, started ${run.startedAt}, ${run.endedAt === undefined ? "not ended" : `ended ${run.endedAt}`}: ${run.outcome}.`,
      ...(hashes.size === 0 ? [] : [`Plans: ${[...hashes].map((hash) => hash.slice(0, 12)).join(", ")}.`]),
      ...(recovered.length === 0
        ? []
        : [`Recovered from their journals after an interruption: ${recovered.join(", ")}.`]),
    ],
  };
  const sections: readonly Section[] = [
    ...(order === undefined ? [] : [orderSection(order)]),
    ...overview,
    ...(run.application === undefined ? [] : [applicationSection(run.application)]),
    {
      title: "Latency",
      paragraphs: [
        ...(control === undefined ? [] : [control]),
        ...otherWork(comparison),
        ...forwardedCalls(run.environment),
      ],
      table: latencyTable(comparison),
    },
    folded({ title: "How to read these tables", paragraphs: legend }),
    ...price,
    ...density,
    ...(published.length === 0 || smoke ? [] : [publishedSection(published)]),
    folded({ title: "Absolute medians, ms", table: mediansTable(comparison) }),
    folded({
      title: "Cold starts",
      paragraphs: ["n: first calls of fresh instances, without the start of the sandbox, which the last column shows."],
      table: coldTable(latency, comparison),
    }),
    tabled("Errors and wrong answers", failuresTable(comparison), {
      none: "None: every measured call gave the right answer.",
      some: "Counted separately; a cell with more than 1 % of them is void.",
    }),
    tabled("Void", voidsTable(latency, comparison), {
      none: "Nothing.",
      some: "Void, not slow: these cells and blocks are in no statistic. Their calls stay in the records.",
    }),
    folded(tabled("Flags", flagsTable(latency), { none: "None.", some: "Notes that void nothing." })),
    folded(
      tabled("Outliers", outliersTable(comparison), {
        none: "None.",
        some: "Calls far from the rest by two rules. They are counted and stay in every statistic.",
      }),
    ),
    folded(
      tabled("Floors", floorsTable(latency, comparison), {
        none: smoke ? `${notQuotable}.` : "Not measured in this run.",
        some: "What a call costs without the application's work. Nothing is subtracted from any latency.",
      }),
    ),
    ...guarded,
    folded(
      tabled("Where measuring stopped", stopsTable(latency, { cutOff: cutOff !== undefined }), {
        none: "After the planned blocks.",
        some: `${cutOff !== undefined && latency.some(isCut) ? "The run did not come to its end. " : ""}Widest interval: half-width of the ratio's 95 % interval of the least precise system.`,
      }),
    ),
    list("Missing cells", missing, cutOff === undefined ? unselectedText(run) : `None so far. ${cutOff}`),
    list(
      "Systems left out",
      run.leftOut.map(({ system, reason }) => `${system}: ${reason}`),
      "None.",
    ),
    folded({ title: "What the sandboxes were", paragraphs: openProofs(latency), table: proofsTable(latency) }),
    ...(placement.rows.length === 0
      ? []
      : [{ title: "Where the sandboxes ran", paragraphs: [onePlace], table: placement }]),
    begun,
    folded({ title: "Where the time went", table: blockTimeTable(latency) }),
    folded({ title: "Database", table: factsTable({ database }) }),
    folded({ title: "Environment", table: factsTable(environment) }),
    folded({ title: "Settings", table: factsTable(run.settings) }),
    {
      title: "How to reproduce",
      paragraphs: ["Measure again with the settings above, or redraw this report from the results folder:"],
      commands: [
        "npm ci",
        "npm run setup",
        reproduce(results),
        `KALIUM_RESULTS=reports/results/${run.runId} npm run report`,
      ],
    },
  ];
  const ofUser = applicationOf(comparison);
  const lead = [...(cutOff === undefined ? [] : [cutOff]), ...orderTexts(order), ...found];
  return {
    lead,
    title: ofUser === undefined ? "Figure 8: relative latency" : `${ofUser.name}: relative latency`,
    sections,
  };
}

const onePlace = "All systems of a block should run on one node, and the next block on the next node.";

/** Of all tables, said once. */
const quantileRule =
  "In all tables of this report a quantile is quoted only from so many values that they give an interval of it: a median from " +
  `${minimumCount(0.5)}, quartiles from ${minimumCount(0.25)}, p95 from ${minimumCount(0.95)}, p99 from ${minimumCount(0.99)}; otherwise there is a dash. A mean has no such limit.`;

const legend: readonly string[] = [
  "Latency: from the end of sending a request to the last byte of its answer. n: measured calls with a right answer, " +
    "time-outs at their limit. Nothing is dropped as an outlier.",
  quantileRule,
  "Ratio: what a call takes relative to the baseline's call of the same round: the centre of these ratios in each block " +
    "(Hodges-Lehmann), where the baseline was measured twice the mean of both, then the geometric mean over blocks. Its interval is a t interval over blocks; all cells of the " +
    "report inform each other's variance.",
  "Verdict: slower or faster when significant at 5 % after Holm's adjustment, outside the noise floor of the A/A arm, " +
    "and at least 3 %; too small to matter when it is smaller. No difference beyond noise: inside the floor, or the " +
    "interval holds 1. These two need an interval that ends within ± 10 %. Anything else is not settled.",
];

/** Functions that nobody asked for are not missing. */
const unselectedText = ({ selected, application }: Results["run"]): string => {
  const { length } = application?.calls ?? figureFunctions;
  return selected === undefined || selected.length === length
    ? "None."
    : `None: the run was to measure ${selected.length} of the figure's ${length} functions.`;
};
