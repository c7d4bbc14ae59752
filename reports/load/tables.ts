import { systemTitle } from "../figures/figure-order.ts";
import { clientSystem } from "../records/load-record.ts";
import { notQuotable, quotable } from "../quotable.ts";
import { columns, type Table, withDetail } from "../tables/document.ts";
import { dash, formatMs, formatMsWith, formatShare } from "../tables/numbers.ts";
import type { Held, LoadCell, LoadSummary } from "./summary.ts";

export const loadTitle = (system: string): string =>
  system === clientSystem ? "client alone (empty target)" : systemTitle(system);

/** One row per system and rate. */
export function stepsTable({ record, cells }: LoadSummary): Table {
  const quoted = (text: string): string => (quotable(record) ? text : dash);
  return {
    columns: columns(
      ...["System", ">Offered/s", ">Completed/s", ">Calls", ">p50 ms", ">p90", ">p99", ">p99.9", ">Service p50"],
      ...[">CPU/call ms", ">Waited", ">Sent late p95", "Failed", "State"],
    ),
    rows: cells.map((cell, at) => [
      cells[at - 1]?.system === cell.system ? "" : loadTitle(cell.system),
      formatRate(cell.ratePerS),
      quoted(formatRate(cell.completedPerS)),
      String(cell.planned),
      ...cell.latenciesNs.map((ns) => quoted(formatMs(ns))),
      quoted(formatMs(cell.servicesNs[0])),
      quoted(cell.cpu === undefined ? dash : formatMsWith(cell.cpu.meanNs, cell.cpu.interval)),
      quoted(cell.waited === 0 ? "0" : formatShare(cell.waited, cell.planned)),
      quoted(formatMs(cell.lateP95Ns)),
      failuresOf(cell),
      quotable(record) ? stateOf(cell) : notQuotable,
    ]),
  };
}

/** One row per system: between which rates the bound is lost. */
export function heldTable({ held }: LoadSummary): Table {
  return {
    columns: withDetail(
      columns("System", "Meets the bound up to, calls/s", ">Middle", ">Blocks", "Against the baseline"),
      "Middle",
      "Blocks",
    ),
    rows: held.map((of) => [
      loadTitle(of.system),
      bracketText(of),
      of.middlePerS === undefined ? dash : formatRate(of.middlePerS),
      String(of.blocks),
      of.verdictText,
    ]),
  };
}

/** `product-photos-report under load: 99 % of calls within 50 ms`. */
export const heldTitle = ({ record: { label, plan } }: LoadSummary): string =>
  `${label} under load: ${boundShare(plan)} of calls within ${plan.boundMs} ms`;

/** The share of calls that must meet the bound: `99 %`. */
export const boundShare = ({ quantile }: { readonly quantile: number }): string =>
  `${Number((100 * quantile).toFixed(1))} %`;

/** Why systems that were called have no valid step, with what to do; empty where all have one. */
export function withoutStepTexts({ record, cells, held }: LoadSummary): readonly string[] {
  if (!quotable(record)) return [];
  const empty = held.filter(
    ({ heldPerS, lostPerS, blocks }) => heldPerS === undefined && lostPerS === undefined && blocks > 0,
  );
  const reasonOf = (system: string): string =>
    cells.find((cell) => cell.system === system && cell.voided.length > 0)?.voided[0] ?? "it was not called";
  return [...Map.groupBy(empty, ({ system }) => reasonOf(system))].map(
    ([reason, own]) =>
      `No valid step: ${own.map(({ system }) => loadTitle(system)).join(", ")} (${reason}). ` +
      "Raise --bound, lower --rates, or end other work on this machine.",
  );
}

export function bracketText({ heldPerS, lostPerS }: Held): string {
  if (heldPerS !== undefined && lostPerS !== undefined) return `${formatRate(heldPerS)} to ${formatRate(lostPerS)}`;
  if (heldPerS !== undefined) return `at least ${formatRate(heldPerS)}`;
  return lostPerS === undefined ? dash : `less than ${formatRate(lostPerS)}`;
}

function stateOf({ system, blocks, voided, saturated, holds }: LoadCell): string {
  const [first = "", ...others] = voided;
  const reasons = others.length === 0 ? first : `${first}; ${others.length} more`;
  if (system === clientSystem) return saturated ? "saturated" : dash;
  if (blocks === 0) return `void: ${reasons}`;
  const state = saturated ? "saturated" : holds ? "within the bound" : "over the bound";
  return voided.length === 0 ? state : `${state} in ${blocks}; other blocks void: ${reasons}`;
}

function failuresOf({ failed }: LoadCell): string {
  const kinds = Object.entries(failed).filter(([, count]) => count > 0);
  return kinds.map(([kind, count]) => `${count} ${kind}`).join(", ") || "0";
}

export const formatRate = (perS: number): string => String(Number(perS.toPrecision(3)));
