import type { Command } from "commander";
import { addCommand } from "./add-command.ts";
import { widthOf } from "../../reports/terminal-text.ts";

/** `kalium-bench report`: figures and tables of a results folder, once more. */
export function registerReport(program: Command): void {
  addCommand(program, "report", {
    task: "Use results",
    description: "Draw figures and tables from recorded results",
    example: "npm run report -- reports/results/RUN",
  })
    .argument("[folder]", "Results folder of a run (default: KALIUM_RESULTS, or the latest run in it)")
    .option("--paper", "Draw Figure 8 for one column and for a slide, too, and write it for pgfplots (figure-8.tex)")
    .allowExcessArguments() // two folders are an error of our own, which names `compare`
    .action(async (named: string | undefined, { paper = false }: { readonly paper?: boolean }, { args }: Command) => {
      const [{ loadConfig }, { folderToDraw }, { drawResults }, { KaliumError }] = await Promise.all([
        import("../config/config.ts"),
        import("./folder-to-draw.ts"),
        import("../../reports/draw.ts"),
        import("../base/errors.ts"),
      ]);
      if (args.length > 1) {
        throw new KaliumError("E_CONFIG", `expected 1 results folder, got ${args.length}`, {
          hint: "To compare two, run `npm run compare -- A B`.",
        });
      }
      const { KALIUM_RESULTS: root, ...env } = process.env; // only read here: it need not be writable
      const { outDirectory, resultsDirectory } = loadConfig(env);
      const { folder, about } = await folderToDraw(named, root || resultsDirectory);
      console.log(`${about}\n`);
      const published = env["KALIUM_PUBLISHED"] !== "0";
      const width = widthOf(process.stdout);
      process.stdout.write(await drawResults(folder, outDirectory, { published, paper, width }));
    });
}
