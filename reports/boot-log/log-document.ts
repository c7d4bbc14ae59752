/** Everything that boot logs say, as a report. */
import { measurementOf } from "../syscalls/measurement.ts";
import { syscallSections } from "../syscalls/sections.ts";
import { sourceTitles } from "../records/syscall-stages.ts";
import { type ReportDocument, tabled } from "../tables/document.ts";
import { artifactSection } from "./artifact-section.ts";
import { logsTable, malformedTable, sandboxTable, totalsTable } from "./log-tables.ts";
import { type BootLog, type BootLogs, hasWholeCalls } from "./read-logs.ts";

export const logMeasurement = ({ logs, series }: BootLogs) =>
  measurementOf({
    title: sourceTitles["boot-log"],
    source: "boot-log",
    producer: producerOf(logs),
    series,
    notes: notesOf(logs),
  });

export function logDocument(boot: BootLogs): ReportDocument {
  const { logs } = boot;
  const measurement = logMeasurement(boot);
  return {
    title: "Per-syscall overhead",
    sections: [
      ...syscallSections(measurement),
      tabled("Whole calls, with their transport", totalsTable(logs), {
        none: "The logs have no line of totals.",
        some: "By event of the guard. Transport only: total line minus the syscall total of the check before it.",
      }),
      artifactSection(measurement, malformedMeasurements(logs)),
      { title: "Logs", table: logsTable(logs) },
      { title: "Sandboxes", table: sandboxTable(logs) },
      tabled("Malformed lines", malformedTable(logs), { none: "None.", some: malformedText(logs) }),
    ],
  };
}

const malformedIn = (logs: readonly BootLog[]): number => logs.reduce((sum, log) => sum + log.malformed.count, 0);

/** Of calls and encryptions, which the artifact's script would read, too. */
export const malformedMeasurements = (logs: readonly BootLog[]): number =>
  logs.reduce((sum, log) => sum + log.malformed.measurements, 0);

/** Versions that the logs name, each once. */
export const producerOf = (logs: readonly BootLog[]): string => {
  const versions = new Set(logs.flatMap(({ facts }) => facts.header["version"] ?? []));
  return versions.size === 0 ? "a runtime that did not log its version" : [...versions].join(", ");
};

const noStages =
  "No stages: the runtime times those of writes that begin with GET, and of TLS records from its instrumented library. " +
  "Whole calls were timed.";

/** What a reader must know before believing the numbers. */
export function notesOf(logs: readonly BootLog[]): readonly string[] {
  const malformed = malformedIn(logs);
  const lost = logs.reduce((sum, log) => sum + log.droppedMessages, 0);
  const exempt = logs.reduce((sum, log) => sum + log.calls.exempt(), 0);
  const cut = logs.flatMap((log) => log.cutShort);
  const stages = logs.some(({ calls }) => calls.series().some((one) => one.calls.length > 0));
  return [
    ...(stages || !hasWholeCalls(logs) ? [] : [noStages]),
    ...(malformed === 0 ? [] : [`${malformed} malformed measurement line${malformed === 1 ? "" : "s"} not counted.`]),
    ...(lost === 0 ? [] : [`The runtime could not write ${lost} log messages: calls may be missing.`]),
    ...(exempt === 0 ? [] : [`The guard was skipped for ${exempt} calls (controller and local guard 0s).`]),
    ...cut.map((file) => `${file} ends early: only what it holds was read.`),
  ];
}

function malformedText(logs: readonly BootLog[]): string {
  const shown = logs.reduce((sum, log) => sum + log.malformed.first.length, 0);
  return `${malformedIn(logs)} in all, ${shown} shown. They are in no statistic.`;
}
