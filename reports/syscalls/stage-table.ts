import { type Table, columns, withDetail } from "../tables/document.ts";
import { dash, formatUs } from "../tables/numbers.ts";
import { minimumCount } from "../stats/quantile.ts";
import { type SyscallStage, stageTitles, stages } from "../records/syscall-stages.ts";
import type { Rest, SeriesSummary, Summary } from "./summary.ts";

/** A row per stage in the order of the pipeline; before each total, what its parts leave over. */
export function stageTable({ stages: timed, rests }: SeriesSummary): Table {
  const wholeNs = timed.syscallTotal?.sumNs ?? timed.checkTotal?.sumNs;
  /** The check does not include what comes before it. */
  const isPart = (stage: SyscallStage): boolean =>
    timed.syscallTotal !== undefined || ["controller", "localGuard", "checkTotal"].includes(stage);
  const rows = stages.flatMap((stage) => {
    const summary = timed[stage];
    if (summary === undefined) return [];
    const rest = rests.find(({ total }) => total === stage);
    return [
      ...(rest === undefined ? [] : [row(`rest of the ${restTitles[rest.total]}`, rest.summary, wholeNs)]),
      row(stageTitles[stage], summary, wholeNs, isPart(stage)),
    ];
  });
  return {
    columns: withDetail(
      columns(
        "Stage",
        ">n",
        ">Min µs",
        ">Median µs",
        ">Mean µs",
        ">p95 µs",
        ">Max µs",
        ">SD µs",
        ...(wholeNs === undefined ? [] : [">Share"]),
      ),
      ...["Min µs", "Max µs", "SD µs"],
    ),
    rows,
  };
}

const restTitles: Readonly<Record<Rest["total"], string>> = { checkTotal: "check", syscallTotal: "syscall" };

function row(title: string, summary: Summary, wholeNs: number | undefined, isPart = true): readonly string[] {
  const { n, minNs, medianNs, meanNs, p95Ns, maxNs, sdNs, sumNs } = summary;
  return [
    title,
    String(n),
    formatUs(minNs),
    n < minimumCount(0.5) ? dash : formatUs(medianNs),
    formatUs(meanNs),
    n < minimumCount(0.95) ? dash : formatUs(p95Ns),
    formatUs(maxNs),
    sdNs === null ? dash : formatUs(sdNs),
    ...(wholeNs === undefined ? [] : [isPart ? percent(sumNs / wholeNs) : dash]),
  ];
}

const percent = (share: number): string => `${(100 * share).toFixed(Math.abs(share) < 0.0995 ? 2 : 1)} %`;

/** How much of each total its parts explain, and calls that contradict it. */
export function reconciliation({ n, stages: timed, rests }: SeriesSummary): readonly string[] {
  return rests.map(({ total, parts, summary, negative }) => {
    const explained = 1 - summary.sumNs / (timed[total]?.sumNs ?? NaN);
    const list = parts.map((stage) => stageTitles[stage]).join(", ");
    const violations = negative === 0 ? "in no call" : `in ${negative} of ${n} calls`;
    return (
      `The parts (${list}) explain ${(100 * explained).toFixed(1)} % of the ${stageTitles[total]}; ` +
      `they exceed it ${violations}.`
    );
  });
}
