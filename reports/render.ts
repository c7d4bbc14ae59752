/** Draws everything from a results folder. The reporter calls it after a run, the report suite tests it. */
import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { accuracyFiles } from "./accuracy/files.ts";
import { applicationOf, type Comparison, compare } from "./comparison.ts";
import { cutOffAfter, cutOffText } from "./interrupted.ts";
import { figure8 } from "./figures/figure-8.ts";
import { paperFiles } from "./figures/paper-files.ts";
import { renderFigure } from "./figures/render-figure.ts";
import { cellsToCsv, publishedToCsv } from "./formats/csv.ts";
import { cellsToJson } from "./formats/cells-to-json.ts";
import { cellsToJunit } from "./formats/cells-to-junit.ts";
import { toMarkdown } from "./formats/markdown.ts";
import { artifactFiles } from "./interchange/export-files.ts";
import { writeExport } from "./interchange/write-export.ts";
import { writeFileAtomic } from "./records/json-file.ts";
import { renderDensity } from "./density/files.ts";
import { combineResults } from "./overview/combine.ts";
import { type Overview, renderOverview } from "./overview/files.ts";
import { loadFiles } from "./load/files.ts";
import { renderPrice } from "./price/files.ts";
import { latencyPage } from "./page/latency-page.ts";
import { comparePublished } from "./published/compare-published.ts";
import { quotable } from "./quotable.ts";
import { isOfReport, removeEarlier } from "./remove-earlier.ts";
import { RecordError, textOf } from "./records/record-error.ts";
import { type MoreSections, reportDocument } from "./report-document.ts";
import { type Results, readResults } from "./records/store.ts";
import { nameSystems } from "./records/system-titles.ts";
import { renderSyscalls } from "./syscalls/report.ts";
import { whyFiles } from "./why/files.ts";
import { systemCallFiles } from "./system-calls/files.ts";
import type { Section, Table } from "./tables/document.ts";
import { missingCells } from "./tables/latency-tables.ts";

export { renderFigure } from "./figures/render-figure.ts";

export interface RenderedReport {
  /** Absolute or as `outFolder` was given. */
  readonly files: readonly string[];
  /** In the artifact's formats, below `artifact/`. */
  readonly exported: readonly string[];
  readonly figure: string;
  readonly results: Results;
  readonly comparison: Comparison;
  /** Cells without a value, with the reason. */
  readonly missing: readonly string[];
  /** On the stages of guarded calls; empty where none were timed. */
  readonly guarded: readonly Section[];
  /** Every system in one row; absent where no more than one of latency, load and density was measured. */
  readonly overview?: NonNullable<Overview["table"]>;
  /** What every system costs beside time, over all functions; absent where nobody could tell. */
  readonly price?: Table;
}

export interface RenderOptions {
  /** The paper's values over the bars, and their comparison with ours. */
  readonly published?: boolean;
  /** Also write the files of `paperFiles`. */
  readonly paper?: boolean;
}

/**
 * Writes `figure-8.{svg,png,pdf,csv,json,junit.xml,vl.json}`, `figure-8-published.csv`, `report.md` and `report.html`, each as
 * a whole, `syscalls.*` where guarded calls were timed, `price.*` where blocks have a price, and the folder `artifact/`.
 * Where policies were learnt, system calls counted, load or density measured, it writes the files of these, and only these
 * where no latency was measured. Files of an earlier report go. The same records give the same bytes.
 * @param resultsFolder several: latency of one run beside load and density of others
 * @throws {RecordError} unreadable records, folders that do not go together, or a folder that cannot be written
 */
