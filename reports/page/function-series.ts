/** A function's calls, thinned for a small picture: the same records give the same points. Pure. */
import type { LatencyRecord, Sample } from "../records/record.ts";
import { blockVoids } from "../records/voids.ts";
import { median, quantile } from "../stats/quantile.ts";
import { sortedCalls } from "../cell-summary.ts";

/** Of the measured calls of sound blocks, ns. */
export interface Spread {
  readonly count: number;
  readonly least: number;
  readonly p5: number;
  readonly q1: number;
  readonly median: number;
  readonly q3: number;
  readonly p95: number;
  readonly most: number;
  /** The slowest calls beyond p95, slowest last; at most `mostDots`. */
  readonly slowest: readonly number[];
}

const mostDots = 12;

/** `undefined` without a measured call. */
export function spreadOf(record: LatencyRecord, system: string): Spread | undefined {
  const sorted = sortedCalls(record, system);
  const [least, most] = [sorted[0], sorted.at(-1)];
  if (least === undefined || most === undefined) return undefined;
  const at = (p: number): number => quantile(sorted, p);
  const p95 = at(0.95);
  return {
    ...{ count: sorted.length, least, p5: at(0.05), q1: at(0.25), median: at(0.5), q3: at(0.75), p95, most },
    slowest: [...sorted.slice(-mostDots)].filter((ns) => ns > p95),
  };
}

/** A place in time: block, and the share of its calls that were made before. */
export interface Point {
  readonly block: number;
  /** From 0 to 1. */
  readonly share: number;
  readonly ns: number;
}

export interface Course {
  readonly system: string;
  /** Medians of neighbouring calls, by block. */
  readonly measured: readonly { readonly points: readonly Point[]; readonly void: boolean }[];
  readonly cold: readonly Point[];
  readonly warmup: readonly Point[];
  /** Calls without a right answer, of all phases: the first `mostFailures`. */
  readonly failed: readonly Point[];
}

const pointsPerSystem = 160;
const mostFailures = 20;

/** Latency over time, system by system. Blocks are as wide as each other, whatever they took. */
export function coursesOf(record: LatencyRecord): readonly Course[] {
  const blocks = Map.groupBy(record.samples, ({ block }) => block);
  const perBlock = Math.max(2, Math.floor(pointsPerSystem / Math.max(1, blocks.size)));
  const placed = new Map([...blocks].map(([block, samples]) => [block, placesIn(samples)]));
  return record.systems.map(({ name: system }) => {
    const own = [...placed].map(([block, places]) => ({ block, places: places.get(system) ?? [] }));
    const inPhase = (places: readonly Place[], phase: Sample["phase"]): readonly Place[] =>
      places.filter(({ sample }) => sample.phase === phase && sample.outcome === "ok");
    const firstOf = (phase: Sample["phase"], most: number): readonly Point[] =>
      own.flatMap(({ places }) => thinned(inPhase(places, phase), most));
    return {
      system,
      measured: own.map(({ block, places }) => ({
        points: thinnedMeasured(inPhase(places, "measured"), perBlock),
        void: blockVoids(record, system, block).length > 0,
      })),
      cold: firstOf("cold", 1),
      warmup: firstOf("warmup", 4),
      failed: own
        .flatMap(({ places }) => places.filter(({ sample }) => sample.outcome !== "ok"))
        .slice(0, mostFailures)
        .map(pointOf),
    };
  });
}

/** A call, with the share of its block's calls that were made before. */
interface Place {
  readonly sample: Sample;
  readonly share: number;
}

/** By system. */
function placesIn(samples: readonly Sample[]): ReadonlyMap<string, readonly Place[]> {
  const places = samples.map((sample, index) => ({ sample, share: index / samples.length }));
  return Map.groupBy(places, ({ sample }) => sample.system);
}

/** A point stands for several calls where there are enough: single ones would hide the course. */
const thinnedMeasured = (places: readonly Place[], most: number): readonly Point[] =>
  thinned(places, Math.min(most, Math.max(6, Math.floor(places.length / 4))));

/** At most so many points: each the median of its neighbours. */
function thinned(places: readonly Place[], most: number): readonly Point[] {
  if (places.length <= most) return places.map(pointOf);
  return Array.from({ length: most }, (_, index) => {
    const part = places.slice(
      Math.floor((index * places.length) / most),
      Math.floor(((index + 1) * places.length) / most),
    );
    const middle = part[Math.floor(part.length / 2)];
    const ns = median(part.map(({ sample }) => sample.latencyNs));
    return { block: middle?.sample.block ?? 0, share: middle?.share ?? 0, ns };
  });
}

const pointOf = ({ sample: { block, latencyNs: ns }, share }: Place): Point => ({ block, share, ns });
