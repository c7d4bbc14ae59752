/** Policies and traces from files that a user names. */
import { open, readFile, stat } from "node:fs/promises";
import { fileReasonOf, KaliumError } from "../base/errors.ts";
import type { Normalisation } from "../kalium/core/normalise.ts";
import { maxPolicyBytes } from "../kalium/core/policy-json.ts";
import { type Policy, parsePolicy } from "../kalium/core/policy.ts";
import { readCtrLogLine } from "../kalium/learn/ctr-log.ts";
import { type GuardLogLine, readGuardLogLine } from "../kalium/learn/guard-log.ts";
import { type CollectOptions, type ObservedEvent, type Trace, collectTraces } from "../kalium/learn/trace.ts";
import { traceReader } from "../kalium/learn/trace-file.ts";

/** @throws {KaliumError} E_CONFIG for a file that cannot be read, E_POLICY for a file that is not a policy */
export async function readPolicy(path: string): Promise<Policy> {
  const sizeBytes = await stat(path).then(({ size }) => size, unreadable(path));
  if (sizeBytes > maxPolicyBytes) {
    throw new KaliumError(
      "E_POLICY",
      `${path} has ${sizeBytes} bytes, more than a policy may have (${maxPolicyBytes})`,
    );
  }
  return parsePolicy(await readFile(path, "utf8").catch(unreadable(path)), path);
}

export interface ReadTraces {
  readonly traces: readonly Trace[];
  readonly normalise: Normalisation;
  /** Lines of a log that report an event and cannot be read. */
  readonly problems: readonly string[];
}

export interface ReadTracesOptions extends CollectOptions {
  /** For logs, which do not say what of a URL counts; a trace file does. */
  readonly normalise: Normalisation;
  /** Of our guards' logs: leave out requests of which an event was denied, and report how many. */
  readonly withoutDenied?: boolean;
}

/**
 * A trace file, the log of our guards, or a log of the artifact's `ctr`: the first line tells.
 * @throws {KaliumError} E_CONFIG for a file that cannot be read, E_POLICY for an invalid trace file
 */
export async function readTraces(path: string, options: ReadTracesOptions): Promise<ReadTraces> {
  await using file = await open(path).catch(unreadable(path));
  let collecting: Collecting | undefined;
  try {
    for await (const line of file.readLines()) {
      collecting ??= collectingFor(line, path, options);
      collecting.line(line);
    }
  } catch (error) {
    throw error instanceof KaliumError ? error : unreadable(path)(error);
  }
  return (collecting ?? fromLog(readCtrLogLine, path, options)).end();
}

interface Collecting {
  line(of: string): void;
  end(): ReadTraces;
}
type ReadLine = (line: string, normalise: Normalisation) => GuardLogLine;

function collectingFor(head: string, path: string, options: ReadTracesOptions): Collecting {
  if (head.startsWith('{"schema"')) return fromTraceFile(path);
  return fromLog(head.startsWith("{") ? readGuardLogLine : readCtrLogLine, path, options);
}

function fromTraceFile(path: string): Collecting {
  const reader = traceReader(path);
  const traces: Trace[] = [];
  return {
    line(of) {
      const trace = reader.line(of);
      if (trace !== undefined) traces.push(trace);
    },
    end: () => ({ traces, normalise: reader.head().normalise, problems: [] }),
  };
}

function fromLog(read: ReadLine, path: string, options: ReadTracesOptions): Collecting {
  const events: ObservedEvent[] = [];
  const deniedSessions = new Set<string>();
  const problems: string[] = [];
  let number = 0;
  return {
    line(of) {
      number++;
      const { event, denied, problem } = read(of, options.normalise);
      if (event !== undefined) events.push(event);
      if (event !== undefined && denied === true) deniedSessions.add(event.sessionId);
      if (problem !== undefined) problems.push(`${path}, line ${number}: ${problem}`);
    },
    end() {
      const left = options.withoutDenied === true ? deniedSessions : new Set<string>();
      if (left.size > 0) problems.push(`${path}: ${left.size} requests with a denied event are left out`);
      const kept = events.filter(({ sessionId }) => !left.has(sessionId));
      const { beginsAt } = options;
      if (beginsAt && !kept.some((event) => event.function === beginsAt.function && event.name === beginsAt.name)) {
        problems.push(`${path}: no event matches --begins-at "${beginsAt.function} ${beginsAt.name}"`);
      }
      return { traces: collectTraces(kept, options), normalise: options.normalise, problems };
    },
  };
}

const unreadable =
  (path: string) =>
  (cause: unknown): never => {
    throw new KaliumError("E_CONFIG", `cannot read ${path}: ${fileReasonOf(cause)}`, {
      hint: "Name an existing file.",
      cause,
    });
  };
