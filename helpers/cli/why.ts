import type { Command } from "commander";
import { printLine } from "../../reports/terminal-text.ts";
import { addCommand } from "./add-command.ts";
import { formHint } from "./usage.ts";

/** Options that are settings under another name. */
const settings = { app: "KALIUM_APP", systems: "KALIUM_SYSTEMS", blocks: "KALIUM_BLOCKS" } as const;

type WhyOptions = Readonly<Partial<Record<keyof typeof settings, string>>>;

/** `kalium-bench why`: how much of a function's longer latency its system calls explain. */
export function registerWhy(program: Command): void {
  addCommand(program, "why", {
    task: "Measure",
    description: "Explain the latency of functions by their system calls",
    example: "npm run why -- product-purchase-authenticate",
  })
    .argument("[functions...]", "Functions to explain, by their labels in the figures (default: all)")
    .option("--app <file>", "Application file of yours, instead of Hello, Retail! (KALIUM_APP)")
    .option("--systems <list>", "Systems to explain, with native or runc among them")
    .option("--blocks <n>", "Repetitions with fresh sandboxes")
    .action(async (labels: readonly string[], options: WhyOptions, command: Command) => {
      const [
        { loadConfig },
        { forWhy },
        { findStrace },
        { runScope },
        { givenSettings, namedByOption },
        { knownFunction },
        { measureSuites, suiteArguments },
        { expectedWhy, sayDuration },
        { describePlan },
      ] = await Promise.all([
        import("../config/config.ts"),
        import("../config/why-reference.ts"),
        import("../machine/find-strace.ts"),
        import("../testbed/run/run-scope.ts"),
        import("./by-option.ts"),
        import("./known-function.ts"),
        import("./measure-suites.ts"),
        import("./expected-duration.ts"),
        import("../testbed/run/describe-plan.ts"),
      ]);
      const given = givenSettings(settings, options);
      const env = { ...process.env, ...given.variables };
      const wanted = namedByOption(
        given.options,
        () => forWhy(loadConfig(env)),
        (option) => formHint(command, option),
      );
      await findStrace();
      const { config, application, measured } = await runScope(wanted);
      for (const warning of application?.warnings ?? []) printLine(`warning: ${warning}`, process.stderr);
      const known = measured.map(({ label }) => label);
      const chosen = labels.map((label) => knownFunction(label, known));
      const labelled = chosen.length === 0 ? known : chosen;
      const { expectedMs: latencyMs } = await describePlan(config, labelled, measured);
      const announce = (): void => sayDuration("why", expectedWhy(config, { latencyMs, functions: labelled.length }));
      const run = { config, env, foreignImages: application !== undefined, announce };
      process.exitCode = await measureSuites(suiteArguments("why", chosen), run);
    });
}
