import type { Command } from "commander";

/**
 * `kalium-bench vitest`: Vitest as the scripts of package.json call it, with what our commands have beside it: flags
 * that npm took are refused, an unknown option is explained, whatever asks to stop is passed on.
 */
export function registerVitest(program: Command): void {
  program
    .command("vitest")
    .description("run Vitest, as the scripts of package.json do")
    .argument("[vitest-options...]")
    .allowUnknownOption()
    .helpOption(false)
    .action(async (words: readonly string[]) => {
      const { runVitest } = await import("./run-vitest.ts");
      process.exitCode = await runVitest(words);
    });
}
