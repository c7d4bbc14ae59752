/**
 * What the figure, the tables and the terminal show, from records: one cell per function and system, compared with
 * the function's baseline. Pure. Nothing is dropped: failed calls are counted in series of their own.
 */
import { noiseFloorOf, type Judgement, judge } from "./stats/verdict.ts";
import { type GeometricMean, geometricMean } from "./stats/geometric-mean.ts";
import { holmAdjust } from "./stats/holm.ts";
import { type PairedBlock, type Ratio, ratioOfMedians } from "./stats/ratio.ts";
import { type CellSummary, pairsOf, summarise } from "./cell-summary.ts";
import type { LatencyRecord } from "./record.ts";

export interface Cell extends CellSummary {
  readonly label: string;
  readonly starred: boolean;
  readonly flow: string;
  readonly system: string;
  readonly baseline: string;
  readonly plan: LatencyRecord["plan"];
  /** Absent for the baseline itself, for a void cell and without calls in a common block. */
  readonly ratio: Ratio | undefined;
  /** Holm-adjusted over all comparisons of the report. */
  readonly adjustedP: number | undefined;
  /** Absent where there is no ratio, and for the A/A arm, which measures noise. */
  readonly judgement: Judgement | undefined;
}

export interface Comparison {
  readonly cells: readonly Cell[];
  /** Systems of the records, baseline first. */
  readonly systems: readonly string[];
  readonly baselines: readonly string[];
  /** By system. */
  readonly means: ReadonlyMap<string, GeometricMean>;
}

const seed = 20_230_809; // the resampling's; any fixed number gives a report that repeats to the byte
const controlArm = /-aa$/;

export function compare(records: readonly LatencyRecord[]): Comparison {
  const raw = records.flatMap((record) => rawCells(record));
  const judged = raw.filter(({ ratio, system }) => ratio?.p !== undefined && !controlArm.test(system));
  const adjusted = holmAdjust(judged.map(({ ratio }) => ratio?.p ?? 1));
  const cells = raw.map((cell): Cell => {
    const place = judged.indexOf(cell);
    const adjustedP = place < 0 ? undefined : adjusted[place];
    return { ...cell, adjustedP, judgement: judgementOf(cell, adjustedP, raw) };
  });
  const baselines = [...new Set(records.map(({ baseline }) => baseline))];
  const systems = [...new Set([...baselines, ...cells.map(({ system }) => system)])];
  const means = new Map<string, GeometricMean>();
  for (const system of systems) {
    const logs = cells.filter((cell) => cell.system === system).flatMap(({ ratio }) => ratio?.log ?? []);
    const mean = geometricMean(logs);
    if (mean !== undefined) means.set(system, mean);
  }
  return { cells, systems, baselines, means };
}

type RawCell = Omit<Cell, "adjustedP" | "judgement">;

function rawCells(record: LatencyRecord): readonly RawCell[] {
  const { label, starred, flow, baseline, plan } = record;
  const summaries = new Map(record.systems.map(({ name }) => [name, summarise(record, name)]));
  const usable = (system: string): boolean => summaries.get(system)?.state === "measured";
  return [...summaries].map(([system, summary]) => {
    const compared = system !== baseline && usable(system) && usable(baseline);
    const pairs: readonly PairedBlock[] = compared ? pairsOf(record, system) : [];
    return { ...summary, label, starred, flow, system, baseline, plan, ratio: ratioOfMedians(pairs, { seed }) };
  });
}

function judgementOf(cell: RawCell, adjustedP: number | undefined, all: readonly RawCell[]): Judgement | undefined {
  if (cell.ratio === undefined || controlArm.test(cell.system)) return undefined;
  const control = all.find(({ label, system, baseline }) => label === cell.label && system === `${baseline}-aa`);
  const interval = control?.ratio?.interval;
  const noiseFloor = interval === undefined ? undefined : noiseFloorOf(interval);
  return judge({ ratio: cell.ratio.ratio, adjustedP, blocks: cell.ratio.blocks }, { noiseFloor });
}
