import type { Command } from "commander";
import { printLine } from "../../reports/terminal-text.ts";
import { addCommand } from "./add-command.ts";
import { formHint } from "./usage.ts";

/** `kalium-bench bench`: sets the machine up if need be, measures, draws. */
export function registerBench(program: Command): void {
  addCommand(program, "bench", {
    task: "Measure",
    description: "Measure the functions under every system, draw Figure 8",
    example: "npm run bench -- product-photos",
  })
    .argument("[functions-and-options...]", "Functions or flows to measure (default: all), and options of Vitest")
    .option("--app <file>", "Application file of yours, instead of Hello, Retail! (KALIUM_APP)")
    .allowUnknownOption()
    .action(async (words: readonly string[], options: { readonly app?: string }, command: Command) => {
      const [
        { benchArguments, benchLabels },
        { loadConfig },
        { runScope },
        { givenSettings, namedByOption },
        { measureSuites },
        { refuseUnknownOptions },
        { expectedBench, sayDuration },
        { describePlan },
      ] = await Promise.all([
        import("./bench-selection.ts"),
        import("../config/config.ts"),
        import("../testbed/run/run-scope.ts"),
        import("./by-option.ts"),
        import("./measure-suites.ts"),
        import("./unknown-option.ts"),
        import("./expected-duration.ts"),
        import("../testbed/run/describe-plan.ts"),
      ]);
      await refuseUnknownOptions(words, ["app", "help"]);
      const given = givenSettings({ app: "KALIUM_APP" }, options);
      const env = { ...process.env, ...given.variables };
      const wanted = namedByOption(
        given.options,
        () => loadConfig(env),
        (option) => formHint(command, option),
      );
      const { config, application, measured } = await runScope(wanted);
      for (const warning of application?.warnings ?? []) printLine(`warning: ${warning}`, process.stderr);
      const suites = benchArguments(words, application && measured);
      const labels = benchLabels(words, measured);
      const { expectedMs } = await describePlan(config, labels, measured);
      const announce = (): void => {
        if (labels.length > 0)
          sayDuration("bench", expectedBench(config, { ms: expectedMs, functions: labels.length }));
      };
      const run = { config, env, foreignImages: application !== undefined, announce };
      process.exitCode = await measureSuites(suites, run);
    });
}
