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
  /** Received and sent, of a call, in packets of 1 kB; default: 20. */
  readonly kilobytes?: number;
}

const windowNs = 2e9;
const idleNs = 400e6;

/** A tenth for the network, a fifth each to create and for the runtime, two fifths for the program. */
function startOf(startNs: number): Pick<SystemPrice, "startNs" | "startStages"> {
  const tenth = Math.round(startNs / 10);
  const stages = { networkNs: tenth, createNs: 2 * tenth, runtimeNs: 2 * tenth, programNs: 4 * tenth };
  return { startNs, startStages: { ...stages, answerNs: startNs - 9 * tenth } };
}

/** @param change of what a block's record says, by system and block */
export function withPrice(
  record: LatencyRecord,
  truths: Readonly<Record<string, TruePrice>>,
  change: (own: SystemPrice, block: number) => SystemPrice | undefined = (own) => own,
): LatencyRecord {
  const random = seededRandom(record.plan.seed + 99);
  const ofNetwork = seededRandom(record.plan.seed + 100); // of its own, so that the others' values do not depend on it
  const spread = (draw: () => number, value: number): number =>
    Math.round(value * Math.exp(0.02 * (draw() + draw() - 1)));
  const around = (value: number): number => spread(random, value);
  const blocks = record.blocks.map((entry) => {
    const measured = record.samples.filter(({ block, phase }) => block === entry.block && phase === "measured");
    const systems = Object.entries(truths).flatMap(([system, { cpuMs, idle, memoryMb, startMs, kilobytes = 20 }]) => {
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
            ...startOf(around(startMs * 1e6)),
            receivedBytes: spread(ofNetwork, own.length * kilobytes * 750),
            sentBytes: spread(ofNetwork, own.length * kilobytes * 250),
            receivedPackets: spread(ofNetwork, (own.length * kilobytes) / 2),
            sentPackets: spread(ofNetwork, (own.length * kilobytes) / 2),
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
