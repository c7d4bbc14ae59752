/** A comparison of two runs as other programs read it. Pure; the same comparison gives the same text. */
import { systemTitle } from "../figures/figure-order.ts";
import { toJunit } from "../formats/to-junit.ts";
import { toMarkdown } from "../formats/markdown.ts";
import { toPlain } from "../formats/plain.ts";
import { settled, type Verdict } from "../stats/verdict.ts";
import { type ReportDocument, type Section, columns, withDetail } from "../tables/document.ts";
import { formatMs, formatRatioWith } from "../tables/numbers.ts";
import type { CellChange, Compared, ComparedCell, RunsComparison, Side } from "./compare-runs.ts";

const textFormats = ["text", "markdown", "json", "junit", "bmf", "github"] as const;
/** `html` is drawn by `comparisonPage`. */
export const compareFormats = [...textFormats, "html"] as const;
type TextFormat = (typeof textFormats)[number];
export type CompareFormat = (typeof compareFormats)[number];

/** @param width of the terminal, in characters, for `text` */
export const formatComparison = (comparison: RunsComparison, format: TextFormat, width = Infinity): string =>
  formats[format](comparison, width);

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const nameOf = ({ label, system }: ComparedCell): string => `${label}/${system}`;

const formats: Readonly<Record<TextFormat, (comparison: RunsComparison, width: number) => string>> = {
  text: (comparison, width) => toPlain(comparisonDocument(comparison), width),
  markdown: (comparison) => toMarkdown(comparisonDocument(comparison)),
  json: (comparison) => json({ schema: "kalium-bench/compare@1", ...comparison }),
  /** A slower cell is a failed test case, one that is not settled a skipped one. */
  junit: ({ cells }) =>
    toJunit(
      "compare",
      cells.map(({ label, system, judgement: { verdict, text } }) => ({
        group: label,
        name: systemTitle(system),
        text,
        state: verdict === "slower" ? "failed" : verdict === "not settled" ? "skipped" : "passed",
      })),
    ),
  /** Bencher Metric Format: B's medians, ns, and its change against A, each with its interval. */
  bmf: ({ cells }) =>
    json(
      Object.fromEntries(
        cells.map((cell) => [
          nameOf(cell),
          {
            latency: metric(cell.b.medianNs, cell.b.interval),
            "change-against-a": metric(cell.change.ratio, cell.change.interval),
          },
        ]),
      ),
    ),
  /** Input of github-action-benchmark, tool customSmallerIsBetter: B's medians. */
  github: ({ cells }) =>
    json(
      cells.map((cell) => ({
        name: nameOf(cell),
        unit: "ns",
        value: cell.b.medianNs,
        ...(cell.b.interval && { range: `± ${Math.round((cell.b.interval.high - cell.b.interval.low) / 2)}` }),
        extra: `B / A ${changeText(cell.change)}: ${verdictOf(cell)}`,
      })),
    ),
};

const metric = (value: number, interval: Side["interval"]) => ({
  value,
  ...(interval && { lower_value: interval.low, upper_value: interval.high }),
});

const changeText = (change: CellChange | undefined): string =>
  change === undefined ? "" : formatRatioWith(change.ratio, change.interval);

const verdictOf = ({ judgement }: ComparedCell): string => judgement.text;

export function comparisonTitle({ outcome, cells }: RunsComparison): string {
  if (outcome === "slower") return "B is slower";
  if (outcome === "undecided") return "Nothing can be judged";
  const known = cells.filter(({ judgement }) => settled(judgement));
  return known.length === cells.length
    ? "B is not slower"
    : `B is not slower in ${known.length} of ${cells.length} cells`;
}

/** What a reader must not take for the whole: empty where every cell is settled, or none. */
function partly({ cells }: RunsComparison): readonly string[] {
  const known = cells.filter(({ judgement }) => settled(judgement));
  const open = cells.length - known.length;
  if (open === 0 || known.length === 0) return [];
  const names = known.map(({ label, system }) => `${label} under ${systemTitle(system)}`);
  const which = names.length > 3 ? `${names.length} cells` : names.join(", ");
  const others = open === 1 ? "The other cell" : `Each of the other ${open} cells`;
  return [`Settled: ${which}. ${others} may be slower or faster.`];
}

/** Enough to recognise a digest or a long list. */
const short = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text);

