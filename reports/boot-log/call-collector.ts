/** Gathers the durations of a log: one series per kind of call. */
import { type RowTable, type Rows, createRowTable } from "../records/syscall-rows.ts";
import { type CallStage, type Series, callStages } from "../records/syscall-stages.ts";
import type { LoggedEvent } from "./total-line.ts";

/** Whole calls, their transport included, of one syscall and event. */
export interface Totals {
  readonly name: "write" | "sendmsg";
  readonly event: LoggedEvent;
  readonly calls: Rows;
}

export interface CallCollector {
  /** The seven durations of `callStages`. */
  readonly call: (name: "write" | "sendmsg", durationsNs: Float64Array) => void;
  /** In the first element, as for `total`. */
  readonly encrypt: (ns: Float64Array) => void;
  readonly total: (name: "write" | "sendmsg", event: LoggedEvent, ns: Float64Array) => void;
  /** All three, empty ones too. */
  readonly series: () => readonly Series[];
  readonly totals: () => readonly Totals[];
  /** From the check's log line to the end of the transport, ns, per `GETE` write whose total follows its measurement. */
  readonly transport: Rows;
  /** Calls whose guard was skipped (controller and local guard `0s`), in the series or not. */
  readonly exempt: () => number;
}

export interface CollectorOptions {
  /** Leave out calls whose guard was skipped. */
  readonly guardedOnly?: boolean;
}

const stageIndex = (stage: CallStage): number => callStages.indexOf(stage);
const [controller, localGuard, syscallTotal] = (["controller", "localGuard", "syscallTotal"] as const).map(stageIndex);

export function createCallCollector({ guardedOnly = false }: CollectorOptions = {}): CallCollector {
  const calls = { write: createRowTable(callStages.length), sendmsg: createRowTable(callStages.length) };
  const encrypt = createRowTable(1);
  const totals = { write: new Map<LoggedEvent, RowTable>(), sendmsg: new Map<LoggedEvent, RowTable>() };
  const transport = createRowTable(1);
  const rest = new Float64Array(1);
  let exempt = 0;
  let checkedNs = -1; // of the write just measured, until its total line

  return {
    call(name, durationsNs) {
      checkedNs = name === "write" ? (durationsNs[syscallTotal ?? NaN] ?? -1) : -1;
      const skipped = durationsNs[controller ?? NaN] === 0 && durationsNs[localGuard ?? NaN] === 0;
      if (skipped) exempt += 1;
      if (!skipped || !guardedOnly) calls[name].push(durationsNs);
    },
    encrypt: encrypt.push,
    total(name, event, ns) {
      let own = totals[name].get(event);
      if (own === undefined) totals[name].set(event, (own = createRowTable(1)));
      own.push(ns);
      if (name !== "write") return;
      rest[0] = (ns[0] ?? 0) - checkedNs;
      if (event === "GETE" && checkedNs >= 0 && rest[0] >= 0) transport.push(rest);
      checkedNs = -1;
    },
    series: () => [
      { name: "write", stages: callStages, calls: calls.write },
      { name: "sendmsg", stages: callStages, calls: calls.sendmsg },
      { name: "encrypt", stages: ["encrypt"], calls: encrypt },
    ],
    totals: () =>
      (["write", "sendmsg"] as const).flatMap((name) =>
        [...totals[name]].map(([event, table]) => ({ name, event, calls: table })),
      ),
    transport,
    exempt: () => exempt,
  };
}
