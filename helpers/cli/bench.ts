import type { Command } from "commander";
import { addCommand } from "./add-command.ts";

/** `kalium-bench bench`: sets the machine up if need be, measures, draws. */
export function registerBench(program: Command): void {
  addCommand(program, "bench", {
    task: "Measure",
    description: "Measure the functions under every system, draw Figure 8",
    example: "npm run bench -- product-photos",
  })
    .argument("[functions-and-options...]", "Functions or flows to measure (default: all), and options of Vitest")
    .allowUnknownOption()
    .action(async (words: readonly string[]) => {
      const [{ benchArguments }, { loadConfig }, { prepareMachine }, { runVitest }, { voidExitCode }] =
        await Promise.all([
          import("./bench-selection.ts"),
          import("../config/config.ts"),
          import("./prepare-machine.ts"),
          import("./run-vitest.ts"),
          import("./void-exit-code.ts"),
        ]);
      const vitestArguments = benchArguments(words);
      const config = loadConfig();
      if (config.setup === "auto" && config.platform === "local") await prepareMachine(config);
      const sinceMs = Date.now();
      const code = await runVitest(vitestArguments);
      process.exitCode = await voidExitCode(code, { root: config.resultsDirectory, sinceMs });
    });
}
