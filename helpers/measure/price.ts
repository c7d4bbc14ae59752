import { setTimeout as sleep } from "node:timers/promises";
import type { BlockPrice, PriceRead, SystemPrice } from "../../reports/records/price-record.ts";
import type { Sample } from "../../reports/records/record.ts";
import { nowNs, nsToMs } from "../base/clock.ts";
import type { InstanceUsage } from "../sandboxes/usage/parse.ts";

/**
 * Reads counters for a block, never beside a call: this machine's kernel answers all in a millisecond or two, a cluster's
 * kubelets after some seconds.
 */
export interface BlockUsage {
  readonly source: BlockPrice["source"];
  /** Of each system: how many instances it has, and the start of the measured function's. */
  readonly systems: ReadonlyMap<string, { readonly instances: number } & Pick<SystemPrice, "startNs" | "startStages">>;
  /** Systems whose calls a shared process serves, by its name. */
  readonly shared: ReadonlyMap<string, readonly string[]>;
  readonly read: () => UsageReading | Promise<UsageReading>;
}

/** Since the start of each. What cannot be read is absent. */
export interface UsageReading {
  /** By system. */
  readonly systems: ReadonlyMap<string, InstanceUsage>;
  /** Processor time of shared processes, ns, by name. */
  readonly sharedCpuNs: ReadonlyMap<string, number>;
  /** Why something is absent that was asked for. */
  readonly problem?: string;
}

export interface PriceMeter {
  /** Call it outside of calls, once for each place. */
  readonly read: (at: PriceRead) => Promise<void>;
  /** Waits until so much time without calls has passed that the counters of idle sandboxes say something. */
  readonly outlastIdle: (signal: AbortSignal) => Promise<void>;
  readonly price: (samples: readonly Sample[]) => BlockPrice;
  /** Of each read that lacks something, why. */
  readonly problems: () => readonly string[];
}

/**
 * How long sandboxes are left alone at least. gVisor's take 45 ms of processor time per second while they wait, with a
 * standard deviation of 15 % between windows of this length (2 cores, load 19).
 */
const idleMs = 300;

interface Read {
  readonly startNs: number;
  readonly tookNs: number;
  readonly reading: UsageReading;
}

/** @param originNs start of the function's test on the monotonic clock */
export function createPriceMeter(usage: BlockUsage, originNs: number): PriceMeter {
  const reads = new Map<PriceRead, Read>();
  return {
    read: async (at) => {
      const startNs = nowNs();
      const reading = await usage.read();
      reads.set(at, { startNs, tookNs: nowNs() - startNs, reading });
    },
    outlastIdle: async (signal) => {
      const after = reads.get("after");
      if (after === undefined) throw new TypeError("the read after the last call comes first");
      await sleep(Math.max(0, idleMs - nsToMs(nowNs() - after.startNs)), undefined, { signal });
    },
    problems: () => [...reads.values()].flatMap(({ reading }) => reading.problem ?? []),
    price: (samples) => priceOf(usage, { reads, originNs, samples }),
  };
}

function priceOf(
  { source, systems, shared }: BlockUsage,
  {
    reads,
    originNs,
    samples,
  }: { readonly reads: ReadonlyMap<PriceRead, Read>; readonly originNs: number; readonly samples: readonly Sample[] },
): BlockPrice {
  const callsOf = (names: readonly string[]): number =>
    samples.filter(({ system, phase }) => phase === "measured" && names.includes(system)).length;
  const of = (at: PriceRead, system: string): InstanceUsage => reads.get(at)?.reading.systems.get(system) ?? {};
  const prices = [...systems].flatMap(([system, { instances, startNs, startStages }]): SystemPrice[] => {
    const calls = callsOf([system]);
    if (calls === 0) return [];
    const [started, before, after, idle] = (["started", "before", "after", "idle"] as const).map((at) =>
      of(at, system),
    );
    return [
      {
        ...{ system, calls, instances },
        ...present("cpuNs", since(before?.cpuNs, after?.cpuNs)),
        ...present("idleCpuNs", since(after?.cpuNs, idle?.cpuNs)),
        ...present("cpuWindowNs", since(before?.cpuAtNs, after?.cpuAtNs)),
        ...present("idleWindowNs", since(after?.cpuAtNs, idle?.cpuAtNs)),
        ...present("startedBytes", started?.workingSetBytes),
        ...present("afterBytes", after?.workingSetBytes),
        ...present("peakBytes", after?.peakBytes),
        ...present("receivedBytes", since(before?.receivedBytes, after?.receivedBytes)),
        ...present("sentBytes", since(before?.sentBytes, after?.sentBytes)),
        ...present("receivedPackets", since(before?.receivedPackets, after?.receivedPackets)),
        ...present("sentPackets", since(before?.sentPackets, after?.sentPackets)),
        ...present("startNs", startNs),
        ...(startStages && { startStages }),
      },
    ];
  });
  const parts = [...shared].flatMap(([part, served]) => {
    const [before, after] = (["before", "after"] as const).map((at) => reads.get(at)?.reading.sharedCpuNs.get(part));
    const [cpuNs, calls] = [since(before, after), callsOf(served)];
    return cpuNs === undefined || calls === 0 ? [] : [{ part, calls, cpuNs }];
  });
  return {
    source,
    reads: [...reads].map(([at, { startNs, tookNs }]) => ({ at, startedAtNs: startNs - originNs, tookNs })),
    systems: prices,
    ...(parts.length > 0 && { shared: parts }),
  };
}

/** `undefined` also where a counter ran backwards: then it is not the same process or group. */
const since = (before: number | undefined, after: number | undefined): number | undefined =>
  before === undefined || after === undefined || after < before ? undefined : Math.round(after - before);

const present = (name: Exclude<keyof SystemPrice, "startStages">, value: number | undefined): Partial<SystemPrice> =>
  value === undefined ? {} : { [name]: Math.round(value) };

const counted = [
  ...(["cpuNs", "workingSetBytes", "peakBytes"] as const),
  ...(["receivedBytes", "sentBytes", "receivedPackets", "sentPackets"] as const),
] satisfies readonly (keyof InstanceUsage)[];

/** What several instances have used together, at their mean time; what one of them does not say, none does. */
export function sumUsage(instances: readonly (InstanceUsage | undefined)[]): InstanceUsage {
  const sumOf = (field: keyof InstanceUsage): number | undefined => {
    const known = instances.flatMap((instance) => instance?.[field] ?? []);
    return known.length < instances.length || known.length === 0
      ? undefined
      : known.reduce((total, value) => total + value, 0);
  };
  const sums = counted.flatMap((field): [string, number][] => {
    const sum = sumOf(field);
    return sum === undefined ? [] : [[field, sum]];
  });
  const times = sumOf("cpuAtNs");
  return { ...Object.fromEntries(sums), ...(times !== undefined && { cpuAtNs: times / instances.length }) };
}
