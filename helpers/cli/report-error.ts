import { KaliumError } from "../errors.ts";
import { exitCodeOf, exitCodes } from "./exit-code.ts";
import { interruption } from "./on-interrupt.ts";

/** Prints an error for people and answers the exit code. The stack is for bugs, and for KALIUM_DEBUG=1. */
export function reportError(error: unknown, debug = process.env["KALIUM_DEBUG"] === "1"): number {
  if (error === interruption) return exitCodes.interrupted;
  if (!(error instanceof KaliumError)) {
    console.error(error);
    return exitCodes.assertion;
  }
  console.error(debug ? error : `${error.code}: ${error.message}`);
  return exitCodeOf(error.code);
}
