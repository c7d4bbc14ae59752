/** Every system in one row: latency, price, density and throughput. The same records give the same bytes. */
import { systemTitle } from "../figures/figure-order.ts";
import { explorePage } from "../formats/explore-page.ts";
import { toMarkdown } from "../formats/markdown.ts";
import type { Results } from "../records/store.ts";
import type { ReportDocument, Section, Table } from "../tables/document.ts";
import { overviewColumns } from "./columns.ts";
import { overviewTable, overviewTexts, overviewToCsv } from "./tables.ts";

export interface Overview {
  readonly files: Readonly<Record<string, string>>;
  readonly section?: Section;
  /** For the terminal, with its title. */
  readonly table?: { readonly title: string; readonly table: Table; readonly differences: readonly string[] };
}

/** `systems.{md,html,csv}`; nothing where there is no more than one of latency, load and density. */
export async function renderOverview(results: Results): Promise<Overview> {
  const found = overviewColumns(results);
  const { latency, load, density = [], combined, run } = results;
  const baseline = [...latency, ...load, ...density][0]?.baseline;
  if (found.length === 0 || baseline === undefined) return { files: {} };
  const [about = "", ...differences] = overviewTexts(found, results);
  const table = overviewTable(found, baseline);
  const section: Section = { title: "Every system", paragraphs: [about, ...differences], table };
  const runs = new Set([run, combined?.load, combined?.density].flatMap((one) => one ?? []));
  const document: ReportDocument = {
    title: "Every system",
    sections: [
      section,
      { title: "Runs", paragraphs: [...runs].map((of) => `Run ${of.runId}, started ${of.startedAt}: ${of.outcome}.`) },
    ],
  };
  return {
    files: {
      "systems.md": toMarkdown(document),
      "systems.html": await explorePage(document),
      "systems.csv": overviewToCsv(found, baseline, results),
    },
    section,
    table: {
      title: `Every system relative to ${systemTitle(baseline)} (its row has absolute values)`,
      table,
      differences,
    },
  };
}
