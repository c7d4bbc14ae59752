import { createLogUpdate } from "log-update";
import { systemTitle } from "../figures/figure-order.ts";
import type { Progress } from "../records/progress.ts";
import { formatMs, formatRatio } from "../tables/numbers.ts";

export interface ProgressView {
  /** Redraws the live line of a function; without a terminal only the first stage of each is printed. */
  show(progress: Progress): void;
  /** Prints a line that stays. */
  print(line: string): void;
  /** Takes the live line away, so that others may write. */
  clear(): void;
}

/** One live line per function on a terminal, lines that stay elsewhere. No colours, so nothing to switch off. */
export function createProgressView(stream: NodeJS.WriteStream): ProgressView {
  if (!stream.isTTY) {
    const print = (line: string): void => void stream.write(`${line}\n`);
    return { show: announcer(print), print, clear: () => undefined };
  }
  const live = createLogUpdate(stream, { showCursor: true });
  return {
    show: (progress) => live(wrapped(progressLine(progress), widthOf(stream))),
    print: (line) => {
      live.clear();
      stream.write(`${wrapped(line, widthOf(stream))}\n`);
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

/** In characters; unlimited if not given. */
export const widthOf = ({ isTTY, columns }: NodeJS.WriteStream): number => (isTTY && columns > 0 ? columns : Infinity);

/** Breaks a line at its gaps, two blanks wide, so that no name or number is cut; what follows is indented. */
export function wrapped(line: string, width: number): string {
  const [first = "", ...parts] = line.split("  ");
  const lines = [first];
  for (const part of parts) {
    const longer = `${lines.at(-1)}  ${part}`;
    if (longer.length < width) lines[lines.length - 1] = longer;
    else lines.push(`    ${part}`);
  }
  return lines.join("\n");
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
  const calls = total === 0 ? [] : [`${done}/${total}`];
  return [label, ...calls, ...systems, ...(stage === undefined ? [] : [stage]), ...left].join("  ");
}

export function timeLeft(durationMs: number): string {
  const seconds = Math.ceil(durationMs / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
