/** Operations of the operating system under every runtime, relative to the baseline. Pure. */
import { type JudgedRatio, judgeCells } from "../judge-cells.ts";
import { type OperationName, operationNames, type SystemCallRecord } from "../records/system-call-record.ts";
import { median } from "../stats/quantile.ts";
import { ratioOfPairs } from "../stats/ratio.ts";

/** For people, with the calls that the operation makes. */
export const operationTitles: Readonly<Record<OperationName, string>> = {
  getppid: "getppid",
  clock: "clock (vDSO)",
  stat: "stat",
  "open-close": "open, close",
  read: "read 64 B",
  write: "write 4 KB",
  fsync: "write, fsync",
  stdout: "write 1 B to stdout",
  map: "map 64 MB, touch a page",
  "page-faults": "map 64 MB, touch 257 pages",
  "event-loop": "event loop turn (epoll)",
  "thread-pool": "stat in another thread",
  "unix-socket": "Unix socket, 1 B there and back",
  connect: "connect, accept, close",
  "tcp-64": "TCP, 64 B there and back",
  "tcp-4k": "TCP, 4 KB there and back",
  "tcp-64k": "TCP, 64 KB there and back",
  "connect-out": "connect to the host, close",
  "tcp-out-64": "TCP, 64 B to the host and back",
  exec: "fork, exec, wait",
};

export interface OperationCell extends JudgedRatio {
  readonly operation: OperationName;
  readonly system: string;
  readonly blocks: number;
  /** Median over blocks of the medians of their batches; quartiles of all batches. ns. */
  readonly medianNs: number;
  readonly quartilesNs: readonly [number, number];
}

/** In the order of `operationNames`, then of the record's systems. Blocks are the unit of replication, as for latency. */
export function summariseSystemCalls(record: SystemCallRecord): readonly OperationCell[] {
  const { baseline, systems, series } = record;
  const raw = operationNames.flatMap((operation) =>
    systems.flatMap(({ name: system, aaOf }) => {
      const own = series.filter((one) => one.operation === operation && one.system === system);
      if (own.length === 0) return [];
      const reference = aaOf ?? baseline;
      const others = new Map(
        series
          .filter((one) => one.operation === operation && one.system === reference)
          .map(({ block, ns }) => [block, ns]),
      );
      const pairs = own.flatMap(({ block, ns }) => {
        const other = others.get(block);
        if (other === undefined) return [];
        return [{ block, treatedNs: ns, baselineNs: other, logRatios: [Math.log(median(ns) / median(other))] }];
      });
      const all = own.flatMap(({ ns }) => ns).toSorted((a, b) => a - b);
      const at = (share: number): number => all[Math.floor(share * (all.length - 1))] ?? NaN;
      return [
        {
          ...{ operation, system, label: operation, baseline, aaOf, imported: false, looks: 1 },
          ratio: system === reference ? undefined : ratioOfPairs(pairs, { seed: 0, resamples: 0 }),
          blocks: own.length,
          medianNs: median(own.map(({ ns }) => median(ns))),
          quartilesNs: [at(0.25), at(0.75)] as const,
        },
      ];
    }),
  );
  return judgeCells(raw);
}
