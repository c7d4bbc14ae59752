import type { Cell, Comparison } from "../comparison.ts";
import { axisLabel, inBarOrder, systemTitle, withFigureOrder } from "./figure-order.ts";

/** Bars are drawn up to here; their true values are printed above them and stay in the data. */
export const axisCut = 5;

export interface Bar {
  /** Axis label, asterisk included. */
  readonly function: string;
  readonly system: string;
  readonly ratio: number;
  readonly low: number | null;
  readonly high: number | null;
  /** Printed above the bar when the axis cuts it. */
  readonly cutLabel: string | null;
  /** Raises the label where the neighbour on the left has one too, so that they do not overlap. */
  readonly labelLevel: number;
}

/** A place without a bar, and why. `system`: absent when the whole group is empty. */
export interface Gap {
  readonly function: string;
  readonly system: string | null;
  readonly text: string;
}

/** Around 1, where the A/A arm says that a difference may be noise. */
export interface NoiseBand {
  readonly function: string;
  readonly low: number;
  readonly high: number;
}

export interface Figure8Data {
  readonly groups: readonly string[];
  /** Titles of the systems with bars, in bar order. */
  readonly systems: readonly string[];
  readonly bars: readonly Bar[];
  readonly gaps: readonly Gap[];
  readonly bands: readonly NoiseBand[];
}

/** Systems with bars: neither baselines nor A/A arms. */
export const barSystems = ({ systems, baselines, controls }: Comparison): readonly string[] =>
  inBarOrder(systems.filter((system) => !baselines.includes(system) && !controls.includes(system)));

export function figure8Data(comparison: Comparison): Figure8Data {
  const functions = withFigureOrder(comparison.cells);
  const systems = barSystems(comparison);
  const bars: Bar[] = [];
  const gaps: Gap[] = [];
  const bands: NoiseBand[] = [];
  for (const named of functions) {
    const group = axisLabel(named);
    const own = comparison.cells.filter(({ label }) => label === named.label);
    const noiseFloor = own.find((cell) => cell.noiseFloor !== undefined)?.noiseFloor;
    if (noiseFloor !== undefined) {
      bands.push({ function: group, low: Math.exp(-noiseFloor), high: Math.exp(noiseFloor) });
    }
    const slots = systems.map((system) => ({ system, cell: own.find((cell) => cell.system === system) }));
    if (slots.every(({ cell }) => cell?.ratio === undefined)) {
      gaps.push({ function: group, system: null, text: groupGap(own) });
      continue;
    }
    let labelLevel = 0;
    for (const { system, cell } of slots) {
      const title = systemTitle(system);
      if (cell?.ratio === undefined) {
        gaps.push({ function: group, system: title, text: cell?.state === "void" ? "void" : "×" });
        labelLevel = 0;
        continue;
      }
      const { ratio, interval } = cell.ratio;
      const cut = ratio > axisCut;
      bars.push({
        function: group,
        system: title,
        ratio,
        low: interval?.low ?? null,
        high: interval?.high ?? null,
        cutLabel: cut ? ratio.toPrecision(3) : null,
        labelLevel,
      });
      labelLevel = cut ? 1 - labelLevel : 0;
    }
  }
  return { groups: functions.map(axisLabel), systems: systems.map(systemTitle), bars, gaps, bands };
}

/** Why a cell has no bar. */
export function gapText(cell: Cell | undefined): string {
  if (cell === undefined || cell.state === "empty") return "not measured";
  return cell.state === "void" ? `void: ${cell.voids.join("; ")}` : "no baseline";
}

/** The reasons of voids are in the report: there is no room here. */
function groupGap(cells: readonly Cell[]): string {
  const others = cells.filter(({ system, baseline, aaOf }) => system !== baseline && aaOf === undefined);
  const texts = new Set(others.map((cell) => (cell.state === "void" ? "void" : gapText(cell))));
  const [text = "not measured"] = texts;
  return texts.size > 1 ? "not measured" : text;
}

/** Top of the axis: above every bar and whisker, at least 2, at most the cut. */
export function axisTop(bars: readonly Bar[]): number {
  const highest = Math.max(0, ...bars.map(({ ratio, high }) => Math.max(ratio, high ?? 0)));
  return Math.min(axisCut, Math.max(2, Math.ceil(highest * 2 + 0.1) / 2));
}
