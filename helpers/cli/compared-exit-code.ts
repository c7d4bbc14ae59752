import type { RunsComparison } from "../../reports/compare.ts";
import { exitCodes } from "../base/exit-code.ts";

/**
 * What `compare` says to the shell: 1 only for "B is slower". A measurement in which tests failed ends with Vitest's 1,
 * too, and says nothing of the kind.
 * @param measuring exit code of the measurement; 0 where there was none
 * @param outcome absent where there is nothing to compare
 */
export function comparedExitCode(
  measuring: number,
  outcome: RunsComparison["outcome"] | undefined,
  failOn: "slower" | "never",
): number {
  if (![exitCodes.done, exitCodes.assertion, exitCodes.voidData].some((code) => code === measuring)) return measuring;
  if (outcome === "slower" && failOn === "slower") return exitCodes.assertion;
  if (measuring !== exitCodes.done) return exitCodes.voidData;
  return outcome === "undecided" && failOn === "slower" ? exitCodes.voidData : exitCodes.done;
}
