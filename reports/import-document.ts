import type { Comparison } from "./comparison.ts";
import type { PublishedCell } from "./published/compare-published.ts";
import { systemOrder } from "./published/order.ts";
import type { Results } from "./records/store.ts";
import { type ReportDocument, type Section, list, tabled } from "./tables/document.ts";
import { importSection } from "./tables/import-table.ts";
import { latencyTable, mediansTable, missingCells } from "./tables/latency-tables.ts";
import { orderSection } from "./tables/order-section.ts";
import { publishedSection } from "./tables/published-table.ts";
import { factsTable } from "./tables/run-tables.ts";
import { outliersTable } from "./tables/validity-tables.ts";

/** The report of imported results: what they do not say has no section in it. Pure. */
export function importDocument(
  { folder, run, latency }: Results,
  comparison: Comparison,
  published: readonly PublishedCell[],
): ReportDocument {
  const order = published.length === 0 ? undefined : systemOrder(comparison);
  const sections: readonly Section[] = [
    ...(order === undefined ? [] : [orderSection(order)]),
    { title: "Run", paragraphs: [`Run ${run.runId}: imported ${run.startedAt}, not measured by kalium-bench.`] },
    { title: "Latency", paragraphs: legend, table: latencyTable(comparison) },
    ...(published.length === 0 ? [] : [publishedSection(published)]),
    { title: "Absolute medians, ms", table: mediansTable(comparison) },
    tabled("Outliers", outliersTable(comparison), {
      none: "None.",
      some: "Calls far from the rest by two rules. They are counted and stay in every statistic.",
    }),
    list("Missing cells", missingCells(comparison), "None."),
    importSection(latency),
    { title: "Settings", table: factsTable(run.settings) },
    { title: "How to reproduce", commands: [`KALIUM_RESULTS=${folder} npm run report`] },
  ];
  return { title: "Figure 8: relative latency", sections };
}

const legend: readonly string[] = [
  "Latency: total time of a call as curl reports it, with name look-up and connection. n: calls, right or " +
    "wrong, cold or warm; a median is quoted from 6 calls on, p95 from 59.",
  "Ratio: median / median of the baseline, of means where only averages are known. One block per system: no interval, " +
    "no verdict.",
];
