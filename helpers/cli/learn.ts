import { type Command, Option } from "commander";
import type { Semantics } from "../kalium/core/flow-graph.ts";
import type { Normalisation } from "../kalium/core/normalise.ts";
import { beginsAtOption, semanticsOption } from "./policy.ts";
import { printLine } from "../../reports/terminal-text.ts";
import { addCommand } from "./add-command.ts";
import { wholeNumberFrom } from "./usage.ts";
import { writeOut } from "./write-out.ts";

interface LearnOptions {
  readonly out: string;
  readonly semantics: Semantics;
  readonly rounds?: number;
  readonly normalise: Normalisation;
  readonly beginsAt?: string;
  readonly saveTraces?: string;
}

/** `kalium-bench learn`: from what functions did to a policy that allows no more. */
export function registerLearn(program: Command): void {
  addCommand(program, "learn", {
    task: "Guard with policies",
    description: "Learn a policy from what functions were seen to do",
    example: "npm run learn -- traces.jsonl --out policy.json",
  })
    .argument("<traces...>", "Trace files, or logs of the guard or of the artifact's ctr")
    .requiredOption("--out <file>", "Policy file to write")
    .addOption(semanticsOption())
    .option("--rounds <N>", "Learn from the first N rounds only", wholeNumberFrom(1, 999_999_999))
    .addOption(
      new Option("--normalise <what>", "Part of a URL that counts, for logs (a trace file states its own)")
        .choices(["host", "legacy", "path"])
        .default("path"),
    )
    .addOption(beginsAtOption())
    .option("--save-traces <file>", "Also write the traces to this file")
    .action(async (files: string[], options: LearnOptions) => {
      const [{ readTraces }, { beginning }, { learnPolicy }, traceFile] = await Promise.all([
        import("./policy-files.ts"),
        import("./event-texts.ts"),
        import("./learn-policy.ts"),
        import("../kalium/learn/trace-file.ts"),
      ]);
      const { normalise, beginsAt } = options;
      const read = await Promise.all(
        files.map((file) => readTraces(file, { normalise, beginsAt: beginning(beginsAt), withoutDenied: true })),
      );
      for (const { problems } of read) for (const problem of problems) printLine(`warning: ${problem}`, process.stderr);
      const learnt = learnPolicy(read, { ...options, files });
      await writeOut(options.out, learnt.text);
      if (options.saveTraces !== undefined) {
        const { writeTrace, writeTraceHead } = traceFile;
        const text = writeTraceHead(learnt) + learnt.traces.map(writeTrace).join("");
        await writeOut(options.saveTraces, text);
      }
      printLine(`${learnt.summary}Policy   ${options.out}`);
      console.log(`Look     npm run policy -- check ${options.out}`); // a command stays on one line
    });
}
