import { CommanderError } from "commander";
import { goDirect } from "../base/direct-traffic.ts";
import { outliveClosedOutput } from "./closed-output.ts";
import { exitCodes } from "../base/exit-code.ts";
import { refuseNpmFlags } from "./npm-flags.ts";
import { createProgram } from "./program.ts";
import { reportError } from "./report-error.ts";

/* The command line, started by the launcher `kalium-bench` beside this file. */

delete process.env["NODE_COMPILE_CACHE"]; // the launcher's, for this process alone: nothing that is measured inherits it

outliveClosedOutput();
goDirect();

const program = createProgram();
try {
  refuseNpmFlags(program, process.argv.slice(2));
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) process.exitCode = reportError(error);
  else if (error.exitCode !== 0) process.exitCode = exitCodes.usage; // commander has said what is wrong
}
