/** What guards saw and decided, as JSON lines: the source of traces and of the table of stages. */
import { createReadStream, createWriteStream } from "node:fs";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { KaliumError, messageOf } from "../../errors.ts";
import type { GuardEvent } from "../core/event.ts";
import type { VerdictRecord } from "../core/guard.ts";
import type { HookTimings } from "./hook-message.ts";

/** Durations inside the proxy, integer ns. */
export interface ProxyTimings {
  /** Normalising and encoding the event. */
  readonly eventConstructionNs: number;
  /** The local flow graph alone. */
  readonly localGuardNs: number;
  /** From asking the controller to its answer; 0 where it was not asked. */
  readonly controllerNs: number;
  /** From the event's arrival to its verdict, with the wait for earlier events of the instance. */
  readonly checkTotalNs: number;
}

export type LogLine =
  /** `id`: the hook's, counted anew for each `connection` of the instance. */
  | ({ readonly kind: "verdict"; readonly connection: number; readonly id: number } & VerdictRecord & ProxyTimings)
  | ({ readonly kind: "hook-timings"; readonly instanceId: string; readonly connection: number } & HookTimings);

export interface VerdictLog {
  write(line: LogLine): void;
  /** Resolves when all that was written can be read. @throws {KaliumError} E_RECORD */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** Appends to `path`; without one nothing is kept. @throws {KaliumError} E_RECORD when it cannot be opened */
export async function openVerdictLog(path: string | undefined): Promise<VerdictLog> {
  if (path === undefined) return { write: () => undefined, flush: async () => {}, close: async () => {} };
  const failed = (error: unknown): KaliumError =>
    new KaliumError("E_RECORD", `cannot write the guard's log ${path}: ${messageOf(error)}`, { cause: error });
  const stream = createWriteStream(path, { flags: "a", highWaterMark: 2 ** 20 });
  await once(stream, "open").catch((error: unknown) => {
    throw failed(error);
  });
  let failure: unknown;
  stream.on("error", (error) => (failure ??= error));
  const flush = (): Promise<void> =>
    new Promise((resolve, reject) => {
      if (failure !== undefined) reject(failed(failure));
      else stream.write("", (error) => (error ? reject(failed(error)) : resolve()));
    });
  return {
    write: (line) => void stream.write(`${JSON.stringify(line)}\n`),
    flush,
    close: async () => {
      await flush();
      await new Promise<void>((resolve) => stream.end(resolve));
    },
  };
}

/** @throws {KaliumError} E_RECORD for a line that is none, with its number */
export async function* readVerdictLog(path: string): AsyncGenerator<LogLine> {
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(path) })) {
    number++;
    try {
      yield JSON.parse(line) as LogLine; // written by `openVerdictLog`
    } catch (error) {
      throw new KaliumError("E_RECORD", `${path}, line ${number} is no JSON: was the run killed?`, { cause: error });
    }
  }
}

/** As the learner collects events to traces. The peer is not kept. */
export const observedEvent = (record: VerdictRecord): GuardEvent & { readonly requestId: string } => ({
  function: record.function,
  name: record.event,
  url: record.url,
  method: record.method,
  peerAddress: "",
  peerPort: 0,
  hasBody: false,
  sessionId: record.sessionId,
  instanceId: record.instanceId,
  requestId: record.requestId,
});
