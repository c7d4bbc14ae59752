import type { LoadPlan } from "../../../reports/records/load-record.ts";
import { bracketOf, type JudgedStep } from "../../../reports/records/load-step.ts";

/** A search ends when the rates that held and did not are this close, or after so many steps of its own. */
const closeEnough = 1.1;
const mostSearchSteps = 8;

/**
 * The rate that a system gets next in a block, after the steps it had there; `undefined`: no more. Rates rise until the
 * system is saturated. A search stops rising at the first that does not hold and halves (geometrically) what is between.
 * Void steps decide nothing: what disturbed one need not disturb the next.
 */
export function nextRate(
  { ratesPerS, search }: Pick<LoadPlan, "ratesPerS" | "search">,
  done: readonly Pick<JudgedStep, "ratePerS" | "holds" | "voided" | "saturated">[],
): number | undefined {
  const enough = done.some(({ holds, voided, saturated }) => voided === undefined && (search ? !holds : saturated));
  const rising = ratesPerS.find((rate) => done.every(({ ratePerS }) => ratePerS < rate));
  if (!enough) return rising;
  if (!search || done.length >= ratesPerS.length + mostSearchSteps) return undefined;
  const { heldPerS, lostPerS } = bracketOf(done);
  if (heldPerS === undefined || lostPerS === undefined || lostPerS / heldPerS <= closeEnough) return undefined;
  const middle = Number(Math.sqrt(heldPerS * lostPerS).toPrecision(3));
  return done.some(({ ratePerS }) => ratePerS === middle) ? undefined : middle; // it was void
}
