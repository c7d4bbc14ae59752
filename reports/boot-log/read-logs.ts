/** Reads the logs of any number of sandboxes, one after the other. */
import { basename, relative, resolve } from "node:path";
import { RecordError } from "../records/record-error.ts";
import { type Series, seriesNames } from "../records/syscall-stages.ts";
import { concatenated } from "../records/syscall-rows.ts";
import { type CallCollector, type CollectorOptions, createCallCollector } from "./call-collector.ts";
import { findLogs } from "./find-logs.ts";
import { type ParsedLog, createBootLogParser } from "./parser.ts";
import { readFileChunks } from "./read-file.ts";
import { measurementTags } from "./tags.ts";
import { yearOfName } from "./timestamp.ts";

/** The log of one sandbox. */
export interface BootLog extends ParsedLog {
  /** Of the part written last, from the working directory. */
  readonly name: string;
  /** Unpacked, all parts. */
  readonly bytes: number;
  /** Packed parts that end early; what they hold was read. */
  readonly cutShort: readonly string[];
  readonly calls: Omit<CallCollector, "call" | "encrypt" | "total">;
}

export interface BootLogs {
  readonly logs: readonly BootLog[];
  /** Of all logs together, in the order of `seriesNames`; kinds without a call too. */
  readonly series: readonly Series[];
}

/**
 * `paths`: files and folders, see `findLogs`.
 * @throws {RecordError} a file that is absent, empty or unreadable, or no measurement and no whole call in all of them
 */
export async function readBootLogs(paths: readonly string[], options: CollectorOptions = {}): Promise<BootLogs> {
  const boot = await readSandboxes(paths, options);
  const { logs } = boot;
  const named = new Set(paths.map((path) => resolve(path)));
  const empty = logs.find(({ bytes, name }) => bytes === 0 && (named.has(resolve(name)) || logs.length === 1));
  if (empty !== undefined) {
    throw new RecordError(`${empty.name} is empty`, { hint: "Name the .boot log of a sandbox that has run." });
  }
  if (!hasCalls(boot) && !hasWholeCalls(logs)) throw nothingMeasured(logs);
  return boot;
}

/** Lines of totals: the artifact writes one for every socket write, and the stages only of those that it checks. */
export const hasWholeCalls = (logs: readonly BootLog[]): boolean =>
  logs.some((log) => log.calls.totals().some(({ calls }) => calls.length > 0));

export const hasCalls = ({ series }: BootLogs): boolean => series.some(({ calls }) => calls.length > 0);

/** As `readBootLogs`, but logs without a measurement are fine, and empty ones. @throws {RecordError} absent, unreadable */
export async function readSandboxes(paths: readonly string[], options: CollectorOptions = {}): Promise<BootLogs> {
  const logs: BootLog[] = [];
  for (const sandbox of await findLogs(paths)) logs.push(await readSandbox(sandbox.name, sandbox.files, options));
  const series = seriesNames.flatMap((name) => {
    const parts = logs.flatMap((log) => log.calls.series().filter((one) => one.name === name));
    const [first] = parts;
    return first === undefined ? [] : [{ ...first, calls: concatenated(parts.map(({ calls }) => calls)) }];
  });
  return { logs, series };
}

async function readSandbox(path: string, files: readonly string[], options: CollectorOptions): Promise<BootLog> {
  const collector = createCallCollector(options);
  const parser = createBootLogParser(collector, yearOfName(basename(path)));
  const cutShort: string[] = [];
  let bytes = 0;
  for (const file of files) {
    const name = shortest(file);
    parser.startFile(name);
    const read = await readFileChunks(file, parser.push);
    bytes += read.bytes;
    if (read.cutShort) cutShort.push(name);
  }
  return { ...parser.end(), name: shortest(path), bytes, cutShort, calls: collector };
}

/** As a user of this directory would type it. */
function shortest(path: string): string {
  const below = relative(process.cwd(), path);
  return below.startsWith("..") ? path : below;
}

function nothingMeasured(logs: readonly BootLog[]): RecordError {
  const exempt = logs.reduce((sum, log) => sum + log.calls.exempt(), 0);
  if (exempt > 0) {
    return new RecordError(`no guarded call: the guard was skipped for all ${exempt}`, {
      hint: "Leave out --guarded-only to see them",
    });
  }
  const lines = logs.reduce((sum, log) => sum + log.lines, 0);
  const malformed = logs.reduce((sum, log) => sum + log.malformed.count, 0);
  const where = logs.length === 1 ? (logs[0]?.name ?? "") : `${logs.length} logs`;
  const [first] = logs.flatMap((log) => log.malformed.first);
  const broken =
    malformed === 0
      ? ""
      : `, but ${malformed} malformed one${malformed === 1 ? "" : "s"}, the first in line ${first?.line ?? 0}: ${first?.reason ?? ""}`;
  return new RecordError(
    `no measurement line in ${where}${broken}; looked through ${lines} line${lines === 1 ? "" : "s"} for ` +
      measurementTags.map((tag) => `[${tag}]`).join(", "),
    {
      hint: "Name the .boot log of a sandbox under the artifact's runsc_kalium or runsc_microbench that sent a request.",
    },
  );
}
