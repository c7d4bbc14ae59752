import { basename, extname } from "node:path";
import { type Command, Option } from "commander";
import type { CompareFormat, RunsComparison, ShownComparison } from "../../reports/compare.ts";
import type { SecondBuild } from "./interleave.ts";
import { addCommand } from "./add-command.ts";
import { folderNamed } from "./folder-named.ts";
import { printLine, widthOf } from "../../reports/terminal-text.ts";
import { writeOut } from "./write-out.ts";

interface CompareCommandOptions {
  readonly format?: CompareFormat;
  readonly interleave?: string;
  readonly flags?: string;
  readonly history?: true;
  readonly out?: readonly string[];
  readonly failOn: "slower" | "never";
}

/** The format of a file, where --format does not name one. */
const formatsByEnding: Readonly<Record<string, CompareFormat>> = {
  ".txt": "text",
  ".md": "markdown",
  ".html": "html",
  ".json": "json",
  ".xml": "junit",
};

/** `kalium-bench compare`: the verdict of B against A per function, for people and for CI. */
export function registerCompare(program: Command): void {
  addCommand(program, "compare", {
    task: "Use results",
    description: "Tell whether B is slower than A: two recorded runs, or two builds of runsc",
    example: "npm run compare -- reports/results/A reports/results/B",
  })
    .argument("[A-and-B...]", "Results folders: the reference A and the candidate B; any number with --history")
    .option(
      "--interleave <binary>",
      "Measure now: B is this runsc (or runc if KALIUM_BASELINE is runc), A is the baseline's; " +
        "functions and options of Vitest may follow",
    )
    .option(
      "--flags <flags>",
      'Measure now: B is runsc with these flags, such as "--directfs=false"; A is without them',
    )
    .option(
      "--history",
      "Show every system over many runs: the operands are results folders, or folders that hold them",
    )
    .addOption(
      new Option("--format <format>", "Output format (default: text; of a file, what its ending says)").choices([
        "text",
        "markdown",
        "html",
        "json",
        "junit",
        "bmf",
        "github",
      ]),
    )
    .addOption(
      new Option("--json", "Print JSON and nothing else; the same as --format json").implies({ format: "json" }),
    )
    .option(
      "--out <file>",
      "Write to this file instead of standard output; may be repeated. The ending is the format: .md, .html, .json, .txt, or .xml for JUnit",
      collect,
    )
    .addOption(
      new Option("--fail-on <verdict>", "Verdict that makes the exit status nonzero")
        .choices(["slower", "never"])
        .default("slower"),
    )
    .addHelpText(
      "after",
      `
Exit status:
  0  no cell is slower; some may not be settled, the first lines count them
  1  a cell is slower
  2  wrong option, setting or folder
  3  a binary cannot run here
  4  nothing can be judged, or not everything could be measured

Format bmf is for Bencher, github for github-action-benchmark
(customSmallerIsBetter).`,
    )
    .action(async (operands: readonly string[], options: CompareCommandOptions) => {
      const { interleave: binary, flags, out = [], failOn, history, format } = options;
      if (format === undefined) await refuseUnknownEndings(out);
      if (history) {
        process.exitCode = await showHistory(operands, { format, out, failOn });
        return;
      }
      const second = { ...(binary !== undefined && { binary }), ...(flags !== undefined && { flags }) };
      const compared = await (binary === undefined && flags === undefined
        ? compareFolders(operands)
        : compareInterleaved(second, operands));
      if (compared.result !== undefined) await write(compared.result, { format, out });
      const { comparedExitCode } = await import("./compared-exit-code.ts");
      process.exitCode = comparedExitCode(compared.exitCode, compared.result?.comparison.outcome, failOn);
    });
}

/** Before anything is measured. @throws {KaliumError} E_CONFIG */
async function refuseUnknownEndings(files: readonly string[]): Promise<void> {
  const file = files.find((name) => formatsByEnding[extname(name)] === undefined);
  if (file === undefined) return;
  const { KaliumError } = await import("../base/errors.ts");
  throw new KaliumError("E_CONFIG", `the ending of ${file} names no format`, {
    hint: `End it with ${Object.keys(formatsByEnding).join(", ")}, or name the format with --format.`,
  });
}

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

interface Output {
  readonly format: CompareFormat | undefined;
  readonly out: readonly string[];
}

/** Formats that hold the warnings themselves. */
const forPeople: readonly CompareFormat[] = ["text", "markdown", "html"];

