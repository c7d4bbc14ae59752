import { extname } from "node:path";
import { zeroText } from "./accuracy/curve.ts";
import { detectionTable, enforcedTexts } from "./accuracy/document.ts";
import type { Comparison } from "./comparison.ts";
import { artifactBuilds } from "./figures/artifact-builds.ts";
import { systemTitle } from "./figures/figure-order.ts";
import { cutOffText } from "./interrupted.ts";
import { findings } from "./findings.ts";
import { toPlainTable } from "./formats/plain.ts";
import { summariseDensity } from "./density/summary.ts";
import { densityTable, endedTexts } from "./density/tables.ts";
import { type LoadSummary, summariseLoad } from "./load/summary.ts";
import { heldTable, heldTitle, withoutStepTexts } from "./load/tables.ts";
import { overFunctions } from "./price/relative.ts";
import { systemOrder } from "./published/order.ts";
import { quotable, smokeText } from "./quotable.ts";
import { type RenderOptions, type RenderedReport, renderReport } from "./render.ts";
import { summariseSystemCalls } from "./system-calls/summary.ts";
import { explain } from "./why/explain.ts";
import { whyFindings, whyTable } from "./why/tables.ts";
import { systemCallsTable } from "./system-calls/tables.ts";
import type { Table } from "./tables/document.ts";
import { latencyTable } from "./tables/latency-tables.ts";
import { orderTexts } from "./tables/order-section.ts";
import type { Results } from "./records/store.ts";
import { reproduce } from "./reproduce.ts";
import { inLines } from "./terminal-text.ts";

/**
 * Draws a results folder, or several as one. Resolves to what the terminal says of it: the findings, the tables, the files.
 * @param width of the terminal, in characters
 * @throws {RecordError} unreadable records, or a folder that cannot be written
 */
export async function drawResults(
  folder: string | readonly string[],
  out: string,
  { width, ...options }: RenderOptions & { readonly width: number },
): Promise<string> {
  return drawnText(await renderReport(folder, out, options), { width, ...options });
}

const measuredNothing = ({ latency, load, density = [], accuracy, systemCalls, syscalls }: Results): boolean =>
  latency.length + load.length + density.length + syscalls.length === 0 &&
  accuracy === undefined &&
  systemCalls === undefined;

function drawnText(
  { comparison, files, missing, guarded, overview, price, results }: RenderedReport,
  { width, published = true }: RenderOptions & { readonly width: number },
): string {
  const { latency, accuracy, load, folder, systemCalls, combined } = results;
  const builds = artifactBuilds(latency);
  const explanations = explain(results);
  const order = published ? systemOrder(comparison) : undefined;
  const found = findings(comparison, latency);
  const plain = (table: Table): string => toPlainTable(table, width);
  const fitted = (text: string): string => inLines(text, width);
  const cutOff = latency.length === 0 ? undefined : cutOffText(results);
  const lines = [
    ...(measuredNothing(results)
      ? [`Nothing was measured in this run. Measure with \`${reproduce(results)}\`.`, ""]
      : []),
    ...(cutOff === undefined ? [] : [fitted(cutOff), ""]),
    ...orderTexts(order).flatMap((text) => [fitted(text), ""]),
    ...(found.length === 0 ? [] : [...found.map(fitted), ""]),
    ...(latency.length === 0 ? [] : [plain(latencyTable(comparison)), ""]),
    ...(overview === undefined
      ? []
      : [fitted(overview.title), plain(overview.table), ...overview.differences.map(fitted), ""]),
    ...(price === undefined ? [] : [fitted(priceTitle(comparison)), plain(price), ""]),
    ...(builds === undefined ? [] : [fitted(builds), ""]),
    ...(accuracy?.curve === undefined ? [] : [fitted(`False positives: ${zeroText(accuracy.curve)}`), ""]),
    ...(accuracy?.enforced === undefined ? [] : [...enforcedTexts(accuracy.enforced).map(fitted), ""]),
    ...(accuracy?.attacks === undefined ? [] : [plain(detectionTable(accuracy.attacks)), ""]),
    ...(systemCalls === undefined
      ? []
      : ["System calls", plain(systemCallsTable(summariseSystemCalls(systemCalls), systemCalls)), ""]),
    ...(explanations.length === 0
      ? []
      : ["Why", ...whyFindings(explanations).map(fitted), plain(whyTable(explanations)), ""]),
    ...load
      .map(summariseLoad)
      .flatMap((of) => [fitted(heldTitle(of)), plain(heldTable(of)), ...loadNotes(of).map(fitted), ""]),
    ...summariseDensity(results.density ?? []).flatMap((of) => [
      fitted(`Density of ${of.record.label}: idle instances, at most ${of.record.plan.instances} of a system`),
      plain(densityTable(of)),
      ...endedTexts(of).map(fitted),
      "",
    ]),
    ...guarded.flatMap(({ title, brief, table, inReportOnly }) => [
      ...(brief === undefined ? [] : [fitted(`${title}. ${brief} The report has the stages.`), ""]),
      ...(table === undefined || inReportOnly ? [] : [fitted(title), plain(table), ""]),
    ]),
    ...(missing.length === 0 ? [] : [`Missing cells: ${missing.length}. The report lists them.`]),
    ...(combined?.folders ?? [folder]).map((of) => `Results  ${of}`),
    ...pictureTexts(files),
    ...files.filter((file) => file.endsWith(".html")).map((file) => `Report   ${file}`),
  ];
  return `${lines.join("\n")}\n`;
}

/** A line per picture, whatever its formats. */
function pictureTexts(files: readonly string[]): readonly string[] {
  const pictures = files.filter((file) => /\.(svg|png|pdf|tex)$/.test(file));
  return [...Map.groupBy(pictures, (file) => file.slice(0, -extname(file).length)).values()].map(
    ([first = "", ...others]) =>
      `Figure   ${first}${others.length === 0 ? "" : `, and as ${others.map((file) => extname(file)).join(", ")}`}`,
  );
}

const loadNotes = (of: LoadSummary): readonly string[] => (quotable(of.record) ? withoutStepTexts(of) : [smokeText]);

function priceTitle({ baselines, cells }: Comparison): string {
  const functions = new Set(cells.map(({ label }) => label)).size;
  const over = functions > 1 ? `, ${overFunctions(functions)}` : "";
  return `Price relative to ${baselines.map(systemTitle).join(", ")}${over} (the baseline's row has absolute values)`;
}
