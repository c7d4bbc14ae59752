import type { Command } from "commander";
import { addCommand } from "./add-command.ts";

/** `kalium-bench report`: figures and tables of a results folder, once more. */
export function registerReport(program: Command): void {
  addCommand(program, "report", {
    task: "Use results",
    description: "Draw figures and tables from recorded results",
    example: "npm run report -- reports/results/RUN",
  })
    .argument("[folder]", "Results folder of a run (default: KALIUM_RESULTS, or the latest run in it)")
    .argument("[vitest-options...]", "Options of Vitest")
    .allowUnknownOption()
    .action(async (folder: string | undefined, more: readonly string[]) => {
      const [{ loadConfig }, { folderToDraw }, { runVitest }, { splitVitestWords }, { KaliumError }] =
        await Promise.all([
          import("../config/config.ts"),
          import("./folder-to-draw.ts"),
          import("./run-vitest.ts"),
          import("../testbed/run/vitest-options.ts"),
          import("../base/errors.ts"),
        ]);
      const { operands, options } = splitVitestWords(folder === undefined ? more : [folder, ...more]);
      if (operands.length > 1) {
        throw new KaliumError("E_CONFIG", `expected 1 results folder, got ${operands.length}`, {
          hint: "To compare two: npm run compare -- A B",
        });
      }
      const { KALIUM_RESULTS: root, ...env } = process.env; // only read here: it need not be writable
      const { outDirectory, resultsDirectory } = loadConfig(env);
      const drawn = await folderToDraw(operands[0], root || resultsDirectory);
      console.log(drawn.about);
      const code = await runVitest(["suites/report", ...options], { env: { ...env, KALIUM_RESULTS: drawn.folder } });
      if (code === 0) console.log(`Report   ${outDirectory}`);
      process.exitCode = code;
    });
}
