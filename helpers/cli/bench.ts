import type { Command } from "commander";
import { printLine } from "../../reports/terminal-text.ts";
import { addCommand } from "./add-command.ts";

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
    .action(async (words: readonly string[], { app }: { readonly app?: string }) => {
      const [
        { benchArguments },
        { loadConfig },
        { prepareMachine },
        { runVitest },
        { voidExitCode },
        { runScope },
        { refuseUnwritable },
        { namedByOption },
      ] = await Promise.all([
        import("./bench-selection.ts"),
        import("../config/config.ts"),
        import("./prepare-machine.ts"),
        import("./run-vitest.ts"),
        import("./void-exit-code.ts"),
        import("../testbed/run/run-scope.ts"),
        import("../config/needs-writing.ts"),
        import("./by-option.ts"),
      ]);
      const env = { ...process.env, ...(app !== undefined && { KALIUM_APP: app }) };
      const options = app === undefined ? {} : { app: "KALIUM_APP" };
      const { config, application, measured } = await runScope(namedByOption(options, () => loadConfig(env)));
      for (const warning of application?.warnings ?? []) printLine(`warning: ${warning}`, process.stderr);
      const vitestArguments = benchArguments(words, application && measured);
      refuseUnwritable(config);
      const needs = { ...config, foreignImages: application !== undefined };
      if (config.setup === "auto" && config.platform === "local") await prepareMachine(needs);
      const sinceMs = Date.now();
      const code = await runVitest(vitestArguments, { env });
      process.exitCode = await voidExitCode(code, { root: config.resultsDirectory, sinceMs });
    });
}
