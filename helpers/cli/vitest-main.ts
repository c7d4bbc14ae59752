/**
 * Vitest's own entry, started by `runVitest`: an option that Vitest does not know ends with an explanation and code 2,
 * where Vitest would print its stack.
 */
import { exitCodes } from "../base/exit-code.ts";
import { vitestProgram } from "./vitest-program.ts";

process.argv[1] = vitestProgram; // Vitest and our set-up look at their command line
try {
  await import(vitestProgram);
} catch (error) {
  if (!(error instanceof Error && error.name === "CACError")) throw error;
  process.stderr.write(`E_CONFIG: Vitest: ${error.message}\n  -> \`npx vitest --help\` lists its options.\n`);
  process.exit(exitCodes.usage);
}
