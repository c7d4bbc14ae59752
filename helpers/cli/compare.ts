import { writeFile } from "node:fs/promises";
import { type Command, Option } from "commander";

interface CompareCommandOptions {
  readonly format: "markdown" | "json" | "bmf" | "github";
  readonly out?: string;
  readonly failOn: "slower" | "never";
}

/** `kalium-bench compare`: the verdict of B against A per function, for people and for CI. */
export function registerCompare(program: Command): void {
  program
    .command("compare")
    .description("compare two results folders: is B slower than A?")
    .argument("<A>", "results folder that is compared with, such as reports/results/<run id>")
    .argument("<B>", "results folder that is judged")
    .addOption(
      new Option("--format <format>", "what to print")
        .choices(["markdown", "json", "bmf", "github"])
        .default("markdown"),
    )
    .option("--out <file>", "write to a file instead of standard output")
    .addOption(
      new Option("--fail-on <verdict>", "what makes the exit status other than 0")
        .choices(["slower", "never"])
        .default("slower"),
    )
    .addHelpText(
      "after",
      "\nExit status: 0 not slower, 1 slower, 4 nothing can be judged.\nbmf is for Bencher, github for github-action-benchmark (customSmallerIsBetter).",
    )
    .action(async (a: string, b: string, { format, out, failOn }: CompareCommandOptions) => {
      const [{ compareFolders }, { KaliumError, messageOf }, { exitCodes }] = await Promise.all([
        import("../../reports/compare.ts"),
        import("../errors.ts"),
        import("./exit-code.ts"),
      ]);
      const { comparison, text } = await compareFolders({ a, b, format }).catch((cause: unknown) => {
        throw new KaliumError("E_RECORD", messageOf(cause), { cause });
      });
      if (out === undefined) process.stdout.write(text);
      else await writeFile(out, text);
      if (format !== "markdown") {
        for (const { field, before, after } of comparison.differences) {
          console.error(`warning: ${field} was ${before} and is ${after}`);
        }
        for (const cell of comparison.missing) console.error(`warning: not compared: ${cell}`);
      }
      if (failOn === "never") return;
      if (comparison.outcome === "slower") process.exitCode = exitCodes.assertion;
      if (comparison.outcome === "undecided") process.exitCode = exitCodes.voidData;
    });
}
