/**
 * What the figure, the tables and the terminal show, from records: one cell per function and system, compared with
 * the function's baseline where the profile lets it be quoted. Pure. Nothing is dropped: failed calls are counted in series of their own.
 */
import type { GeometricMean } from "./stats/geometric-mean.ts";
import { type JudgedRatio, judgeCells, meansOf, type UnjudgedCell } from "./judge-cells.ts";
import { type PlainRatio, ratioOfMeans, ratioOfPairs } from "./stats/ratio.ts";
import { type CellSummary, pairsOf, summariseCell } from "./cell-summary.ts";
import type { ApplicationRecord } from "./records/application-record.ts";
import type { LatencyRecord } from "./records/record.ts";
import { sizedPlan } from "./records/sized-plan.ts";
import { notQuotable, quotable } from "./quotable.ts";

export interface Cell extends CellSummary, JudgedRatio {
  readonly label: string;
  readonly starred: boolean;
  readonly flow: string;
  /** The user's, with its calls in their order; absent: Hello, Retail! */
  readonly application: ApplicationRecord | undefined;
  readonly system: string;
  readonly baseline: string;
  /** An A/A arm: the system that it repeats, and is compared with instead of the baseline. */
  readonly aaOf: string | undefined;
  readonly plan: LatencyRecord["plan"];
  /** What a call does beside its logic; absent in records from before there was a choice, and in imported ones. */
  readonly workload: "artifact" | "lean" | undefined;
  /** In every instance; absent where it was outside. */
  readonly watchdog: string | undefined;
  /** From files of another harness. */
  readonly imported: boolean;
  /** How often the results of its function have been looked at, this time included. */
  readonly looks: number;
  /** What the system does here instead of the application's work; its ratio is in no mean. */
  readonly otherWork: string | undefined;
}

export interface Comparison {
  readonly cells: readonly Cell[];
  /** Systems of the records, baseline first. */
  readonly systems: readonly string[];
  readonly baselines: readonly string[];
  /** A/A arms: they have rows, and no bars or verdicts. */
  readonly controls: readonly string[];
  /** By system. */
  readonly means: ReadonlyMap<string, GeometricMean>;
}

/** Of the user's, where all is of one; `undefined`: Hello, Retail! */
export const applicationOf = ({ cells }: Pick<Comparison, "cells">): ApplicationRecord | undefined =>
  cells.find(({ application }) => application !== undefined)?.application;

const seed = 20_230_809; // the resampling's; any fixed number gives a report that repeats to the byte

export function compare(records: readonly LatencyRecord[]): Comparison {
  const cells: readonly Cell[] = judgeCells(records.flatMap((record) => rawCells(record)));
  const baselines = [...new Set(records.map(({ baseline }) => baseline))];
  const systems = [...new Set([...baselines, ...cells.map(({ system }) => system)])];
  const controls = [...new Set(cells.filter(({ aaOf }) => aaOf !== undefined).map(({ system }) => system))];
  return { cells, systems, baselines, controls, means: meansOf(cells) };
}

/** Why a cell has no ratio. */
export function gapText(cell: Cell | undefined): string {
  if (cell === undefined || cell.state === "empty") return "not measured";
  if (cell.state === "void") return `void: ${cell.voids.join("; ")}`;
  return quotable(cell) ? "no baseline" : notQuotable;
}

type RawCell = Omit<Cell, keyof JudgedRatio> & UnjudgedCell;

function rawCells(record: LatencyRecord): readonly RawCell[] {
  const { label, starred, flow, application } = record;
  const plan = sizedPlan(record.plan, record.sized);
  const summaries = new Map(record.systems.map(({ name }) => [name, summariseCell(record, name)]));
  const named = new Map(record.systems.map((system) => [system.name, system]));
  return [...summaries].map(([system, summary]) => {
    const { aaOf, note: otherWork, workload } = named.get(system) ?? {};
    const baseline = baselineOf(record, system);
    const reference = aaOf ?? baseline;
    const ratio =
      system === reference || !quotable(record) ? undefined : ratioOf(record, { system, reference }, summaries);
    const imported = record.imported !== undefined;
    const looks = 1 + (record.looks?.length ?? 0);
    const shared = {
      label,
      starred,
      flow,
      application,
      baseline,
      plan,
      watchdog: record.watchdog?.name,
      imported,
      looks,
    };
    return { ...summary, ...shared, system, aaOf, workload, otherWork, ratio };
  });
}

/** A ratio means the system alone where both do the same work: a lean twin is compared with the baseline's, if there is one. */
export function baselineOf({ baseline, systems }: Pick<LatencyRecord, "baseline" | "systems">, system: string): string {
  const twin = `${baseline}-lean`;
  const isTwin = /-lean(-aa)?$/.test(system) && system !== twin;
  return isTwin && systems.some(({ name }) => name === twin) ? twin : baseline;
}

/** Of pairs where the calls of both are known, of means where one is known by its average only. */
function ratioOf(
  record: LatencyRecord,
  { system, reference }: { readonly system: string; readonly reference: string },
  summaries: ReadonlyMap<string, CellSummary>,
): PlainRatio | undefined {
  const [own, other] = [summaries.get(system), summaries.get(reference)];
  if (own?.state === "measured" && other?.state === "measured") {
    const paired = record.imported === undefined; // in which order files were filled is not known
    const again = isControl(record, system) ? undefined : secondOf(record, reference, summaries);
    return ratioOfPairs(pairsOf(record, system, reference, again), { seed, paired });
  }
  const [ownNs, otherNs] = [own, other].map((cell) =>
    cell?.state === "measured" || cell?.state === "averaged" ? cell.meanNs : undefined,
  );
  return ownNs === undefined || otherNs === undefined ? undefined : ratioOfMeans(ownNs, otherNs);
}

const isControl = ({ systems }: LatencyRecord, system: string): boolean =>
  systems.some(({ name, aaOf }) => name === system && aaOf !== undefined);

/** The A/A arm of a system: the same thing measured a second time. `undefined` without a sound one. */
const secondOf = (
  { systems, imported }: LatencyRecord,
  reference: string,
  summaries: ReadonlyMap<string, CellSummary>,
): string | undefined =>
  imported === undefined
    ? systems.find(({ name, aaOf }) => aaOf === reference && summaries.get(name)?.state === "measured")?.name
    : undefined;
