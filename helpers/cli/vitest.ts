import type { Command } from "commander";
import { addCommand } from "./add-command.ts";

/**
 * `kalium-bench vitest`: Vitest as the scripts of package.json call it, with what our commands have beside it: flags
 * that npm took are refused, an unknown option is explained, whatever asks to stop is passed on.
 */
export function registerVitest(program: Command): void {
  addCommand(program, "vitest", {
    task: "Develop",
    description: "Run Vitest with the project's settings",
    example: "npx kalium-bench vitest helpers/config",
  })
    .argument("[vitest-options...]")
    .allowUnknownOption()
    .helpOption(false)
    .action(async (words: readonly string[]) => {
      const { runVitest } = await import("./run-vitest.ts");
      process.exitCode = await runVitest(words);
    });
}
