/** What the voids of a record mean for its cells and blocks. Pure. */
import type { Sample, Void } from "./record.ts";

/** The part of a record, or of one in the making, that decides. */
interface Voided {
  readonly voids?: readonly Void[] | undefined;
  readonly samples: readonly Sample[];
}

/** Why one block of a system says nothing; empty when it counts. */
export const blockVoids = ({ voids = [] }: Pick<Voided, "voids">, system: string, block: number): readonly string[] =>
  voids
    .filter((entry) => (entry.system ?? system) === system && (entry.block ?? block) === block)
    .map(({ reason }) => reason);

/**
 * Why a whole cell says nothing: something voids all its blocks at once, or each of its blocks is void by itself.
 * Empty when at least one block counts.
 */
export function cellVoids(record: Voided, system: string): readonly string[] {
  const own = (record.voids ?? []).filter((entry) => (entry.system ?? system) === system);
  if (own.length === 0) return []; // without a look at the calls, of which there may be a million
  const whole = own.filter(({ block }) => block === undefined).map(({ reason }) => reason);
  const measured = record.samples.filter((sample) => sample.system === system && sample.phase === "measured");
  const blocks = new Set(measured.map(({ block }) => block));
  const all = [...blocks].every((block) => own.some((entry) => entry.block === block));
  const each = whole.length === 0 && all ? own.map(({ block, reason }) => `block ${block}: ${reason}`) : [];
  return [...whole, ...each];
}
