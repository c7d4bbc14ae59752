/** How much of a function's longer latency its system calls explain. Pure. */
import { withFigureOrder } from "../figures/figure-order.ts";
import { blockVoids, cellVoids } from "../records/voids.ts";
import type { CallCountRecord } from "../records/call-count-record.ts";
import type { LatencyRecord } from "../records/record.ts";
import { quotable } from "../quotable.ts";
import type { Results } from "../records/store.ts";
import type { SyscallRecord } from "../records/syscall-record.ts";
import { difference, type LogEstimate, logEstimate, meanInterval } from "../stats/interval.ts";
import { median } from "../stats/quantile.ts";
import { type CallGroup, callGroups, type CallPrices, callPrices } from "./call-prices.ts";

/** A mean over blocks, ns. */
export interface Amount {
  readonly ns: number;
  /** 95 %, Student's t; absent with one block. */
  readonly interval: { readonly low: number; readonly high: number } | undefined;
}

export interface LatencyExplanation {
  readonly label: string;
  readonly starred: boolean;
  readonly application: LatencyRecord["application"];
  readonly system: string;
  readonly reference: string;
  /** Of the latency; that of the operations where only these mean nothing. */
  readonly plan: { readonly profile: string };
  /** Of an invocation, all instances together, on average. */
  readonly calls: number;
  /** Of median latencies: system - reference. */
  readonly measured: Amount;
  /** Sum of all parts. */
  readonly explained: Amount;
  readonly parts: Readonly<Record<CallGroup | "guard stages", Amount>>;
  /** Measured - explained; below 0 where the calls should have taken longer than all did. */
  readonly unexplained: Amount;
  /** Explained / measured; absent where the interval of the difference holds 0: there is nothing to explain. */
  readonly share: number | undefined;
}

/** More of the difference than this unexplained, in either direction: the function is not understood. */
export const understoodShare = 0.4;

export const isUnderstood = ({ share }: LatencyExplanation): boolean | undefined =>
  share === undefined ? undefined : Math.abs(1 - share) <= understoodShare;

/** Functions in the figure's order, for each the systems in their record's. Empty without counts or operations. */
export function explain({
  latency,
  systemCalls,
  callCounts = [],
  syscalls,
}: Pick<Results, "latency" | "systemCalls" | "callCounts" | "syscalls">): readonly LatencyExplanation[] {
  if (systemCalls === undefined) return [];
  const order = withFigureOrder(latency).map(({ label }) => label);
  const sorted = latency.toSorted((a, b) => order.indexOf(a.label) - order.indexOf(b.label));
  return sorted.flatMap((record) => {
    const counts = callCounts.find(({ label }) => label === record.label);
    if (counts === undefined) return [];
    const reference = counts.system;
    return record.systems.flatMap(({ name: system, variant, runtime, aaOf }) => {
      if (system === reference || aaOf !== undefined || variant !== "vanilla") return [];
      const plain = systemCalls.systems.find((one) => one.runtime === runtime && one.aaOf === undefined)?.name;
      const prices = plain === undefined ? [] : callPrices(systemCalls, { system: plain, reference });
      const measured = differences(record, system, reference);
      if (measured.length === 0 || (prices.length === 0 && plain !== reference)) return [];
      const found = explanation({ counts, prices, measured, stageNs: stagesOf(syscalls, record.label, system) });
      const { label, starred, application } = record;
      const plan = [record, systemCalls].find((each) => !quotable(each))?.plan ?? record.plan;
      return [{ label, starred, application, system, reference, plan, ...found }];
    });
  });
}

function explanation({
  counts,
  prices,
  measured,
  stageNs,
}: {
  readonly counts: CallCountRecord;
  readonly prices: readonly CallPrices[];
  readonly measured: readonly number[];
  readonly stageNs: number;
}) {
  const blocks = prices.map((price) => cost(counts, price));
  const estimateOf = (group: CallGroup): LogEstimate =>
    blocks.length === 0 ? nothing : logEstimate(blocks.map((block) => block[group]));
  const sum = plus(blocks.length === 0 ? nothing : logEstimate(blocks.map(total)), stageNs);
  const all = logEstimate(measured);
  const measuredAmount = amountOf(all);
  const clear = measuredAmount.interval !== undefined && !holds(measuredAmount.interval, 0);
  return {
    calls: counts.calls.reduce((so, { counts: each }) => so + mean(each), 0),
    measured: measuredAmount,
    explained: amountOf(sum),
    parts: {
      ...(Object.fromEntries(callGroups.map((group) => [group, amountOf(estimateOf(group))])) as Record<
        CallGroup,
        Amount
      >),
      "guard stages": { ns: stageNs, interval: undefined },
    },
    unexplained: amountOf(difference(all, sum)),
    share: clear ? sum.mean / all.mean : undefined,
  };
}

/** Of a system without a runtime of its own: its calls take what the reference's take. */
const nothing: LogEstimate = { mean: 0, variance: 0, degrees: 1 };

const plus = (estimate: LogEstimate, ns: number): LogEstimate => ({ ...estimate, mean: estimate.mean + ns });

/** Of an average invocation by the prices of one block, ns. */
function cost({ calls, pageFaults }: CallCountRecord, prices: CallPrices): Record<CallGroup, number> {
  const sums = Object.fromEntries(callGroups.map((group) => [group, 0])) as Record<CallGroup, number>;
  for (const call of calls) {
    const { group, ns } = prices.of(call);
    sums[group] += ns * mean(call.counts);
  }
  sums[prices.pageFault.group] += prices.pageFault.ns * mean(pageFaults);
  return sums;
}

/** Of median latencies, block by block, ns. */
function differences(record: LatencyRecord, system: string, reference: string): readonly number[] {
  if ([system, reference].some((name) => cellVoids(record, name).length > 0)) return [];
  const isVoid = (block: number): boolean =>
    [system, reference].some((name) => blockVoids(record, name, block).length > 0);
  const measured = record.samples.filter(({ phase, outcome }) => phase === "measured" && outcome === "ok");
  return [...Map.groupBy(measured, ({ block }) => block)].flatMap(([block, samples]) => {
    if (isVoid(block)) return [];
    const [own, other] = [system, reference].map((name) =>
      samples.filter((sample) => sample.system === name).map(({ latencyNs }) => latencyNs),
    );
    return own?.length && other?.length ? [median(own) - median(other)] : [];
  });
}

/** In the guard's hooks, per invocation, ns; 0 where it timed none. */
function stagesOf(records: readonly SyscallRecord[], label: string, system: string): number {
  const record = records.find((one) => one.function === label && one.system === system);
  const { invocation, write, sendmsg } = record?.calls ?? {};
  const totals = [invocation?.checkTotal, write?.syscallTotal, sendmsg?.syscallTotal].flatMap((ns) => ns ?? []);
  return record?.invocations === undefined ? 0 : totals.reduce((sum, ns) => sum + ns, 0) / record.invocations;
}

export const amountOf = (estimate: LogEstimate): Amount => ({ ns: estimate.mean, interval: meanInterval(estimate) });

const total = (parts: Readonly<Record<CallGroup, number>>): number =>
  callGroups.reduce((sum, group) => sum + parts[group], 0);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const holds = ({ low, high }: { readonly low: number; readonly high: number }, value: number): boolean =>
  low <= value && value <= high;
