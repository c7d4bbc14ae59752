import { Command, Help } from "commander";
import { exampleOf } from "./add-command.ts";
import { registerBench } from "./bench.ts";
import { registerCluster } from "./cluster.ts";
import { registerCompare } from "./compare.ts";
import { registerDensity } from "./density.ts";
import { registerDeploy } from "./deploy.ts";
import { registerDocs } from "./docs.ts";
import { registerDoctor } from "./doctor.ts";
import { registerImages } from "./images.ts";
import { registerInit } from "./init.ts";
import { registerImport } from "./import.ts";
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
import { registerVitest } from "./vitest.ts";
import { explainErrors, refuseMissingValues } from "./usage.ts";
import { registerWhy } from "./why.ts";

/** In the order of `--help`, task by task. */
const commands: readonly ((program: Command) => void)[] = [
  registerBench,
  registerPlan,
  registerInit,
  registerResume,
  registerLoad,
  registerDensity,
  registerWhy,
  registerReport,
  registerCompare,
  registerImport,
  registerSyscalls,
  registerLearn,
  registerPolicy,
  registerDoctor,
  registerSetup,
  registerServe,
  registerDeploy,
  registerSweep,
  registerCluster,
  registerImages,
  registerPerf,
  registerDocs,
  registerVitest,
];

/**
 * All commands, none of them run. A command is a file that exports a `register` function; it imports the rest of the
 * project only when it runs, so that `--help` is quick.
 */
export function createProgram(): Command {
  const program = new Command("kalium-bench")
    .description("Measures what a sandbox or a guard costs a serverless application.")
    .usage("<command> [options]     or: npm run <command> -- [options]")
    .helpOption("-h, --help", "Show this help; `<command> --help` shows the options of a command")
    .helpCommand(false)
    .addHelpText("after", "\nSettings are environment variables that begin with KALIUM_. docs/settings.md\nlists them.")
    .configureHelp({
      boxWrap: withWholeExamples,
      subcommandTerm: (command) => command.name(),
      subcommandDescription: (command) => `${command.description()}\n$ ${exampleOf(command)}`,
    })
    .exitOverride()
    .showSuggestionAfterError()
    .hook("preAction", (_program, command) => refuseMissingValues(command));
  for (const register of commands) register(program);
  explainErrors(program);
  return program;
}

/** A command broken in two could not be copied from the help. */
function withWholeExamples(this: Help, text: string, width: number): string {
  const lines = text.split("\n");
  return lines
    .map((line) => (line.startsWith("$ ") ? line : Help.prototype.boxWrap.call(this, line, width)))
    .join("\n");
}
