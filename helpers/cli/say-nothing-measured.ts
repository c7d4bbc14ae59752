import { printLine, shellWord } from "../../reports/terminal-text.ts";
import { exitCodes } from "../base/exit-code.ts";
import { hasBegunSince } from "./results-since.ts";

/**
 * Where a run was interrupted before it had a results folder: that nothing was measured, and the command again. Of a run
 * with a folder the reporter has said it.
 */
export async function sayNothingMeasured(
  exitCode: number,
  where: Parameters<typeof hasBegunSince>[0],
  argv: readonly string[] = process.argv.slice(2),
): Promise<void> {
  if (exitCode !== exitCodes.interrupted || (await hasBegunSince(where))) return;
  printLine("Nothing was measured.", process.stderr);
  process.stderr.write(`Run again  ${commandLine(argv)}\n`); // a command stays on one line
}

/** As it was typed: `npm run load -- --rates 10,20`. */
export function commandLine([script = "", ...words]: readonly string[]): string {
  const typed = words.map(shellWord);
  return [`npm run ${script}`, ...(typed.length === 0 ? [] : ["--", ...typed])].join(" ");
}
