/** Processor time per call under load, by the definition of the price (docs/price.md). Pure. */
import type { LoadCall, LoadRecord } from "../records/load-record.ts";
import { callsOfStep } from "../records/load-step.ts";
import { type Interval, logEstimate, meanInterval } from "../stats/interval.ts";

/** A mean over blocks, ns. */
export interface StepCpu {
  readonly meanNs: number;
  /** 95 %, Student's t; absent with one block. */
  readonly interval: Interval | undefined;
}

interface Step {
  readonly system: string;
  readonly block: number;
  readonly ratePerS: number;
}

/** Of several blocks. `undefined` where one of them does not know it. */
export function meanCpu(valuesNs: readonly (number | undefined)[]): StepCpu | undefined {
  const known = valuesNs.filter((value) => value !== undefined);
  if (known.length === 0 || known.length < valuesNs.length) return undefined;
  const estimate = logEstimate(known);
  return { meanNs: estimate.mean, interval: meanInterval(estimate) };
}

/**
 * Processor time of the step's sandboxes, less what they use at rest while none of its calls runs, per call that was sent.
 * At rest they are while other systems are loaded, in the same block. `undefined`: nobody could tell.
 */
export function cpuPerCallNs({ steps, samples }: LoadRecord, step: Step): number | undefined {
  const { system, block, ratePerS } = step;
  const ofBlock = steps.filter((other) => other.block === block);
  const own = ofBlock.find((other) => other.system === system && other.ratePerS === ratePerS)?.usage;
  const cpuNs = own?.cpuNs[system];
  const restShare = restShareOf(
    system,
    ofBlock.filter((other) => other.system !== system),
  );
  const sent = callsOfStep(samples, step).filter(({ sentAtNs }) => sentAtNs !== undefined);
  if (own === undefined || cpuNs === undefined || restShare === undefined || sent.length === 0) return undefined;
  return (cpuNs - restShare * Math.max(0, own.windowNs - busyNs(sent))) / sent.length;
}

/** Processors that a system's sandboxes keep busy while nobody calls them. */
function restShareOf(system: string, others: LoadRecord["steps"]): number | undefined {
  let [restedNs, windowNs] = [0, 0];
  for (const { usage } of others) {
    const cpuNs = usage?.cpuNs[system];
    if (usage === undefined || cpuNs === undefined) continue;
    restedNs += cpuNs;
    windowNs += usage.windowNs;
  }
  return windowNs === 0 ? undefined : restedNs / windowNs;
}

/** How long at least one of these calls ran. */
function busyNs(calls: readonly LoadCall[]): number {
  const spans = calls
    .map(({ sentAtNs = 0, serviceNs = 0 }) => ({ fromNs: sentAtNs, toNs: sentAtNs + serviceNs }))
    .toSorted((a, b) => a.fromNs - b.fromNs);
  let [sum, reachedNs] = [0, -Infinity];
  for (const { fromNs, toNs } of spans) {
    sum += Math.max(0, toNs - Math.max(fromNs, reachedNs));
    reachedNs = Math.max(reachedNs, toNs);
  }
  return sum;
}
