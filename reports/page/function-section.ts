/**
 * What the page says of one function: its numbers, their distribution, their course, the stages of its guarded calls, and
 * the sections of the report that are about it, such as its price.
 */
import { drawnSystems } from "../figures/figure-8-data.ts";
import { systemColours, systemTitle } from "../figures/figure-order.ts";
import { escapeHtml } from "../formats/escape-html.ts";
import { htmlTable, paragraph } from "../formats/html-table.ts";
import type { Cell, Comparison } from "../comparison.ts";
import type { LatencyRecord } from "../records/record.ts";
import type { Results } from "../records/store.ts";
import { minimumCount } from "../stats/quantile.ts";
import { measurementOfRecords } from "../syscalls/measurement.ts";
import { syscallSections } from "../syscalls/sections.ts";
import { type Section, type Table, columns } from "../tables/document.ts";
import { functionRows } from "../tables/latency-tables.ts";
import { dash, formatMs, formatQuoted, formatRatioWith } from "../tables/numbers.ts";
import { quotable } from "../quotable.ts";
import { verdictText } from "../verdict-text.ts";
import { anchorOf, baselineColour } from "./latency-chart.ts";
import { coursePicture, spreadPicture } from "./function-pictures.ts";
import { coursesOf, type Spread, spreadOf } from "./function-series.ts";

/** All functions that were measured, folded, in the order of the figure. `more`: sections with a label. */
export function functionSections(
  { latency, syscalls }: Results,
  comparison: Comparison,
  more: readonly Section[],
): string {
  const sections = functionRows(comparison).flatMap(({ name, cells }) => {
    const record = latency.find(({ label }) => label === cells[0]?.label);
    return record === undefined ? [] : [functionSection({ name, cells, record, syscalls, comparison, more })];
  });
  return sections.length === 0 ? "" : `<section><h2>Functions</h2>\n${sections.join("\n")}\n</section>`;
}

interface OneFunction extends Pick<Results, "syscalls"> {
  readonly name: string;
  readonly cells: readonly Cell[];
  readonly record: LatencyRecord;
  readonly comparison: Comparison;
  readonly more: readonly Section[];
}

function functionSection({ name, cells, record, syscalls, comparison, more }: OneFunction): string {
  const bars = drawnSystems(comparison);
  const colours = systemColours(bars);
  const drawn = cells.map(({ system }) => ({ system, colour: colours[bars.indexOf(system)] ?? baselineColour }));
  const quoted = quotable(record);
  const spreads = new Map(cells.map(({ system }) => [system, quoted ? spreadOf(record, system) : undefined]));
  const known = drawn.flatMap((one) => {
    const spread = spreads.get(one.system);
    return spread === undefined ? [] : [{ ...one, spread }];
  });
  const courses = coursesOf(record);
  const followed = drawn.flatMap((one) => {
    const course = courses.find(({ system }) => system === one.system);
    return course === undefined ? [] : [{ ...one, course }];
  });
  const pictures = [
    ...(known.length === 0
      ? []
      : [
          [
            spreadPicture(name, known),
            "Distribution, ms: box from quartile to quartile, line from p5 to p95, dots the slowest calls.",
          ],
        ]),
    ...(record.samples.length === 0 || !quoted ? [] : [[coursePicture(record, followed), courseText]]),
  ];
  return [
    `<details class="function" id="${anchorOf(record.label)}"><summary><h3>${escapeHtml(name)}</h3> <span class="brief">${escapeHtml(brief(cells))}</span></summary>`,
    ...(pictures.length === 0
      ? []
      : [
          `<div class="pictures">${pictures.map(([svg, text]) => `<figure>${svg}<figcaption>${text}</figcaption></figure>`).join("\n")}</div>`,
        ]),
    htmlTable(numbersTable(cells, spreads)),
    ...more.filter(({ label }) => label === record.label).flatMap(subsection),
    ...syscalls
      .filter((one) => one.function === record.label)
      .flatMap((one) => syscallSections(measurementOfRecords([one])).flatMap(subsection)),
    "</details>",
  ].join("\n");
}

const courseText =
  "Over time, ms: lines are medians of neighbouring calls in the colours above; ○ cold calls, small dots warm-up, × failed calls. " +
  "Grey or v: void, and dashed lines; ▼: a flag. Point at a mark for its reason.";

/** `native 41 % faster (36 to 46 %); Valve (gVisor) ...`: what the folded line says. */
const brief = (cells: readonly Cell[]): string =>
  cells
    .filter(({ system, baseline, aaOf }) => system !== baseline && aaOf === undefined)
    .map((cell) => `${systemTitle(cell.system)} ${verdictText(cell) || "not compared"}`)
    .join("; ");

function numbersTable(cells: readonly Cell[], spreads: ReadonlyMap<string, Spread | undefined>): Table {
  return {
    columns: columns(
      ...["System", ">n", ">Min ms", ">Quartile 1", ">Median", ">Quartile 3", ">p95", ">p99", ">Max"],
      ...[">Cold median", ">Cold n", ">Failed", ">Ratio [95 %]", "Verdict"],
    ),
    rows: cells.map((cell) => {
      const spread = spreads.get(cell.system);
      const ms = (pick: (of: Spread) => number, least = 1): string =>
        spread === undefined || spread.count < least ? dash : formatMs(pick(spread));
      return [
        systemTitle(cell.system),
        String(cell.count),
        ms(({ least }) => least),
        ms(({ q1 }) => q1, leastForQuartiles),
        ms(({ median }) => median, leastForMedian),
        ms(({ q3 }) => q3, leastForQuartiles),
        quotable(cell) ? formatQuoted(cell.p95) : dash,
        quotable(cell) ? formatQuoted(cell.p99) : dash,
        ms(({ most }) => most),
        !quotable(cell) || cell.coldCount < leastForMedian ? dash : formatMs(cell.coldMedianNs),
        String(cell.coldCount),
        String(cell.wrongAnswers + cell.errors + cell.timeouts),
        cell.ratio === undefined || !quotable(cell) ? "" : formatRatioWith(cell.ratio.ratio, cell.ratio.interval),
        verdictText(cell),
      ];
    }),
  };
}

/** As everywhere in the report. */
const leastForMedian = minimumCount(0.5);
const leastForQuartiles = minimumCount(0.25);

const subsection = ({ title, paragraphs = [], table }: Section): readonly string[] => [
  `<h4>${escapeHtml(title)}</h4>`,
  ...paragraphs.map(paragraph),
  ...(table === undefined ? [] : [htmlTable(table)]),
];
