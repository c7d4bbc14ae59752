import type { LatencyRecord, Sample, Void } from "../../reports/records/record.ts";
import { blockVoids, cellVoids } from "../../reports/records/store.ts";

/** More failed calls than this void a cell: what is left would be the calls that happened to go well. */
const failedShare = 0.01;
/**
 * More measured rounds with a starved client than this void a block: its median would be the client's. The usual rule
 * voids at 5 % of rounds that are late by 5 %, for a client on a machine of its own; where client and sandbox share two
 * cores, that is every block as soon as anything else runs. Such rounds are flagged in the record instead, and what they
 * do to the result shows in the A/A arm and in the intervals.
 */
const starvedShare = 0.5;

/** `undefined` while so few starved rounds do not matter. */
export const starvedReason = (starved: number, rounds: number): string | undefined =>
  starved > starvedShare * rounds ? `the client was starved in ${starved} of ${rounds} rounds` : undefined;

/** What the machine did to a block. The profile `smoke` asks for right answers, whatever they took: nothing voids it. */
export function machineVoids(
  { profile, rounds }: Pick<LatencyRecord["plan"], "profile" | "rounds">,
  {
    block,
    starved,
    clockStep,
    still,
  }: {
    readonly block: number;
    readonly starved: number;
    readonly clockStep?: string | undefined;
    readonly still?: string | undefined;
  },
): readonly Void[] {
  if (profile === "smoke") return [];
  return [clockStep, still, starvedReason(starved, rounds)].flatMap((reason) =>
    reason === undefined ? [] : [{ block, reason, cause: "machine" as const }],
  );
}

const nothingCounts = "no valid call was measured";

/** What the samples themselves void, once a function is measured: cells without calls, and with too many failed ones. */
export function sampleVoids(
  systems: readonly string[],
  samples: readonly Sample[],
  voids: readonly Void[],
): readonly Void[] {
  return systems.flatMap((system) => {
    if (voids.some((entry) => entry.block === undefined && (entry.system ?? system) === system)) return [];
    const own = samples.filter((sample) => sample.system === system && sample.phase === "measured");
    if (own.length === 0) return [{ system, reason: nothingCounts }];
    const measured = own.filter(({ block }) => blockVoids({ voids }, system, block).length === 0);
    if (measured.length === 0) return []; // each of its blocks has a reason of its own
    const failed = measured.filter(({ outcome }) => outcome !== "ok");
    return failed.length > failedShare * measured.length ? [{ system, reason: failureText(failed, measured) }] : [];
  });
}

/** A line for every void cell of a record: empty when all cells say something. */
export const voidCells = (record: LatencyRecord): readonly string[] =>
  record.systems.flatMap(({ name }) => {
    const [first, ...others] = cellVoids(record, name);
    if (first === undefined) return [];
    const more = others.length === 0 ? "" : `; ${others.length} more`;
    return [`${record.label} under ${name} is void: ${first}${more}`];
  });

/** A line for every system with a failed call, in whatever phase: empty when all answers were right. */
export const failedCalls = ({ label, systems, samples }: LatencyRecord): readonly string[] =>
  systems.flatMap(({ name }) => {
    const own = samples.filter(({ system }) => system === name);
    const failed = own.filter(({ outcome }) => outcome !== "ok");
    return failed.length === 0 ? [] : [`${label} under ${name}: ${failureText(failed, own)}`];
  });

function failureText(failed: readonly Sample[], of: readonly Sample[]): string {
  const first = failed[0]?.reason ?? failed[0]?.outcome ?? "";
  return `${failed.length} of ${of.length} calls failed, first: ${first.slice(0, 200)}`;
}
