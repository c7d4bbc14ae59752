import { readResults } from "../../reports/records/store.ts";
import { settlePlan, type SettlePlan } from "../../reports/settle.ts";
import { printLine } from "../../reports/terminal-text.ts";
import type { MeasuredFunction } from "../contracts/application.ts";
import { nowNs, nsToMs } from "../base/clock.ts";
import { settleTimeMs } from "../measure/settling.ts";
import { benchArguments } from "./bench-selection.ts";

export interface SettleRun {
  readonly folder: string;
  /** For all of it, the rest of an interrupted run included. */
  readonly minutes: number;
  /** Words that measure the rest of an interrupted run; absent: it is complete. */
  readonly interrupted?: readonly string[];
  /** Calls of an application of the user's; absent: Hello, Retail! */
  readonly ofUser?: readonly MeasuredFunction[];
  /** Starts the run once more, for these words of `bench`. Resolves to its exit code. */
  readonly measure: (words: readonly string[], env: Readonly<Record<string, string>>) => Promise<number>;
}

/**
 * Keeps measuring a run: as many blocks as its verdicts ask for, then a look, then as many as they ask for then, until all
 * are settled, or none can be, or the time is up. An interrupted run is completed first, within the same time. Resolves to the exit code of the last measuring, 0 where there was none.
 */
export async function settleRun({ folder, minutes, interrupted, measure, ofUser }: SettleRun): Promise<number> {
  const endMs = nsToMs(nowNs()) + minutes * 60_000;
  if (interrupted !== undefined) {
    printLine(`settle: first the rest of the interrupted run, in at most ${minutes} min`);
    const code = await measure(interrupted, { KALIUM_RESUME_MINUTES: String(minutes) });
    if (code !== 0) return code;
  }
  let before: string | undefined;
  for (;;) {
    const leftMinutes = Math.floor((endMs - nsToMs(nowNs())) / 60_000 + slackMinutes);
    const { latency } = await readResults(folder);
    const plan = settlePlan({ latency }, settleTimeMs(leftMinutes));
    const measured = JSON.stringify(latency.map(({ label, blocks }) => [label, blocks.length]));
    const stop = whyStop(plan, { leftMinutes, idle: measured === before });
    if (stop !== undefined) {
      printLine(`settle: ${stop}`);
      return 0;
    }
    before = measured;
    printLine(`settle: ${announced(plan, leftMinutes)}`);
    const words = benchArguments(
      plan.functions.map(({ label }) => label),
      ofUser,
    );
    const code = await measure(words, { KALIUM_SETTLE_MINUTES: String(leftMinutes) });
    if (code !== 0) return code;
  }
}

/** Reading results takes a moment, which should not cost a whole minute. */
const slackMinutes = 0.05;

/** `undefined`: there is something to do, and time for it. */
function whyStop(
  { open, curable, functions }: SettlePlan,
  { leftMinutes, idle }: { readonly leftMinutes: number; readonly idle: boolean },
): string | undefined {
  if (open === 0) return "every comparison that has a value is settled";
  if (curable === 0) return `more blocks would not settle the ${open} that are left`;
  if (leftMinutes < 1) return `the time is up; ${countText(open)} not settled`;
  return idle || functions.length === 0 ? `no further block was measured; ${countText(open)} not settled` : undefined;
}

const countText = (open: number): string => (open === 1 ? "1 comparison is" : `${open} comparisons are`);

function announced({ functions, expectedMs, open, curable }: SettlePlan, leftMinutes: number): string {
  const blocks = functions.map(({ label, toBlocks }) => `${label} to ${toBlocks} blocks`).join(", ");
  return (
    `${countText(open)} not settled, further blocks would settle ${curable}; measuring ${blocks}, ` +
    `about ${Math.ceil(expectedMs / 60_000)} of ${leftMinutes} min`
  );
}
