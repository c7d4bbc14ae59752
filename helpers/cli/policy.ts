import { type Command, Option } from "commander";
import type { Semantics } from "../kalium/core/flow-graph.ts";
import { printLine } from "../../reports/terminal-text.ts";
import { addCommand } from "./add-command.ts";
import { writeOut } from "./write-out.ts";

interface ExplainOptions {
  readonly semantics: Semantics;
  readonly event: readonly string[];
  readonly beginsAt?: string;
  readonly all?: true;
  readonly exitCode?: true;
}
interface DiffOptions {
  readonly json?: true;
  readonly exitCode?: true;
}
interface DrawOptions {
  readonly function?: string;
  readonly out?: string;
}

/** `kalium-bench policy`: what a policy is, why it denies, what changed, what it looks like. */
export function registerPolicy(program: Command): void {
  const policy = addCommand(program, "policy", {
    task: "Guard with policies",
    description: "Check, explain, compare or draw policies",
    example: "npm run policy -- check policy.json",
  });
  registerCheck(policy);
  registerExplain(policy);
  registerDiff(policy);
  registerDraw(policy);
}

function registerCheck(policy: Command): void {
  addCommand(policy, "check", {
    description: "Find mistakes in policy files",
    example: "npm run policy -- check policy.json",
  })
    .argument("<file...>", "Policy files")
    .option("--json", "Print JSON and nothing else")
    .action(async (files: string[], { json }: { readonly json?: true }) => {
      const [{ readPolicy }, { summarisePolicy, summaryText }] = await Promise.all([
        import("./policy-files.ts"),
        import("../kalium/inspect/describe-policy.ts"),
      ]);
      const summaries = await Promise.all(
        files.map(async (file) => ({ file, ...summarisePolicy(await readPolicy(file)) })),
      );
      if (json === true) console.log(JSON.stringify(summaries));
      else for (const { file, ...summary } of summaries) printLine(summaryText(file, summary).trimEnd());
    });
}

function registerExplain(policy: Command): void {
  addCommand(policy, "explain", {
    description: "Tell why a policy denies traces or events",
    example: "npm run policy -- explain policy.json --event 'cart SEND db POST'",
  })
    .argument("<file>", "Policy file")
    .argument("[traces...]", "Trace files, or logs of the guard or of the artifact's ctr")
    .option("--event <text>", "Function, event, URL and method; may be repeated for the next event", collect, [])
    .addOption(beginsAtOption())
    .addOption(semanticsOption())
    .option("--all", "Also show allowed events and traces")
    .addOption(exitCodeOption("something is denied"))
    .action(async (file: string, traceFiles: string[], options: ExplainOptions) => {
      const { semantics, event, beginsAt, all, exitCode } = options;
      const [
        { readPolicy, readTraces },
        { explainTrace },
        { beginning, traceOfTexts },
        { exitCodes },
        { KaliumError },
      ] = await Promise.all([
        import("./policy-files.ts"),
        import("../kalium/inspect/explain-trace.ts"),
        import("./event-texts.ts"),
        import("../base/exit-code.ts"),
        import("../base/errors.ts"),
      ]);
      const of = await readPolicy(file);
      const reading = { normalise: of.normalise, beginsAt: beginning(beginsAt) };
      const read = await Promise.all(traceFiles.map((path) => readTraces(path, reading)));
      const traces = [...read.flatMap((one) => one.traces), ...(event.length === 0 ? [] : [traceOfTexts(event)])];
      if (traces.length === 0) {
        throw new KaliumError("E_CONFIG", "there is no trace to explain", {
          hint: "Name trace files or logs, or write `--event 'cart SEND db POST'`",
        });
      }
      const explained = traces.map((trace) => explainTrace(of, trace, semantics));
      for (const { denied, text } of explained) if (denied || all === true) process.stdout.write(text);
      for (const { problems } of read) for (const problem of problems) printLine(`warning: ${problem}`, process.stderr);
      const count = explained.filter(({ denied }) => denied).length;
      console.log(`${count} of ${explained.length} ${explained.length === 1 ? "trace" : "traces"} denied`);
      if (count > 0 && exitCode) process.exitCode = exitCodes.assertion;
    });
}

function registerDiff(policy: Command): void {
  addCommand(policy, "diff", {
    description: "Compare two policies",
    example: "npm run policy -- diff old.json new.json",
  })
    .argument("<A>", "Policy file")
    .argument("<B>", "Policy file")
    .option("--json", "Print JSON and nothing else")
    .addOption(exitCodeOption("they differ"))
    .action(async (a: string, b: string, { json, exitCode }: DiffOptions) => {
      const [{ readPolicy }, { diffPolicies, same }, { diffText }, { exitCodes }] = await Promise.all([
        import("./policy-files.ts"),
        import("../kalium/inspect/diff-policies.ts"),
        import("../kalium/inspect/diff-text.ts"),
        import("../base/exit-code.ts"),
      ]);
      const diff = diffPolicies(await readPolicy(a), await readPolicy(b));
      process.stdout.write(json === true ? `${JSON.stringify(diff)}\n` : diffText(diff));
      if (exitCode && !same(diff)) process.exitCode = exitCodes.assertion;
    });
}

function registerDraw(policy: Command): void {
  addCommand(policy, "draw", {
    description: "Draw a flow graph as SVG or PNG",
    example: "npm run policy -- draw policy.json --out graph.svg",
  })
    .argument("<file>", "Policy file")
    .option("--function <name>", "Draw the graph of this function (default: the global graph)")
    .option("--out <file>", "File to write, *.svg or *.png (default: SVG on standard output)")
    .action(async (file: string, { function: of, out }: DrawOptions) => {
      const [{ readPolicy }, { drawGraph }, { KaliumError }] = await Promise.all([
        import("./policy-files.ts"),
        import("../kalium/inspect/draw-graph.ts"),
        import("../base/errors.ts"),
      ]);
      if (out !== undefined && !/\.(svg|png)$/.test(out)) {
        throw new KaliumError("E_CONFIG", `${out} is neither *.svg nor *.png`, {
          hint: "Name the output file *.svg or *.png.",
        });
      }
      const { global, locals } = await readPolicy(file);
      const graph = of === undefined ? global : locals.get(of);
      if (graph === undefined) {
        const known = [...locals.keys()].join(", ");
        throw new KaliumError("E_CONFIG", `${file} has no graph of ${of}`, { hint: `Use one of ${known}.` });
      }
      const drawn = await drawGraph(graph, of === undefined ? "Global flow graph" : `Flow graph of ${of}`);
      if (out === undefined) process.stdout.write(drawn.svg);
      else await writeOut(out, out.endsWith(".png") ? drawn.png() : drawn.svg);
    });
}

/** As Git's: without it a finding is a normal result, and a script continues. */
const exitCodeOption = (finding: string): Option => new Option("--exit-code", `Exit with 1 when ${finding}`);

export const semanticsOption = (): Option =>
  new Option("--semantics <name>", "How the guard checks; docs/policy.md has the differences")
    .choices(["reference", "shipped", "strict"])
    .default("strict");

export const beginsAtOption = (): Option =>
  new Option("--begins-at <event>", "Event that begins each request in logs of ctr, such as 'cart GETE'");

const collect = (value: string, before: readonly string[]): string[] => [...before, value];
