import { exitCodes, explainExit } from "../base/exit-code.ts";
import { interruption } from "./on-interrupt.ts";

/** Prints an error for people and answers the exit code. The stack is for bugs, and for KALIUM_DEBUG=1. */
export function reportError(error: unknown, debug = process.env["KALIUM_DEBUG"] === "1"): number {
  if (error === interruption) return exitCodes.interrupted;
  const explained = explainExit(error);
  console.error(debug ? error : (explained?.text ?? error));
  return explained?.exitCode ?? exitCodes.assertion;
}
