/** Density records for tests, made of what instances are to take; not measurements. */
import type { DensityRecord, DensitySeries } from "../records/density-record.ts";
import { seededRandom } from "../stats/random.ts";
import { syntheticRecord } from "./synthetic.ts";

export interface DensityTruth {
  /** Each instance, and once for all of them, MB. */
  readonly memoryMb: number;
  readonly onceMb?: number;
  readonly startMs: number;
}

export const densityTruths: Readonly<Record<string, DensityTruth>> = {
  gvisor: { memoryMb: 40, onceMb: 25, startMs: 400 },
  "gvisor-aa": { memoryMb: 40, onceMb: 25, startMs: 400 },
  native: { memoryMb: 20, onceMb: 30, startMs: 100 },
  kalium: { memoryMb: 40, onceMb: 25, startMs: 500 },
};

export interface SyntheticDensity {
  readonly label?: string;
  readonly truths?: Readonly<Record<string, DensityTruth>>;
  readonly blocks?: number;
  readonly instances?: number;
  readonly profile?: string;
  readonly change?: (series: DensitySeries) => DensitySeries;
}

/** Memory by what is true, within 1 %; starts within 10 %. */
export function syntheticDensity({
  label = "product-purchase-publish",
  truths = densityTruths,
  blocks = 6,
  instances = 16,
  profile = "quick",
  change = (series) => series,
}: SyntheticDensity = {}): DensityRecord {
  const random = seededRandom(11);
  const around = (value: number, share: number): number => Math.round(value * (1 + share * (2 * random() - 1)));
  const numbers = [1, 2, 4, 8, 16, 32].filter((count) => count <= instances);
  const series = Array.from({ length: blocks }, (_, block) =>
    Object.entries(truths).map(([system, { memoryMb, onceMb = 0, startMs }], position) => {
      const each = around(memoryMb * 1e6, 0.01);
      return change({
        ...{ system, block, position, source: "cgroup-v2" as const, availableBytes: 16e9 },
        startsNs: Array.from({ length: instances }, () => around(startMs * 1e6, 0.1)),
        points: numbers.map((count) => ({
          instances: count,
          instanceBytes: Array.from({ length: count }, (_none, at) => each + (at === 0 ? onceMb * 1e6 : 0)),
          availableBytes: around(16e9 - count * memoryMb * 1.2e6, 0.0001),
        })),
        ...{ ended: "instances" as const, loadAverage: 0.5 },
      });
    }),
  ).flat();
  const { runId, startedAt, endedAt, flow, starred, proofs } = syntheticRecord({ label });
  return {
    schema: "kalium-bench/density@1",
    ...{ runId, startedAt, endedAt, flow, label, starred, baseline: "gvisor", proofs: proofs.slice(0, 1), voids: [] },
    systems: Object.keys(truths).map((name) => ({
      ...{ name, variant: "vanilla" as const, runtime: name.replace("-aa", ""), guard: "none" },
      ...(name.endsWith("-aa") && { aaOf: name.slice(0, -3) }),
    })),
    plan: { profile, seed: 7, blocks, instances },
    series,
  };
}