/** What a reader must know of how A and B were measured. */
interface Circumstances {
  readonly who: string;
  readonly test: string;
  readonly caution: string;
  /** Where there are no differences besides the results. */
  readonly alike: string;
  /** The same where nothing was compared. */
  readonly unknown: string;
  readonly hasRelative: boolean;
}

const betweenRuns = ({ a, b, busier }: RunsComparison): Circumstances => ({
  who: `A: run ${a.runId}, ${a.startedAt}. B: run ${b.runId}, ${b.startedAt}.`,
  test: "Welch's t test on the log medians of blocks, with variances moderated over cells",
  caution:
    busier === undefined
      ? "A and B were measured at different times: a change of the machine is in B / A, not in the change of the ratios."
      : `Verdicts are on the ratios to the baseline, not on B / A: ${busier}. To judge the baseline, measure both side by side: npm run compare -- --interleave.`,
  alike: "None: same settings, machine, code and runtimes.",
  unknown: "None in settings, machine and code; the runtimes were not compared.",
  hasRelative: true,
});

const withinRun = (a: Compared, b: Compared): Circumstances => ({
  who: `A: ${a.system ?? ""}, the baseline. B: ${b.system ?? ""}. Both in run ${a.runId}, ${a.startedAt}.`,
  test: "a moderated t test on the paired log ratios of blocks",
  caution: "A and B were called in the same rounds, in random order, so changes of the machine affect both.",
  alike: "None: A and B ran the same binary in the same way.",
  unknown: "Not known: no function was measured under both A and B.",
  hasRelative: false,
});

/** `3 cells: 1 slower, 2 not settled.` */
function countsText(cells: readonly ComparedCell[]): string {
  const verdicts = ["slower", "faster", "negligible", "no difference", "not settled"] as const;
  const counts = verdicts.flatMap((verdict) => {
    const count = cells.filter(({ judgement }) => judgement.verdict === verdict).length;
    return count === 0 ? [] : [`${count} ${verdictWords[verdict] ?? verdict}`];
  });
  return `${cells.length} ${cells.length === 1 ? "cell" : "cells"}${counts.length === 0 ? "" : `: ${counts.join(", ")}`}.`;
}

const verdictWords: Partial<Record<Verdict, string>> = {
  negligible: "with a difference too small to matter",
  "no difference": "without a difference beyond noise",
};

export function comparisonDocument(comparison: RunsComparison): ReportDocument {
  const { a, b, cells, missing, differences } = comparison;
  const { who, test, caution, alike, unknown, hasRelative } =
    a.system === undefined ? betweenRuns(comparison) : withinRun(a, b);
  const table = {
    columns: withDetail(
      columns(
        "Function",
        "System",
        ">A ms",
        ">B ms",
        ">Blocks",
        ">B / A [95 %]",
        ...(hasRelative ? [">Of ratios to baseline"] : []),
        "Verdict",
      ),
      "Blocks",
      "Of ratios to baseline",
    ),
    rows: cells.map((cell) => [
      cell.label,
      systemTitle(cell.system),
      formatMs(cell.a.medianNs),
      formatMs(cell.b.medianNs),
      `${cell.a.blocks}, ${cell.b.blocks}`,
      changeText(cell.change),
      ...(hasRelative ? [changeText(cell.relative)] : []),
      verdictOf(cell),
    ]),
  };
  const sections: readonly Section[] = [
    {
      title: comparisonTitle(comparison),
      paragraphs: [
        who,
        ...partly(comparison),
        countsText(cells),
        `A cell is slower or faster if its difference is at least 3 %, larger than the noise floor, and significant at 5 % ` +
          `(${test}, after Holm's adjustment).`,
        caution,
      ],
      table,
    },
    ...(missing.length === 0 ? [] : [{ title: "Not compared", paragraphs: missing }]),
    differences.length === 0
      ? { title: "Differences besides the results", paragraphs: [cells.length === 0 ? unknown : alike] }
      : {
          title: "Differences besides the results",
          paragraphs: ["Each of them may be the cause of a change."],
          table: {
            columns: columns("Field", "A", "B"),
            rows: differences.map(({ field, before, after }) => [field, short(before), short(after)]),
          },
        },
  ];
  return { title: a.system === undefined ? "Comparison of two runs" : "Comparison within one run", sections };
}
