/** Policies and traces from files that a user names. */
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { createInterface } from "node:readline";
import { KaliumError, messageOf } from "../errors.ts";
import { maxPolicyBytes } from "../kalium/core/policy-json.ts";
import { type Policy, parsePolicy } from "../kalium/core/policy.ts";
import type { ObservedEvent, Trace } from "../kalium/learn/trace.ts";
import { readCtrLogLine } from "../kalium/learn/ctr-log.ts";
import { type CollectOptions, collectTraces } from "../kalium/learn/trace.ts";
import { traceReader } from "../kalium/learn/trace-file.ts";
import type { Normalisation } from "../kalium/core/normalise.ts";

/** @throws {KaliumError} E_CONFIG for a file that cannot be read, E_POLICY for what is no policy */
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
  /** For logs of `ctr`, whose URLs are not normalised; a trace file says its own. */
  readonly normalise: Normalisation;
}

/** A trace file, or a log of the artifact's `ctr`: the first character tells. @throws {KaliumError} E_CONFIG, E_POLICY */
export async function readTraces(path: string, options: ReadTracesOptions): Promise<ReadTraces> {
  let reader: ReturnType<typeof traceReader> | undefined;
  const traces: Trace[] = [];
  const events: ObservedEvent[] = [];
  const problems: string[] = [];
  let number = 0;
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity });
  try {
    for await (const line of lines) {
      number++;
      if (number === 1 && line.startsWith("{")) reader = traceReader(path);
      if (reader !== undefined) {
        const trace = reader.line(line);
        if (trace !== undefined) traces.push(trace);
        continue;
      }
      const { event, problem } = readCtrLogLine(line, options.normalise);
      if (event !== undefined) events.push(event);
      if (problem !== undefined) problems.push(`${path}, line ${number}: ${problem}`);
    }
  } catch (error) {
    throw error instanceof KaliumError ? error : unreadable(path)(error);
  }
  if (reader !== undefined) return { traces, normalise: reader.head().normalise, problems };
  return { traces: collectTraces(events, options), normalise: options.normalise, problems };
}

const unreadable =
  (path: string) =>
  (cause: unknown): never => {
    throw new KaliumError("E_CONFIG", `cannot read ${path}: ${messageOf(cause)}`, {
      hint: "name an existing file",
      cause,
    });
  };
