import type { Section } from "../tables/document.ts";
import type { InvocationVerdicts } from "../records/syscall-record.ts";
import { minimumCount } from "../stats/quantile.ts";
import { formatUs } from "../tables/numbers.ts";
import type { SyscallMeasurement } from "./measurement.ts";
import { reconciliation, stageTable } from "./stage-table.ts";
import type { SeriesName, SyscallSource } from "../records/syscall-stages.ts";
import type { SeriesSummary } from "./summary.ts";

const seriesTitles: Readonly<Record<SeriesName, string>> = {
  invocation: "Verdicts on invocations, before the call is handed on",
  write: "Guarded writes (write, writev)",
  sendmsg: "Guarded sends (send, sendto, sendmsg, sendmmsg)",
  encrypt: "AES-GCM encryption of TLS records",
};

const meaning: Readonly<Record<SyscallSource, string>> = {
  "boot-log":
    "What the artifact's runtime timed. Its local guard is a fixed loop of 1000 steps and a log line, not a policy " +
    "check, and its syscall total ends before the network write.",
  "embedded-guard":
    "What the embedded guard timed itself: its hook in the function's process, its proxy outside. The rest of the check " +
    "is mostly the path between the two; where a verdict comes with its call, it is the wait in the gateway, and a " +
    "decision that the guard foresees counts as 0, because it is made after the call has left.",
};

/** How many verdicts came with their call, and how many of them before they were decided. */
function verdictsText({ foreseen, decided, asked }: InvocationVerdicts): string {
  const came = foreseen + decided;
  if (came === 0) return asked === 0 ? "" : `The hook asked for every verdict on an invocation (${asked}).`;
  const which = asked === 0 ? `All ${came}` : `${came} of ${came + asked}`;
  const rest = asked === 0 ? "" : ` The hook asked for the other ${asked}.`;
  return `${which} verdicts on invocations came with their call: ${foreseen} foreseen, ${decided} decided first.${rest}`;
}

const briefNames: Readonly<Record<SeriesName, string>> = {
  invocation: "invocation",
  write: "write",
  sendmsg: "send",
  encrypt: "encryption",
};

/** `Waits for verdicts: 17.4 µs per invocation (median of 98), 310 µs per write (median of 1204).` Nothing where there are too few of each. */
function waitsText(summaries: readonly SeriesSummary[]): string {
  const checks = summaries.flatMap(({ name, n, stages: { checkTotal } }) =>
    checkTotal === undefined || n < minimumCount(0.5) ? [] : [{ name, n, medianNs: checkTotal.medianNs }],
  );
  const texts = checks.map(
    ({ name, n, medianNs }) => `${formatUs(medianNs)} µs per ${briefNames[name]} (median of ${n})`,
  );
  return texts.length === 0 ? "" : `Waits for verdicts: ${texts.join(", ")}. `;
}

/** A section per series, and first what all have in common. The embedded guard's tables are for the report alone: any run with Kalium has them. */
export function syscallSections(measurement: SyscallMeasurement): readonly Section[] {
  const { title, source, producer, summaries, notes, invocationVerdicts } = measurement;
  const verdicts = invocationVerdicts === undefined ? "" : verdictsText(invocationVerdicts);
  const brief = source === "embedded-guard" ? `${waitsText(summaries)}${verdicts}`.trim() : "";
  return [
    {
      title: `Guarded calls: ${title}`,
      ...(brief !== "" && { brief }),
      paragraphs: [
        ...(brief === "" ? [] : [brief]),
        `${meaning[source]} Timed by: ${producer}.`,
        "n: calls; none is dropped. A median is quoted from 6 calls on, p95 from 59. SD: of the sample. Share: of the " +
          "sum over all calls. Rest: the total minus its parts, per call.",
        ...notes,
      ],
    },
    ...summaries.map((series) => ({
      title: `${seriesTitles[series.name]}: ${title}`,
      paragraphs: reconciliation(series),
      table: stageTable(series),
      ...(source === "embedded-guard" && { inReportOnly: true as const }),
    })),
  ];
}
