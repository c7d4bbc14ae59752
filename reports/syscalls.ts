/** Per-syscall overhead from boot logs: the door that the command `syscalls` uses. */
import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { malformedText } from "./boot-log/artifact-section.ts";
import { artifactStatistics, artifactText } from "./boot-log/artifact-statistics.ts";
import { logDocument, logMeasurement, malformedMeasurements } from "./boot-log/log-document.ts";
import { recordOfLogs } from "./boot-log/log-record.ts";
import { wholeCalls } from "./boot-log/log-tables.ts";
import { type BootLogs, hasCalls } from "./boot-log/read-logs.ts";
import { toMarkdown } from "./formats/markdown.ts";
import { toPlain } from "./formats/plain.ts";
import { RecordError, textOf } from "./records/record-error.ts";
import { toJson } from "./formats/to-json.ts";
import { syscallsObject, syscallsToCsv } from "./syscalls/formats.ts";
import { summariseStages } from "./syscalls/summary.ts";

export { RecordError } from "./records/record-error.ts";
export { notesOf } from "./boot-log/log-document.ts";
export { type BootLogs, readBootLogs } from "./boot-log/read-logs.ts";

export const syscallFormats = ["plain", "json", "csv", "markdown"] as const;
export type SyscallFormat = (typeof syscallFormats)[number];

const texts: Readonly<Record<SyscallFormat, (logs: BootLogs) => string>> = {
  plain: (logs) => toPlain(logDocument(logs)),
  json: ({ logs, series }) =>
    toJson({ ...syscallsObject(series.map((one) => summariseStages(one))), wholeCalls: wholeCalls(logs) }),
  csv: (logs) => syscallsToCsv([logMeasurement(logs)]),
  markdown: (logs) => toMarkdown(logDocument(logs)),
};

export const formatSyscalls = (logs: BootLogs, format: SyscallFormat): string => texts[format](logs);

/**
 * The statistics as the artifact's script prints them, wrong where it is wrong. `corrected`: with the encryption's own
 * label. @throws {RecordError} on these logs the script ends with an error, or it is unknown what it prints
 */
export function artifactSyscalls({ logs, series }: BootLogs, corrected: boolean): string {
  const statistics = artifactStatistics(series, { corrected });
  const malformed = malformedMeasurements(logs);
  let refusal: string | undefined;
  if (statistics.raises !== undefined) refusal = `the artifact's script prints no statistic: ${statistics.raises}`;
  else if (logs.some(({ formats }) => formats.json + formats["json-k8s"] > 0)) {
    refusal = "the artifact's script reads text logs only";
  } else if (malformed > 0) refusal = malformedText(malformed);
  if (refusal === undefined) return artifactText(statistics);
  throw new RecordError(refusal, { hint: "Leave out --upstream: the tables read every duration" });
}

/** Writes `syscalls.{md,csv,json,svg,png,pdf,vl.json}`; returns their paths. @throws {RecordError} */
export async function writeSyscallFiles(logs: BootLogs, folder: string): Promise<readonly string[]> {
  const [{ writeFileAtomic }, { syscallPictures }] = await Promise.all([
    import("./records/json-file.ts"),
    import("./syscalls/pictures.ts"),
  ]);
  const staged = hasCalls(logs);
  const contents = {
    "syscalls.md": toMarkdown(logDocument(logs), staged ? "syscalls.svg" : undefined),
    "syscalls.csv": formatSyscalls(logs, "csv"),
    "syscalls.json": formatSyscalls(logs, "json"),
    ...(staged && (await syscallPictures([logMeasurement(logs)]))),
  };
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new RecordError(`cannot create ${folder}: ${textOf(cause)}`, { hint: "Choose a writable folder.", cause });
  });
  const paths = Object.keys(contents).map((name) => join(folder, name));
  await Promise.all(Object.values(contents).map((content, index) => writeFileAtomic(paths[index] ?? "", content)));
  return paths;
}

/** Adds the samples to a results folder, so that its report draws them. @throws {RecordError} it is none */
export async function addSyscallRecord(logs: BootLogs, resultsFolder: string): Promise<string> {
  if (!hasCalls(logs)) {
    throw new RecordError("these logs have no stages to record, only whole calls", { hint: "Leave out --record" });
  }
  const [{ readRun, sealRun, writeSyscalls }, { verifyRecords }] = await Promise.all([
    import("./records/store.ts"),
    import("./records/integrity.ts"),
  ]);
  const run = await readRun(resultsFolder);
  await verifyRecords(resultsFolder, run);
  const [first] = logs.logs;
  const name = basename(first?.name ?? "boot").replaceAll(/[^\w.-]/g, "-");
  await writeSyscalls(resultsFolder, recordOfLogs(logs, { runId: run.runId, name }));
  if (run.records !== undefined) await sealRun(resultsFolder, {});
  return join(resultsFolder, `syscalls.${name}.json`);
}
