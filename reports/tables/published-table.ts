import { type PublishedCell, seriesOf } from "../published/compare-published.ts";
import { seriesTitles } from "../published/figure-8-values.ts";
import { describePublished } from "../published/published-value.ts";
import { axisLabel, systemTitle } from "../figures/figure-order.ts";
import { type Agreement, publishedFactor } from "../stats/agreement.ts";
import { type Section, type Table, columns } from "./document.ts";
import { dash, formatRatio, formatRatioWith } from "./numbers.ts";

const title = "Figure 8 against the published values";

/** Our cells beside the paper's, with a verdict each, and how many of each verdict a system has. Missing ones count. */
export function publishedSection(cells: readonly PublishedCell[]): Section {
  const systems = [...new Set(cells.map(({ system }) => system))];
  const measured = systems.filter((system) => cells.some((cell) => cell.system === system && cell.ours !== undefined));
  const absent = systems.filter((system) => !measured.includes(system)).map(systemTitle);
  const notMeasured = absent.length === 0 ? [] : [`Not measured: ${absent.join(", ")}.`];
  if (measured.length === 0) return { title, paragraphs: notMeasured };
  const shown = cells.filter(({ ours }) => ours !== undefined);
  return {
    title,
    paragraphs: [legend, ...measured.map((system) => tally(cells, system)), ...notMeasured],
    table: publishedTable(shown),
  };
}

const legend =
  "Published: mean of 20 calls / mean of gVisor's. The artifact's files have no intervals and were cut at 5 " +
  `by hand. A ratio of so few calls counts as right within a factor of ${publishedFactor}. Agrees: our interval, ` +
  "widened to the noise floor, lies within that. Differs: the two ranges do not overlap. Cannot tell: they overlap in part, or " +
  "there is no interval.";

function tally(cells: readonly PublishedCell[], system: string): string {
  const own = cells.filter((cell) => cell.system === system);
  const count = (wanted: Agreement): number =>
    own.filter(({ ours, judgement }) => ours !== undefined && judgement.verdict === wanted).length;
  const absent = own.filter(({ ours }) => ours === undefined).length;
  const series = seriesOf(system);
  const of = series === undefined || series === system ? "" : `, beside the published ${seriesTitles[series]}`;
  return (
    `${systemTitle(system)}${of}: ${count("agrees")} agree, ${count("differs")} differ, ` +
    `${count("cannot tell")} undecided${absent === 0 ? "" : `, ${absent} not measured`}.`
  );
}

function publishedTable(cells: readonly PublishedCell[]): Table {
  return {
    columns: columns("Function", "System", ">Ours [95 %]", ">Ours, of means", ">Published", "Verdict"),
    rows: cells.map(({ label, starred, system, published, ours, judgement }, index) => [
      cells[index - 1]?.label === label ? "" : axisLabel({ label, starred }),
      systemTitle(system),
      ours?.ratio === undefined ? dash : formatRatioWith(ours.ratio.ratio, ours.ratio.interval),
      ours?.ratio === undefined ? dash : formatRatio(ours.ratio.meanRatio),
      describePublished(published),
      verdictText(judgement.verdict, judgement.reason),
    ]),
  };
}

const verdictText = (verdict: Agreement, reason: string): string =>
  verdict === "agrees" ? verdict : `${verdict}: ${reason}`;
