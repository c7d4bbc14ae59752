/** What a block's record says of the price of a system, one value per metric and block. Pure. */
import type { BlockPrice, PriceRead, StagesOfStart, SystemPrice } from "../records/price-record.ts";
import type { LatencyRecord } from "../records/record.ts";
import { blockVoids } from "../records/voids.ts";
import { amount, latency, type Sides } from "../stats/words.ts";

/** Parts of a start, in their order. */
export const stageMetrics = ["startNetwork", "startCreate", "startRuntime", "startProgram", "startAnswer"] as const;
/** What a function's table has. */
export const ownMetrics = [
  ...(["cpu", "idle", "startedMemory", "afterMemory", "peakMemory", "start"] as const),
  ...(["networkBytes", "networkPackets"] as const),
] as const;
export const metricNames = [...ownMetrics, ...stageMetrics] as const;
export type MetricName = (typeof metricNames)[number];
export type StageMetric = (typeof stageMetrics)[number];

export interface Metric {
  /** As the rows and columns of tables are called. */
  readonly title: string;
  readonly unit: "ns" | "ns/s" | "bytes" | "bytes/call" | "packets/call";
  /** What more and less of it is called. */
  readonly sides: Sides;
}

export const metrics: Readonly<Record<MetricName, Metric>> = {
  cpu: { title: "CPU per call", unit: "ns", sides: amount },
  idle: { title: "CPU while idle", unit: "ns/s", sides: amount },
  startedMemory: { title: "Memory at start", unit: "bytes", sides: amount },
  afterMemory: { title: "Memory", unit: "bytes", sides: amount },
  peakMemory: { title: "Peak memory", unit: "bytes", sides: amount },
  start: { title: "Start", unit: "ns", sides: latency },
  networkBytes: { title: "Bytes per call", unit: "bytes/call", sides: amount },
  networkPackets: { title: "Packets per call", unit: "packets/call", sides: amount },
  startNetwork: { title: "Network", unit: "ns", sides: latency },
  startCreate: { title: "Create", unit: "ns", sides: latency },
  startRuntime: { title: "Runtime", unit: "ns", sides: latency },
  startProgram: { title: "Program", unit: "ns", sides: latency },
  startAnswer: { title: "First answer", unit: "ns", sides: latency },
};

/** A metric's value in each sound block of a system, in the order of the blocks; blocks that do not say it are left out. */
export function blockValues(record: LatencyRecord, system: string, metric: MetricName): ReadonlyMap<number, number> {
  const values = record.blocks.flatMap(({ block, price }): [number, number][] => {
    const own = price?.systems.find((one) => one.system === system);
    if (price === undefined || own === undefined || blockVoids(record, system, block).length > 0) return [];
    const value = valueOf[metric](own, price, () => busyNs(record, system, block));
    return value === undefined ? [] : [[block, value]];
  });
  return new Map(values);
}

type Value = (own: SystemPrice, price: BlockPrice, busy: () => number) => number | undefined;

const valueOf: Readonly<Record<MetricName, Value>> = {
  cpu: (own, price, busy) => {
    const idleShare = idleShareOf(own, price);
    const windowNs = own.cpuWindowNs ?? betweenNs(price, "before", "after");
    if (own.cpuNs === undefined || idleShare === undefined || windowNs === undefined) return undefined;
    return (own.cpuNs - idleShare * Math.max(0, windowNs - busy())) / own.calls;
  },
  idle: (own, price) => {
    const share = idleShareOf(own, price);
    return share === undefined ? undefined : (share * 1e9) / own.instances;
  },
  startedMemory: ({ startedBytes }) => startedBytes,
  afterMemory: ({ afterBytes }) => afterBytes,
  peakMemory: ({ peakBytes }) => peakBytes,
  start: ({ startNs }) => startNs,
  networkBytes: ({ receivedBytes, sentBytes, calls }) => perCall(receivedBytes, sentBytes, calls),
  networkPackets: ({ receivedPackets, sentPackets, calls }) => perCall(receivedPackets, sentPackets, calls),
  startNetwork: stage("networkNs"),
  startCreate: stage("createNs"),
  startRuntime: stage("runtimeNs"),
  startProgram: stage("programNs"),
  startAnswer: stage("answerNs"),
};

function stage(part: keyof StagesOfStart): Value {
  return ({ startStages }) => startStages?.[part];
}

/** Of both directions. */
const perCall = (received: number | undefined, sent: number | undefined, calls: number): number | undefined =>
  received === undefined || sent === undefined ? undefined : (received + sent) / calls;

/** Processors that a system's sandboxes keep busy while nobody calls them: gVisor's sentry never rests entirely. */
function idleShareOf({ idleCpuNs, idleWindowNs }: SystemPrice, price: BlockPrice): number | undefined {
  const idleNs = idleWindowNs ?? betweenNs(price, "after", "idle");
  return idleCpuNs === undefined || !idleNs ? undefined : idleCpuNs / idleNs;
}

function betweenNs({ reads }: BlockPrice, from: PriceRead, to: PriceRead): number | undefined {
  const [start, end] = [from, to].map((wanted) => reads.find(({ at }) => at === wanted)?.startedAtNs);
  return start === undefined || end === undefined || end <= start ? undefined : end - start;
}

const sums = new WeakMap<LatencyRecord, ReadonlyMap<string, number>>();

/** How long the measured calls of a system took in a block, all together; the rest of the time its sandboxes waited. */
function busyNs(record: LatencyRecord, system: string, block: number): number {
  let all = sums.get(record);
  if (all === undefined) {
    const counted = new Map<string, number>();
    for (const sample of record.samples) {
      if (sample.phase !== "measured") continue;
      const key = `${sample.block} ${sample.system}`;
      counted.set(key, (counted.get(key) ?? 0) + sample.latencyNs);
    }
    sums.set(record, (all = counted));
  }
  return all.get(`${block} ${system}`) ?? 0;
}
