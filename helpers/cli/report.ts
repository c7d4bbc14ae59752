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
    .argument(
      "[folder]",
      "Results folder of a run, or its name below KALIUM_RESULTS (default: KALIUM_RESULTS, or the latest run in it)",
    )
    .argument("[more...]", "Folders of a load and a density run, drawn with it as one report")
    .option("--paper", "Draw Figure 8 for one column and for a slide, too, and write it for pgfplots (figure-8.tex)")
    .action(async (named: string | undefined, more: readonly string[], { paper = false }: { paper?: boolean }) => {
      const [{ loadConfig }, { folderToDraw }, { drawResults }] = await Promise.all([
        import("../config/config.ts"),
        import("./folder-to-draw.ts"),
        import("../../reports/draw.ts"),
      ]);
      const { KALIUM_RESULTS: root, ...env } = process.env; // only read here: it need not be writable
      const { outDirectory, resultsDirectory } = loadConfig(env);
      const found = [await folderToDraw(named, root || resultsDirectory)];
      for (const folder of more) found.push(await folderToDraw(folder, root || resultsDirectory));
      const [first = "", ...others] = found.map(({ folder }) => folder);
      const published = env["KALIUM_PUBLISHED"] !== "0";
      const options = { published, paper, width: widthOf(process.stdout) };
      const drawn = await drawResults(others.length === 0 ? first : [first, ...others], outDirectory, options);
      process.stdout.write(`${found.map(({ about }) => about).join("\n")}\n\n${drawn}`);
    });
}
