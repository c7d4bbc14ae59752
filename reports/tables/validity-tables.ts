/** What a reader must know before believing a number: voids, flags, outliers, and why measuring stopped. */
import type { Comparison } from "../comparison.ts";
import { systemTitle } from "../figures/figure-order.ts";
import type { LatencyRecord } from "../records/record.ts";
import { sizedPlan } from "../records/sized-plan.ts";
import { quotable } from "../quotable.ts";
import { type Table, columns } from "./document.ts";
import { functionRows } from "./latency-tables.ts";
import { dash, formatMargin, formatMs, formatShare } from "./numbers.ts";

/** Cells and blocks that say nothing, with the reason. They are void, not slow. */
export function voidsTable(records: readonly LatencyRecord[], comparison: Comparison): Table {
  const recorded = records.flatMap(({ label, blocks, voids = [] }) =>
    voids.map(({ system, block, reason }) => {
      const again = blocks.find(({ repeats }) => repeats !== undefined && repeats === block)?.block;
      return [
        label,
        system === undefined ? "all" : systemTitle(system),
        block === undefined ? "all" : String(block),
        reason,
        again === undefined ? dash : String(again),
      ];
    }),
  );
  const failed = functionRows(comparison)
    .flatMap(({ cells }) => cells)
    .flatMap(({ label, system, state, voids }) =>
      state === "void" ? voids.map((reason) => [label, systemTitle(system), "all", reason, dash]) : [],
    )
    .filter(
      ([label, system, , reason]) =>
        !recorded.some((row) => row[0] === label && ["all", system].includes(row[1]) && reason?.includes(row[3] ?? "")),
    );
  return {
    columns: columns("Function", "System", "Block", "Why", "Measured again as"),
    rows: [...recorded, ...failed],
  };
}

export const flagTexts = {
  "no-steady-state": "warm-up ended at its limit, not in a steady state",
  "late-client": "the client's own event loop was late",
  "stolen-time": "the machine's host took processor time away",
  "floor-lost": "a floor is missing: the empty function did not answer",
  "price-lost": "counts of the price are missing: the kubelets did not tell them",
} as const;

/** Facts that void nothing: where they happened, and how often. */
export function flagsTable(records: readonly LatencyRecord[]): Table {
  const rows = records.flatMap(({ label, flags = [], blocks }) => {
    const groups = Map.groupBy(flags, ({ kind, system }) => `${kind} ${system ?? ""}`);
    return [...groups.values()].flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const touched = new Set(group.map(({ block }) => block)).size;
      const system = first.system === undefined ? "all" : systemTitle(first.system);
      const times = `${group.length} × in ${touched} of ${blocks.length} blocks`;
      return [[label, system, flagTexts[first.kind], times, first.detail]];
    });
  });
  return { columns: columns("Function", "System", "What", "How often", "For example"), rows };
}

/** Calls far from the rest: counted and kept. */
export function outliersTable(comparison: Comparison): Table {
  const cells = functionRows(comparison).flatMap(({ cells: own }) => own);
  const touched = cells.filter((cell) => quotable(cell) && cell.outliers.farOut + cell.outliers.byMad > 0);
  return {
    columns: columns(
      "Function",
      "System",
      ">n",
      ">Beyond 3 IQR",
      ">Beyond 14.8 MAD",
      ">Share",
      ">Median ms",
      ">Mean ms",
    ),
    rows: touched.map(({ label, system, count, outliers: { farOut, byMad }, medianNs, meanNs }) => [
      label,
      systemTitle(system),
      String(count),
      String(farOut),
      String(byMad),
      formatShare(Math.max(farOut, byMad), count),
      formatMs(medianNs),
      formatMs(meanNs),
    ]),
  };
}

const stopTexts = {
  precise: "precise enough",
  budget: "time used up",
  blocks: "all planned blocks done",
} as const;

/** How far each function came, and with which precision. `cutOff`: a function without a reason was not finished. */
export function stopsTable(
  records: readonly LatencyRecord[],
  { cutOff = false }: { readonly cutOff?: boolean } = {},
): Table {
  const rows = records.flatMap(({ label, blocks: { length }, plan, sized, stopped }) => {
    const { blocks: planned } = sizedPlan(plan, sized);
    const blocks = `${length} ${length <= planned ? "of" : "instead of"} ${planned}`;
    return stopped === undefined
      ? cutOff
        ? [[label, blocks, "not finished", dash]]
        : []
      : [
          [
            label,
            blocks,
            stopTexts[stopped.reason],
            stopped.halfWidth === undefined || !quotable({ plan }) ? dash : formatMargin(stopped.halfWidth),
          ],
        ];
  });
  return { columns: columns("Function", ">Blocks", "Stopped because", ">Widest interval"), rows };
}
