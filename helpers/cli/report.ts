import type { Command } from "commander";

/** `kalium-bench report`: figures and tables of a results folder, once more. */
export function registerReport(program: Command): void {
  program
    .command("report")
    .description("draw figures and tables from a results folder; measures nothing")
    .argument("[folder]", "results folder of a run; absent: the one in KALIUM_RESULTS, or the latest below it")
    .argument("[vitest-options...]", "options of Vitest")
    .allowUnknownOption()
    .action(async (folder: string | undefined, more: readonly string[]) => {
      const [{ loadConfig }, { folderToDraw }, { runVitest }, { splitVitestWords }, { KaliumError }] =
        await Promise.all([
          import("../config/config.ts"),
          import("./folder-to-draw.ts"),
          import("./run-vitest.ts"),
          import("./vitest-options.ts"),
          import("../errors.ts"),
        ]);
      const { operands, options } = splitVitestWords(folder === undefined ? more : [folder, ...more]);
      if (operands.length > 1) {
        throw new KaliumError("E_CONFIG", `one results folder can be drawn at a time, not ${operands.length}`, {
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
