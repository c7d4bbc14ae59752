import { type Command, Option } from "commander";
import type { Semantics } from "../kalium/core/flow-graph.ts";

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
  const policy = program.command("policy").description("look at policies of the guard: check, explain, diff, draw");
  registerCheck(policy);
  registerExplain(policy);
  registerDiff(policy);
  registerDraw(policy);
}

function registerCheck(policy: Command): void {
  policy
    .command("check")
    .description("say what is wrong with policy files, and where")
    .argument("<file...>", "policy files of a controller")
    .option("--json", "print an array of summaries and nothing else")
    .action(async (files: string[], { json }: { readonly json?: true }) => {
      const [{ readPolicy }, { summarise, summaryText }] = await Promise.all([
        import("./policy-files.ts"),
        import("../kalium/inspect/describe-policy.ts"),
      ]);
      const summaries = await Promise.all(files.map(async (file) => ({ file, ...summarise(await readPolicy(file)) })));
      if (json === true) console.log(JSON.stringify(summaries));
      else for (const { file, ...summary } of summaries) process.stdout.write(summaryText(file, summary));
    });
}

function registerExplain(policy: Command): void {
  policy
    .command("explain")
    .description("say why traces, or events one after the other, are denied, and at which node")
    .argument("<file>", "policy file")
    .argument("[traces...]", "trace files, or logs of our guards or of the artifact's ctr")
    .option("--event <text>", "function, event, URL and method: 'cart SEND db POST'; again for the next", collect, [])
    .addOption(beginsAtOption())
    .addOption(semanticsOption())
    .option("--all", "show allowed events and traces too")
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
        import("./exit-code.ts"),
        import("../errors.ts"),
      ]);
      const of = await readPolicy(file);
      const reading = { normalise: of.normalise, beginsAt: beginning(beginsAt) };
      const read = await Promise.all(traceFiles.map((path) => readTraces(path, reading)));
      const traces = [...read.flatMap((one) => one.traces), ...(event.length === 0 ? [] : [traceOfTexts(event)])];
      if (traces.length === 0) {
        throw new KaliumError("E_CONFIG", "there is no trace to explain", {
          hint: "name trace files or logs, or write `--event 'cart SEND db POST'`",
        });
      }
      const explained = traces.map((trace) => explainTrace(of, trace, semantics));
      for (const { denied, text } of explained) if (denied || all === true) process.stdout.write(text);
      for (const { problems } of read) for (const problem of problems) console.error(`warning: ${problem}`);
      const count = explained.filter(({ denied }) => denied).length;
      console.log(`${count} of ${explained.length} ${explained.length === 1 ? "trace" : "traces"} denied`);
      if (count > 0 && exitCode) process.exitCode = exitCodes.assertion;
    });
}

function registerDiff(policy: Command): void {
  policy
    .command("diff")
    .description("compare two policies by functions, nodes, edges and counts")
    .argument("<A>", "policy file")
    .argument("<B>", "policy file")
    .option("--json", "print one object and nothing else")
    .addOption(exitCodeOption("they differ"))
    .action(async (a: string, b: string, { json, exitCode }: DiffOptions) => {
      const [{ readPolicy }, { diffPolicies, same }, { diffText }, { exitCodes }] = await Promise.all([
        import("./policy-files.ts"),
        import("../kalium/inspect/diff-policies.ts"),
        import("../kalium/inspect/diff-text.ts"),
        import("./exit-code.ts"),
      ]);
      const diff = diffPolicies(await readPolicy(a), await readPolicy(b));
      process.stdout.write(json === true ? `${JSON.stringify(diff)}\n` : diffText(diff));
      if (exitCode && !same(diff)) process.exitCode = exitCodes.assertion;
    });
}

function registerDraw(policy: Command): void {
  policy
    .command("draw")
    .description("draw a flow graph as SVG or PNG")
    .argument("<file>", "policy file")
    .option("--function <name>", "the graph of a function (default: the global graph)")
    .option("--out <file>", "*.svg or *.png (default: SVG on standard output)")
    .action(async (file: string, { function: of, out }: DrawOptions) => {
      const [{ readPolicy, writeOut }, { drawGraph }, { KaliumError }] = await Promise.all([
        import("./policy-files.ts"),
        import("../kalium/inspect/draw-graph.ts"),
        import("../errors.ts"),
      ]);
      if (out !== undefined && !/\.(svg|png)$/.test(out)) {
        throw new KaliumError("E_CONFIG", `${out} is neither *.svg nor *.png`, { hint: "name the file so" });
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

/** As Git's: without it a finding is an answer like any other, and a script goes on. */
const exitCodeOption = (finding: string): Option => new Option("--exit-code", `exit with 1 when ${finding}`);

export const semanticsOption = (): Option =>
  new Option("--semantics <name>", "who checks: docs/policy.md has the differences")
    .choices(["reference", "shipped", "strict"])
    .default("strict");

export const beginsAtOption = (): Option =>
  new Option("--begins-at <event>", "for logs of ctr, whose requests share a session: 'cart GETE' begins each");

const collect = (value: string, before: readonly string[]): string[] => [...before, value];
