import { exitCodes, explainExit } from "../base/exit-code.ts";
import { printLine } from "../../reports/terminal-text.ts";
import { interruption } from "./on-interrupt.ts";

/** Prints an error for people and answers the exit code. The stack is for bugs, and for KALIUM_DEBUG=1. */
export function reportError(error: unknown, debug = process.env["KALIUM_DEBUG"] === "1"): number {
  if (error === interruption) return exitCodes.interrupted;
  const explained = explainExit(error);
  if (debug || explained === undefined) console.error(error);
  else printLine(explained.text, process.stderr);
  return explained?.exitCode ?? exitCodes.assertion;
}
