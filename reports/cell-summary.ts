import type { LatencyRecord, Sample } from "./records/record.ts";
import { type Outliers, countOutliers } from "./stats/outliers.ts";
import { ascending, median, minimumCount, quantile } from "./stats/quantile.ts";
import { secondArm } from "./stats/block-centre.ts";
import type { PairedBlock } from "./stats/paired-block.ts";
import { blockVoids, cellVoids } from "./records/voids.ts";

/** A quantile as it may be quoted. */
export interface Quoted {
  readonly ns: number;
  /** It falls among calls that ran into their time limit: the true value is this or more. */
  readonly atLeast: boolean;
}

/** One function on one system. */
export interface CellSummary {
  /**
   * `void`: its latency means nothing, `voids` says why. `averaged`: imported without its calls, only mean and count
   * are known. `empty`: no measured call.
   */
  readonly state: "measured" | "averaged" | "void" | "empty";
  readonly voids: readonly string[];
  /** Measured calls whose latency counts: right answers, and time-outs at their limit. */
  readonly count: number;
  readonly medianNs: number | undefined;
  readonly meanNs: number | undefined;
  /** `undefined` below the minimum count for this quantile. */
  readonly p95: Quoted | undefined;
  readonly p99: Quoted | undefined;
  readonly outliers: Outliers;
  /** Median first call of a fresh instance, ns. */
  readonly coldMedianNs: number | undefined;
  readonly coldCount: number;
  readonly wrongAnswers: number;
  readonly errors: number;
  readonly timeouts: number;
  /** Texts of failures with their counts, most frequent first. */
  readonly reasons: readonly { readonly reason: string; readonly count: number }[];
}

const voidShare = 0.01;

export function summariseCell(record: LatencyRecord, system: string): CellSummary {
  const summary = ofCalls(record, system);
  const file = record.imported?.files.find((one) => one.system === system && one.average !== undefined);
  if (summary.state !== "empty" || file?.average === undefined) return summary;
  return { ...summary, state: "averaged", count: file.count, meanNs: file.average.meanNs };
}

function ofCalls(record: LatencyRecord, system: string): CellSummary {
  const counted = inSoundBlocks(record, system);
  const measured = callsOf(record, system, "measured").filter(counted);
  const cold = coldCalls(record, system);
  const failed = measured.filter(({ outcome }) => outcome !== "ok");
  const having = (wanted: Sample["outcome"]): number => failed.filter(({ outcome }) => outcome === wanted).length;
  const timeouts = having("timeout");
  const voids = new Set(cellVoids(record, system));
  if (voids.size === 0 && failed.length > voidShare * measured.length) {
    voids.add(`${failed.length} of ${measured.length} calls failed`);
  }
  const sorted = sortedCalls(record, system);
  const quoted = (p: number): Quoted | undefined =>
    sorted.length < minimumCount(p)
      ? undefined
      : { ns: quantile(sorted, p), atLeast: (sorted.length - 1) * p > sorted.length - 1 - timeouts };
  return {
    state: voids.size > 0 ? "void" : measured.length === 0 ? "empty" : "measured",
    voids: [...voids],
    count: sorted.length,
    medianNs: sorted.length === 0 ? undefined : quantile(sorted, 0.5),
    meanNs: sorted.length === 0 ? undefined : sorted.reduce((sum, ns) => sum + ns, 0) / sorted.length,
    p95: quoted(0.95),
    p99: quoted(0.99),
    outliers: countOutliers(sorted),
    coldMedianNs: cold.length === 0 ? undefined : median(cold),
    coldCount: cold.length,
    wrongAnswers: having("wrong-answer"),
    errors: having("error"),
    timeouts,
    reasons: tally(failed.map(({ outcome, reason }) => reason ?? outcome)),
  };
}

/** Measured calls whose latency counts, in execution order, ns. */
export function measuredCalls(record: LatencyRecord, system: string): readonly number[] {
  const counted = inSoundBlocks(record, system);
  return callsOf(record, system, "measured")
    .filter((sample) => counts(sample) && counted(sample))
    .map(({ latencyNs }) => latencyNs);
}

const sortedBefore = new WeakMap<LatencyRecord, Map<string, Float64Array>>();

/** The same, ascending. */
export const sortedCalls = (record: LatencyRecord, system: string): Float64Array =>
  remembered(sortedBefore, record, system, () => ascending(measuredCalls(record, system)));

/** Made once for each system of a record: it may have a million calls, and several tables ask for the same. */
function remembered<T>(
  known: WeakMap<LatencyRecord, Map<string, T>>,
  record: LatencyRecord,
  system: string,
  make: () => T,
): T {
  const ofRecord = known.get(record) ?? new Map<string, T>();
  known.set(record, ofRecord);
  const value = ofRecord.get(system) ?? make();
  ofRecord.set(system, value);
  return value;
}

