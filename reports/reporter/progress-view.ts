import { createLogUpdate } from "log-update";
import { systemTitle } from "../figures/figure-order.ts";
import type { Progress } from "../records/progress.ts";
import { formatMs, formatRatio } from "../tables/numbers.ts";
import { widthOf } from "../terminal-text.ts";
import { liveTable, timeLeft } from "./live-table.ts";

export interface ProgressView {
  /** Redraws the live table of a function; without a terminal only the first stage of each is printed. */
  show(progress: Progress): void;
  /** Prints what stays. */
  print(text: string): void;
  /** Takes the live table away, so that others may write. */
  clear(): void;
}

/**
 * A live table per function on a terminal, lines that stay elsewhere. No colours, so nothing to switch off. A terminal that
 * cannot move its cursor (`TERM=dumb`) gets lines.
 */
export function createProgressView(stream: NodeJS.WriteStream): ProgressView {
  if (!stream.isTTY || process.env["TERM"] === "dumb") {
    const print = (line: string): void => void stream.write(`${line}\n`);
    return { show: announcer(print), print, clear: () => undefined };
  }
  const live = createLogUpdate(stream, { showCursor: true });
  return {
    show: (progress) => live(liveTable(progress, widthOf(stream))),
    print: (text) => {
      live.clear();
      stream.write(`${text}\n`);
    },
    clear: () => live.clear(),
  };
}

/** Nobody may wonder for a minute what happens; and no log may grow by a line per block. */
function announcer(print: (line: string) => void): ProgressView["show"] {
  const announced = new Set<string>();
  return (progress) => {
    const what = progress.total === 0 ? `${progress.label} ${progress.stage ?? ""}` : progress.taskId;
    if (progress.stage === undefined || announced.has(what)) return;
    announced.add(what);
    print(progressLine(progress));
  };
}

/** `product-photos-report  42/120  gVisor 8.02 ms  native 4.91 ms (0.61)  1 min 20 s left`. */
export function progressLine({ label, done, total, baseline, perSystem, etaMs, stage }: Progress): string {
  const baselineNs = baseline === undefined ? undefined : perSystem[baseline]?.medianNs;
  const systems = Object.entries(perSystem).map(([system, { medianNs }]) => {
    const ratio =
      system === baseline || baselineNs === undefined || medianNs === undefined
        ? ""
        : ` (${formatRatio(medianNs / baselineNs)})`;
    return `${systemTitle(system)} ${formatMs(medianNs)} ms${ratio}`;
  });
  const left = etaMs === undefined ? [] : [`${timeLeft(etaMs)} left`];
  const calls = total === 0 ? [] : [total === undefined ? `${done} calls` : `${done}/${total}`];
  return [label, ...calls, ...systems, ...(stage === undefined ? [] : [stage]), ...left].join("  ");
}
