import { Command, CommanderError } from "commander";
import { registerBench } from "./bench.ts";
import { registerCluster } from "./cluster.ts";
import { registerCompare } from "./compare.ts";
import { registerDeploy } from "./deploy.ts";
import { exitCodes } from "./exit-code.ts";
import { registerImages } from "./images.ts";
import { registerImport } from "./import.ts";
import { reportError } from "./report-error.ts";
import { registerLearn } from "./learn.ts";
import { registerLoad } from "./load.ts";
import { registerPerf } from "./perf.ts";
import { registerPlan } from "./plan.ts";
import { registerPolicy } from "./policy.ts";
import { registerReport } from "./report.ts";
import { registerResume } from "./resume.ts";
import { registerServe } from "./serve.ts";
import { registerSetup } from "./setup.ts";
import { registerSweep } from "./sweep.ts";
import { registerSyscalls } from "./syscalls.ts";
import { refuseNpmFlags } from "./npm-flags.ts";
import { registerVitest } from "./vitest.ts";

/*
 * The command line, started by the launcher `kalium-bench` beside this file. A command is a file that exports a
 * `register` function; it imports the rest of the project only when it runs, so that `--help` is quick.
 */

const commands: readonly ((program: Command) => void)[] = [
  registerBench,
  registerPlan,
  registerResume,
  registerReport,
  registerLoad,
  registerCompare,
  registerSyscalls,
  registerImport,
  registerLearn,
  registerPolicy,
  registerSetup,
  registerPerf,
  registerServe,
  registerDeploy,
  registerSweep,
  registerImages,
  registerCluster,
  registerVitest,
];

delete process.env["NODE_COMPILE_CACHE"]; // the launcher's, for this process alone: nothing that is measured inherits it

const program = new Command("kalium-bench")
  .description("Measures what a sandbox or a guard costs a serverless application.")
  .addHelpText("after", "\nSettings are environment variables that begin with KALIUM_; README.md lists them.")
  .exitOverride()
  .showSuggestionAfterError();
for (const register of commands) register(program);

try {
  refuseNpmFlags(program, process.argv.slice(2));
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) process.exitCode = reportError(error);
  else if (error.exitCode !== 0) process.exitCode = exitCodes.usage; // commander has said what is wrong
}