export async function renderReport(
  resultsFolder: string | readonly string[],
  outFolder: string,
  { published: withPublished = true, paper = false }: RenderOptions = {},
): Promise<RenderedReport> {
  const results =
    typeof resultsFolder === "string" ? await readResults(resultsFolder) : await readCombined(resultsFolder);
  nameSystems(results);
  const comparison = compare(results.latency);
  const { accuracy, load, run, systemCalls, combined } = results;
  const density = await renderDensity(results.density ?? [], combined?.density ?? run);
  const { section, table, files: overviewFiles } = await renderOverview(results);
  const others = await writeFiles(outFolder, {
    ...(accuracy !== undefined && (await accuracyFiles(accuracy, run, { published: withPublished }))),
    ...(systemCalls !== undefined && (await systemCallFiles(systemCalls, run))),
    ...(await whyFiles(results)),
    ...(load.length > 0 && (await loadFiles(load, combined?.load ?? run))),
    ...density.files,
    ...overviewFiles,
  });
  const figure = others.find((file) => file.endsWith(".svg")) ?? others.find((file) => file.endsWith(".html"));
  if (results.latency.length === 0 && figure !== undefined) {
    await removeEarlier(
      outFolder,
      others.map((file) => basename(file)),
    );
    const none = { exported: [], missing: [], guarded: [] };
    return { files: others, figure, results, comparison, ...none, ...(table && { overview: table }) };
  }
  const figures = await renderLatency(results, comparison, outFolder, {
    published: withPublished,
    paper,
    more: { overview: section === undefined ? [] : [section], density: density.sections },
  });
  const files = [...figures.files, ...others];
  await removeEarlier(
    outFolder,
    files.map((file) => basename(file)),
  );
  return { ...figures, files, ...(table && { overview: table }) };
}

async function renderLatency(
  results: Results,
  comparison: Comparison,
  outFolder: string,
  { published: wanted, paper, more }: Required<RenderOptions> & { readonly more: MoreSections },
): Promise<RenderedReport> {
  const withPublished = wanted && applicationOf(comparison) === undefined;
  const spec = figure8(results.latency, comparison, {
    published: withPublished,
    selected: results.run.selected,
    cutOff: cutOffAfter(results),
  });
  const { svg, png, pdf } = await renderFigure(spec);
  const quoted = results.latency.length === 0 || results.latency.some(quotable);
  const published = withPublished ? comparePublished(comparison) : [];
  const guarded = await renderSyscalls(quoted ? results.syscalls : [], comparison);
  const price = await renderPrice(results.latency, comparison);
  const document = reportDocument(results, comparison, {
    published,
    price: price.sections,
    ...more,
    guarded: guarded.sections,
  });
  const contents: Readonly<Record<string, string | Uint8Array>> = {
    "figure-8.svg": svg,
    "figure-8.png": png,
    "figure-8.pdf": pdf,
    "figure-8.csv": cellsToCsv(comparison),
    "figure-8.json": cellsToJson(comparison, results.latency, { cutOff: cutOffText(results) }),
    "figure-8.junit.xml": cellsToJunit(comparison),
    ...(withPublished && { "figure-8-published.csv": publishedToCsv(published) }),
    "figure-8.vl.json": `${JSON.stringify(spec, null, 2)}\n`,
    ...guarded.files,
    ...price.files,
    ...(paper &&
      (await paperFiles(results.latency, comparison, { published: withPublished, selected: results.run.selected }))),
    "report.md": toMarkdown(document, "figure-8.svg"),
    "report.html": await latencyPage(document, {
      results: quoted ? results : { ...results, syscalls: [] },
      comparison,
      published: withPublished,
      svg,
    }),
  };
  const files = await writeFiles(outFolder, contents);
  const exported = await writeExport(join(outFolder, "artifact"), artifactFiles(results.latency, comparison));
  return {
    files,
    exported,
    figure: join(outFolder, "figure-8.svg"),
    results,
    comparison,
    missing: missingCells(comparison, results.run.selected),
    guarded: guarded.sections,
    ...(price.table && { price: price.table }),
  };
}

/** @throws {RecordError} */
async function writeFiles(
  folder: string,
  contents: Readonly<Record<string, string | Uint8Array>>,
): Promise<readonly string[]> {
  const unknown = Object.keys(contents).find((name) => !isOfReport(name));
  if (unknown !== undefined) throw new TypeError(`${unknown} would stay when another run is drawn`);
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new RecordError(`cannot create ${folder}: ${textOf(cause)}`, { hint: "Choose a writable folder.", cause });
  });
  await Promise.all(Object.entries(contents).map(([name, content]) => writeFileAtomic(join(folder, name), content)));
  return Object.keys(contents).map((name) => join(folder, name));
}

/** One after the other: a folder holds up to ten megabytes of text. @throws {RecordError} */
async function readCombined(folders: readonly string[]): Promise<Results> {
  const all: Results[] = [];
  for (const folder of folders) all.push(await readResults(folder));
  return combineResults(all);
}