/** To the files, or to standard output. A GitHub workflow gets its annotations where they spoil no data. */
async function write({ comparison, title, annotations, as }: ShownComparison, { format, out }: Output): Promise<void> {
  const files = out.map((file) => ({ file, as: format ?? formatsByEnding[extname(file)] ?? "markdown" }));
  for (const each of files) await writeOut(each.file, await as(each.as));
  const printed = format ?? "text";
  if (files.length === 0) process.stdout.write(await as(printed, widthOf(process.stdout)));
  const written = files.length === 0 ? [printed] : files.map((each) => each.as);
  const people = written.filter((each) => forPeople.includes(each));
  const names = files.flatMap((each) => (forPeople.includes(each.as) ? [each.file] : []));
  if (names.length > 0) console.log(`${title}: ${names.join(", ")}`);
  if (people.length === 0) warn(comparison);
  if (process.env["GITHUB_ACTIONS"] === "true" && people.length > 0) for (const line of annotations) console.log(line);
}

/** The text, and beside a file its chart. Resolves to the exit status: 1 where the last run is slower than those before. */
async function showHistory(
  operands: readonly string[],
  { format: wanted, out: files, failOn }: Output & Pick<CompareCommandOptions, "failOn">,
): Promise<number> {
  const [out, ...more] = files;
  const [{ compareHistory, historyFormats }, { KaliumError }, { exitCodes }] = await Promise.all([
    import("../../reports/compare.ts"),
    import("../base/errors.ts"),
    import("../base/exit-code.ts"),
  ]);
  const format = wanted ?? (out === undefined ? "text" : "markdown");
  const known = historyFormats.find((name) => name === format);
  if (more.length > 0) {
    throw new KaliumError("E_CONFIG", `--history writes one file, got ${files.join(", ")}`, {
      hint: "Give --out once.",
    });
  }
  if (known === undefined) {
    throw new KaliumError("E_CONFIG", `--history has no format ${format}`, {
      hint: `Choose one of ${historyFormats.join(", ")}.`,
    });
  }
  const chartFile = out === undefined || known !== "markdown" ? undefined : `${out.replace(/\.md$/, "")}.svg`;
  const { text, chart, slower } = await compareHistory(operands.length === 0 ? ["reports/results"] : operands, {
    format: known,
    width: widthOf(process.stdout),
    ...(chartFile !== undefined && { picture: basename(chartFile) }),
  });
  if (out === undefined) process.stdout.write(text);
  else await writeOut(out, text);
  if (chartFile !== undefined) await writeOut(chartFile, chart);
  return slower && failOn === "slower" ? exitCodes.assertion : exitCodes.done;
}

interface Compared {
  /** Of the measuring, where that was part of it. */
  readonly exitCode: number;
  readonly result: ShownComparison | undefined;
}

async function compareFolders(operands: readonly string[]): Promise<Compared> {
  const [reports, { KaliumError }] = await Promise.all([
    import("../../reports/compare.ts"),
    import("../base/errors.ts"),
  ]);
  const [a, b, ...more] = operands;
  if (a === undefined || b === undefined || more.length > 0) {
    throw new KaliumError("E_CONFIG", `expected 2 results folders, got ${operands.length}`, {
      hint: "Run `npm run compare -- reports/results/A reports/results/B`, or give --interleave BINARY or --flags FLAGS.",
    });
  }
  const root = process.env["KALIUM_RESULTS"] || "reports/results";
  const [before, after] = [folderNamed(a, root), folderNamed(b, root)];
  return { exitCode: 0, result: await reports.compareFolders({ a: before, b: after }) };
}

async function compareInterleaved(second: SecondBuild, vitestOptions: readonly string[]): Promise<Compared> {
  const [{ compareWithin }, { measureInterleaved }] = await Promise.all([
    import("../../reports/compare.ts"),
    import("./interleave.ts"),
  ]);
  const { system, results, exitCode } = await measureInterleaved(second, vitestOptions);
  return { exitCode, result: results && compareWithin(results, system) };
}

/** On standard error, because the machine formats stand alone on standard output. */
function warn({ differences, missing }: RunsComparison): void {
  for (const { field, before, after } of differences) {
    printLine(`warning: ${field} was ${before} and is ${after}`, process.stderr);
  }
  for (const cell of missing) printLine(`warning: not compared: ${cell}`, process.stderr);
}
