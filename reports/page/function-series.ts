/** A function's calls, thinned for a small picture: the same records give the same points. Pure. */
import type { LatencyRecord, Sample } from "../records/record.ts";
import { blockVoids } from "../records/voids.ts";
import { ascending, median, quantile } from "../stats/quantile.ts";
import { measuredCalls } from "../cell-summary.ts";

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
  const sorted = ascending(measuredCalls(record, system));
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
  const placed = new Map<string, (Point & Pick<Sample, "phase" | "outcome">)[]>();
  for (const [block, samples] of blocks) {
    samples.forEach(({ system, phase, outcome, latencyNs }, index) => {
      const point = { block, share: index / samples.length, ns: latencyNs, phase, outcome };
      const key = `${system} ${block}`;
      const own = placed.get(key);
      if (own === undefined) placed.set(key, [point]);
      else own.push(point);
    });
  }
  return record.systems.map(({ name: system }) => {
    const own = [...blocks.keys()].map((block) => ({ block, points: placed.get(`${system} ${block}`) ?? [] }));
    const right = own.map(({ block, points }) => ({ block, points: points.filter(({ outcome }) => outcome === "ok") }));
    const inPhase = (phase: Sample["phase"], most: number): readonly Point[] =>
      right.flatMap(({ points }) =>
        thinned(
          points.filter((point) => point.phase === phase),
          most,
        ),
      );
    return {
      system,
      measured: right.map(({ block, points }) => ({
        points: thinnedMeasured(
          points.filter(({ phase }) => phase === "measured"),
          perBlock,
        ),
        void: blockVoids(record, system, block).length > 0,
      })),
      cold: inPhase("cold", 1),
      warmup: inPhase("warmup", 4),
      failed: own
        .flatMap(({ points }) => points.filter(({ outcome }) => outcome !== "ok"))
        .slice(0, mostFailures)
        .map(bare),
    };
  });
}

/** A point stands for several calls where there are enough: single ones would hide the course. */
const thinnedMeasured = (points: readonly Point[], most: number): readonly Point[] =>
  thinned(points, Math.min(most, Math.max(6, Math.floor(points.length / 4))));

/** At most so many points: each the median of its neighbours. */
function thinned(points: readonly Point[], most: number): readonly Point[] {
  if (points.length <= most) return points.map(bare);
  return Array.from({ length: most }, (_, index) => {
    const part = points.slice(
      Math.floor((index * points.length) / most),
      Math.floor(((index + 1) * points.length) / most),
    );
    const middle = part[Math.floor(part.length / 2)];
    return { block: middle?.block ?? 0, share: middle?.share ?? 0, ns: median(part.map(({ ns }) => ns)) };
  });
}

const bare = ({ block, share, ns }: Point): Point => ({ block, share, ns });
