import type { Command } from "commander";

/** `kalium-bench bench`: sets the machine up if need be, measures, draws. */
export function registerBench(program: Command): void {
  program
    .command("bench")
    .description("measure the functions under every system and draw Figure 8")
    .argument("[vitest-options...]", "handed to vitest: -t product-photos measures one flow")
    .allowUnknownOption()
    .action(async (vitestOptions: readonly string[]) => {
      const [{ loadConfig }, { prepareMachine }, { runVitest }, { voidExitCode }] = await Promise.all([
        import("../config/config.ts"),
        import("./prepare-machine.ts"),
        import("./run-vitest.ts"),
        import("./void-exit-code.ts"),
      ]);
      const config = loadConfig();
      if (config.setup === "auto" && config.platform === "local") await prepareMachine(config);
      const sinceMs = Date.now();
      const code = await runVitest(["suites/kalium", ...vitestOptions]);
      process.exitCode = await voidExitCode(code, { root: config.resultsDirectory, sinceMs });
    });
}
