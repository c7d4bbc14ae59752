/** What guards saw and decided, as JSON lines: the source of traces and of the table of stages. */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { KaliumError } from "../../base/errors.ts";
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

export type VerdictLogLine =
  /** `id`: the hook's, counted separately for each `connection` of the instance. */
  | ({
      readonly kind: "verdict";
      readonly connection: number;
      readonly id: number;
      /** The call has not waited for the decision, but `checkTotalNs` alone. */
      readonly foreseen?: true;
    } & VerdictRecord &
      ProxyTimings)
  | ({ readonly kind: "hook-timings"; readonly instanceId: string; readonly connection: number } & HookTimings);

/**
 * `start`: the byte to begin at, which begins a line.
 * @throws {KaliumError} E_RECORD for a malformed line, with its number
 */
export async function* readVerdictLog(path: string, { start = 0 } = {}): AsyncGenerator<VerdictLogLine> {
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(path, { start }) })) {
    number++;
    try {
      yield JSON.parse(line) as VerdictLogLine; // written by the proxy of this checkout
    } catch (error) {
      throw new KaliumError("E_RECORD", `${path}, line ${number} is not JSON: was the run killed?`, { cause: error });
    }
  }
}
