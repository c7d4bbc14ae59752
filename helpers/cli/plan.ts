import type { Command } from "commander";
import { printLine } from "../../reports/terminal-text.ts";
import { addCommand } from "./add-command.ts";
import { formHint } from "./usage.ts";

interface PlanOptions {
  readonly json?: true;
  readonly app?: string;
}

/** `kalium-bench plan`: says what `bench` would do, and does nothing. */
export function registerPlan(program: Command): void {
  addCommand(program, "plan", {
    task: "Measure",
    description: "Show what a run would measure and how long it would take",
    example: "KALIUM_PROFILE=rigorous npm run plan",
  })
    .argument("[function...]", "Functions, flows, or parts of their names (default: all)")
    .option("--app <file>", "Application file of yours, instead of Hello, Retail! (KALIUM_APP)")
    .option("--json", "Print JSON and nothing else")
    .action(async (names: readonly string[], { json, app }: PlanOptions, command: Command) => {
      const [{ loadConfig }, { describePlan, renderPlan }, { benchLabels }, { runScope }, { namedByOption }] =
        await Promise.all([
          import("../config/config.ts"),
          import("../testbed/run/describe-plan.ts"),
          import("./bench-selection.ts"),
          import("../testbed/run/run-scope.ts"),
          import("./by-option.ts"),
        ]);
      // Folders are checked by making one in them, which a plan must not; results are only read here.
      const { KALIUM_RESULTS: results, ...env } = process.env;
      const options = app === undefined ? {} : { app: "KALIUM_APP" };
      const { config, measured, leftOut } = await runScope(
        namedByOption(
          options,
          () => loadConfig({ ...env, KALIUM_OUT: undefined, ...(app !== undefined && { KALIUM_APP: app }) }),
          (option) => formHint(command, option),
        ),
      );
      const description = await describePlan(
        results ? { ...config, resultsDirectory: results } : config,
        benchLabels(names, measured),
        measured,
      );
      for (const { system, reason } of leftOut) printLine(`plan: ${system} is left out: ${reason}`, process.stderr);
      console.log(json ? JSON.stringify(description, null, 2) : renderPlan(description));
    });
}
