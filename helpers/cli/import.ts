import type { Command } from "commander";
import { addCommand } from "./add-command.ts";

interface ImportCommandOptions {
  readonly out?: string;
  readonly system?: string;
}

/** `kalium-bench import`: results of the artifact, or of an export of ours, as a results folder. */
export function registerImport(program: Command): void {
  addCommand(program, "import", {
    task: "Use results",
    description: "Import the artifact's result files as a results folder",
    example: "npm run import -- results_gvisor results_kalium",
  })
    .argument("<source...>", "Folders such as results_gvisor, folders that contain those, or single files")
    .option("--out <folder>", "Results folder to create (default: a new one in KALIUM_RESULTS)")
    .option("--system <name>", "System that was measured, where file and folder names do not say it")
    .addHelpText(
      "after",
      `
A malformed line is named, and then nothing is imported. A file counts as one
block, so ratios have no intervals. docs/records.md explains the names.`,
    )
    .action(async (sources: string[], { out, system }: ImportCommandOptions) => {
      const [{ importResults, importableSystems }, { loadConfig }, { unusable }, { suggest }] = await Promise.all([
        import("../../reports/import.ts"),
        import("../config/config.ts"),
        import("../config/read-variables.ts"),
        import("../config/suggest.ts"),
      ]);
      if (system !== undefined && !importableSystems.includes(system)) {
        const meant = suggest(system, importableSystems);
        throw unusable(
          [`--system ${system} is not known${meant === undefined ? "" : `; did you mean ${meant}?`}`],
          `Use one of ${importableSystems.join(", ")}.`,
        );
      }
      const root = loadConfig().resultsDirectory;
      const { folder, records, notes } = await importResults({ sources, system, folder: out, root });
      const files = records.flatMap(({ imported }) => imported?.files ?? []);
      for (const [name, own] of Object.entries(Object.groupBy(files, (file) => file.system))) {
        const averages = own?.filter(({ average }) => average !== undefined).length ?? 0;
        const calls = own?.reduce((sum, { count }) => sum + count, 0) ?? 0;
        const of = averages === 0 ? "" : `, ${averages} of them known by their average only`;
        console.log(
          `${name}: ${own?.length ?? 0} ${own?.length === 1 ? "function" : "functions"}, ${calls} calls${of}`,
        );
      }
      for (const note of notes) console.error(`warning: ${note}`);
      console.log(`Results  ${folder}`);
      console.log(`Draw     npm run report -- ${folder}`);
      console.log(`Compare  npm run compare -- ${folder} <another results folder>`);
    });
}
