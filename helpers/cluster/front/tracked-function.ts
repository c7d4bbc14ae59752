import type { V1Pod } from "@kubernetes/client-node";
import type { Placement } from "../../contracts/proof.ts";
import { nowNs } from "../../base/clock.ts";
import { messageOf } from "../../base/errors.ts";
import { type ProvenPod, instanceOf, podRuns } from "./pod-proof.ts";
import { troubleOf, type Trouble } from "./pod-trouble.ts";
import { isCurrent, type Wanted } from "./wanted.ts";

/** A function that was deployed through the front process: its pods, and what they have proven. */
export interface TrackedFunction {
  readonly wanted: Wanted;
  /** All that are not over. */
  readonly pods: () => readonly V1Pod[];
  /** Empty while a pod that is not current may still be called in its place, after one ran outside its runtime, and once it is stopped. */
  readonly available: () => readonly ProvenPod[];
  /** Why the last pod could not be proven. */
  readonly lastFailure: () => string | undefined;
  /** What took a proven pod away, from outside, or that one ran outside its runtime; `undefined` while all is well. */
  readonly lost: () => Trouble | undefined;
  /** To be called whenever pods have changed: proves those that are new. */
  readonly look: () => void;
  /** Its pods go, or are another's to watch, from now on: their end is not a loss. */
  readonly stop: () => void;
  readonly isStopped: () => boolean;
}

export interface Tracking {
  /** Pods of all functions. */
  readonly podsOf: (name: string) => readonly V1Pod[];
  /** A pod of the function that got a node without its runtime. */
  readonly strayOf: () => Trouble | undefined;
  readonly prove: (pod: V1Pod, about: { readonly seenNs: number; readonly signal: AbortSignal }) => Promise<ProvenPod>;
  /** A pod has been proven, or could not be. */
  readonly onChange: () => void;
}

export function trackFunction(wanted: Wanted, { podsOf, strayOf, prove, onChange }: Tracking): TrackedFunction {
  const stopping = new AbortController();
  const seen = new Map<string, number>();
  const proving = new Set<string>();
  const proven = new Map<string, ProvenPod>();
  let failure: string | undefined;
  let lost: Trouble | undefined;
  const pods = (): readonly V1Pod[] =>
    podsOf(wanted.name).filter(({ status }) => status?.phase !== "Succeeded" && status?.phase !== "Failed");

  const missed = (): Trouble | undefined => {
    for (const { placement } of proven.values()) {
      const pod = podsOf(wanted.name).find(({ metadata }) => metadata?.name === placement.pod);
      const trouble = pod && troubleOf(pod);
      if (trouble?.kind === "evicted") return trouble;
      if (pod === undefined || pod.metadata?.deletionTimestamp !== undefined) return deletedByOthers(placement);
    }
    return undefined;
  };

  const start = async (pod: V1Pod, instance: string): Promise<void> => {
    proving.add(instance);
    try {
      const seenNs = seen.get(pod.metadata?.name ?? "") ?? nowNs();
      proven.set(instance, await prove(pod, { seenNs, signal: stopping.signal }));
      failure = undefined;
    } catch (error) {
      failure = messageOf(error);
    }
    proving.delete(instance);
    if (!stopping.signal.aborted) onChange();
  };
  return {
    wanted,
    pods,
    available: () => {
      const all = pods();
      if (stopping.signal.aborted || strayOf() !== undefined || all.some((pod) => !isCurrent(pod, wanted))) return [];
      return all.flatMap((pod) => (podRuns(pod) ? (proven.get(instanceOf(pod)) ?? []) : []));
    },
    lastFailure: () => failure,
    lost: () => lost,
    look: () => {
      if (stopping.signal.aborted) return;
      lost ??= strayOf() ?? missed();
      for (const pod of pods()) {
        if (!isCurrent(pod, wanted)) continue;
        const name = pod.metadata?.name ?? "";
        if (!seen.has(name)) seen.set(name, nowNs());
        const instance = instanceOf(pod);
        if (podRuns(pod) && !proving.has(instance) && !proven.has(instance)) void start(pod, instance);
      }
    },
    stop: () => {
      stopping.abort();
    },
    isStopped: () => stopping.signal.aborted,
  };
}

const deletedByOthers = ({ pod, node }: Placement): Trouble => ({
  kind: "evicted",
  reason: `${pod} was deleted from ${node}, and not by this run`,
  hint: `Run kubectl describe node ${node}`,
  final: false,
});