/** First calls of fresh instances that gave the right answer, ns. */
export function coldCalls(record: LatencyRecord, system: string): readonly number[] {
  const counted = inSoundBlocks(record, system);
  return callsOf(record, system, "cold")
    .filter((sample) => sample.outcome === "ok" && counted(sample))
    .map(({ latencyNs }) => latencyNs);
}

/**
 * The measured calls of a system and of the one it is compared with, block by block, in round order. Rounds are paired by
 * their number: where a call of either failed, that round has no pair.
 * @param again the reference's A/A arm, whose sound blocks are paired besides
 */
export function pairsOf(
  record: LatencyRecord,
  system: string,
  reference: string,
  again?: string,
): readonly PairedBlock[] {
  const [own, other] = [roundsByBlock(record, system), roundsByBlock(record, reference)];
  const seconds = again === undefined ? undefined : roundsByBlock(record, again);
  const isSound = (block: number): boolean =>
    [system, reference].every((of) => blockVoids(record, of, block).length === 0);
  return [...new Set([...own.keys(), ...other.keys()])].filter(isSound).map((block) => {
    const [treated, baseline] = [own.get(block) ?? noRounds, other.get(block) ?? noRounds];
    return {
      block,
      treatedNs: [...treated.values()],
      baselineNs: [...baseline.values()],
      logRatios: [...treated].flatMap(([round, ownNs]) => {
        const otherNs = baseline.get(round);
        return otherNs === undefined ? [] : [Math.log(ownNs / otherNs)];
      }),
      ...(seconds !== undefined && { second: secondArm(treated, baseline, seconds.get(block) ?? noRounds) }),
    };
  });
}

/** Latencies by round, ns. */
type Rounds = ReadonlyMap<number, number>;
const noRounds: Rounds = new Map();
const roundsBefore = new WeakMap<LatencyRecord, Map<string, ReadonlyMap<number, Rounds>>>();

/** Measured calls whose latency counts, for each sound block. All other systems are paired with the baseline's. */
function roundsByBlock(record: LatencyRecord, system: string): ReadonlyMap<number, Rounds> {
  return remembered(roundsBefore, record, system, () => {
    const counted = inSoundBlocks(record, system);
    const measured = callsOf(record, system, "measured").filter((sample) => counts(sample) && counted(sample));
    const blocks = Map.groupBy(measured, ({ block }) => block);
    return new Map(
      [...blocks].map(([block, own]) => [block, new Map(own.map(({ round, latencyNs }) => [round, latencyNs]))]),
    );
  });
}

/** Each sound block's measured calls whose latency counts, ns, by block. */
export function blockCalls(record: LatencyRecord, system: string): ReadonlyMap<number, readonly number[]> {
  const counted = inSoundBlocks(record, system);
  const measured = callsOf(record, system, "measured").filter((sample) => counts(sample) && counted(sample));
  const blocks = Map.groupBy(measured, ({ block }) => block);
  return new Map([...blocks].map(([block, own]) => [block, own.map(({ latencyNs }) => latencyNs)]));
}

const groups = new WeakMap<LatencyRecord["samples"], Map<string, Map<Sample["phase"], Sample[]>>>();

/** One pass over a record's calls. */
function callsOf({ samples }: LatencyRecord, system: string, phase: Sample["phase"]): readonly Sample[] {
  let grouped = groups.get(samples);
  if (grouped === undefined) {
    groups.set(samples, (grouped = new Map<string, Map<Sample["phase"], Sample[]>>()));
    for (const [of, own] of Map.groupBy(samples, (sample) => sample.system)) {
      grouped.set(
        of,
        Map.groupBy(own, (sample) => sample.phase),
      );
    }
  }
  return grouped.get(system)?.get(phase) ?? [];
}

/** A void block is out as a whole, whatever its calls took: nothing is chosen by latency. */
function inSoundBlocks(record: LatencyRecord, system: string): (sample: Sample) => boolean {
  if ((record.voids ?? []).length === 0) return () => true;
  const sound = new Map<number, boolean>();
  return ({ block }) => {
    let answer = sound.get(block);
    if (answer === undefined) sound.set(block, (answer = blockVoids(record, system, block).length === 0));
    return answer;
  };
}

/** A time-out's latency is its limit: censored, but slower than the rest; leaving it out would flatter the system. */
const counts = ({ outcome }: Sample): boolean => outcome === "ok" || outcome === "timeout";

function tally(reasons: readonly string[]): CellSummary["reasons"] {
  const counted = new Map<string, number>();
  for (const reason of reasons) counted.set(reason, (counted.get(reason) ?? 0) + 1);
  return [...counted].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count);
}
