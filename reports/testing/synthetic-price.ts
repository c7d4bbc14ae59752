/** Prices with known truths for synthetic records: what a system costs relative to gVisor's. */
import type { BlockPrice, SystemPrice } from "../records/price-record.ts";
import type { LatencyRecord } from "../records/record.ts";
import { seededRandom } from "../stats/random.ts";

export interface TruePrice {
  readonly cpuMs: number;
  /** Processor time of waiting sandboxes, ms per s. */
  readonly idle: number;
  readonly memoryMb: number;
  readonly startMs: number;
}

const windowNs = 2e9;
const idleNs = 400e6;

/** @param change of what a block's record says, by system and block */
export function withPrice(
  record: LatencyRecord,
  truths: Readonly<Record<string, TruePrice>>,
  change: (own: SystemPrice, block: number) => SystemPrice | undefined = (own) => own,
): LatencyRecord {
  const random = seededRandom(record.plan.seed + 99);
  const around = (value: number): number => Math.round(value * Math.exp(0.02 * (random() + random() - 1)));
  const blocks = record.blocks.map((entry) => {
    const measured = record.samples.filter(({ block, phase }) => block === entry.block && phase === "measured");
    const systems = Object.entries(truths).flatMap(([system, { cpuMs, idle, memoryMb, startMs }]) => {
      const own = measured.filter((sample) => sample.system === system);
      const busyNs = own.reduce((sum, { latencyNs }) => sum + latencyNs, 0);
      const waitingNs = Math.max(0, windowNs - busyNs);
      return (
        change(
          {
            ...{ system, calls: own.length, instances: 1 },
            cpuNs: around(own.length * cpuMs * 1e6) + Math.round((waitingNs * idle) / 1e3),
            idleCpuNs: Math.round((idleNs * idle) / 1e3),
            startedBytes: around(memoryMb * 0.9e6),
            afterBytes: around(memoryMb * 1e6),
            peakBytes: around(memoryMb * 1.2e6),
            startNs: around(startMs * 1e6),
          },
          entry.block,
        ) ?? []
      );
    });
    const price: BlockPrice = {
      source: "cgroup-v1",
      reads: [
        { at: "started", startedAtNs: 0, tookNs: 1e5 },
        { at: "before", startedAtNs: 1e9, tookNs: 1e5 },
        { at: "after", startedAtNs: 1e9 + windowNs, tookNs: 1e5 },
        { at: "idle", startedAtNs: 1e9 + windowNs + idleNs, tookNs: 1e5 },
      ],
      systems,
      shared: [{ part: "gateway", calls: measured.length, cpuNs: measured.length * 600_000 }],
    };
    return { ...entry, price };
  });
  return { ...record, blocks };
}
