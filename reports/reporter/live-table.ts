/** What a terminal shows of a function while it is measured: a table that fits, what is being done, and the time left. Pure. */
import { systemTitle } from "../figures/figure-order.ts";
import type { Progress } from "../records/progress.ts";
import { dash, formatMs, formatRatio } from "../tables/numbers.ts";

/** Of the system's column; longer titles are shortened. */
const leastTitle = 8;

/**
 * ```
 * product-photos-report  42 of 120 calls  1 min 20 s left
 *   System     Calls  Median ms  Ratio
 *   gVisor        21       8.02
 *   native        21       4.01   0.50
 *   block 2 of 3: starting sandboxes of 2 systems
 * ```
 * Ratios are of medians so far; the verdict comes from pairs, at the end.
 * @param width of the terminal, in characters; no line is longer
 */
export function liveTable({ label, done, total, baseline, perSystem, etaMs, stage }: Progress, width: number): string {
  const left = etaMs === undefined ? [] : [`${timeLeft(etaMs)} left`];
  const calls = total === 0 ? [] : [total === undefined ? `${done} calls` : `${done} of ${total} calls`];
  const baselineNs = baseline === undefined ? undefined : perSystem[baseline]?.medianNs;
  const rows = Object.entries(perSystem).map(([system, { count, medianNs }]) => [
    systemTitle(system),
    String(count),
    formatMs(medianNs),
    system === baseline
      ? ""
      : baselineNs === undefined || medianNs === undefined
        ? dash
        : formatRatio(medianNs / baselineNs),
  ]);
  const lines = [
    [label, ...calls, ...left].join("  "),
    ...(rows.length === 0 ? [] : inColumns([["System", "Calls", "Median ms", "Ratio"], ...rows], width)),
    `  ${stage ?? (total === 0 ? "" : "measuring")}`,
  ];
  return lines
    .map((line) => cut(line, width).trimEnd())
    .filter((line) => line !== "")
    .join("\n");
}

function inColumns(rows: readonly (readonly string[])[], width: number): readonly string[] {
  const widths = [0, 1, 2, 3].map((index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  const numbers = widths.slice(1).reduce((sum, of) => sum + of + 2, 2);
  const title = Math.max(leastTitle, Math.min(widths[0] ?? 0, width - numbers - 1));
  return rows.map(([system = "", ...values]) => {
    const texts = values.map((text, index) => text.padStart(widths[index + 1] ?? 0));
    return `  ${[cut(system, title).padEnd(title), ...texts].join("  ")}`;
  });
}

const cut = (text: string, width: number): string => (text.length <= width ? text : `${text.slice(0, width - 1)}…`);

export function timeLeft(durationMs: number): string {
  const seconds = Math.ceil(durationMs / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
