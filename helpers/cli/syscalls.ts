import { type Command, Option } from "commander";
import { addCommand } from "./add-command.ts";

interface SyscallsOptions {
  readonly json?: true;
  readonly csv?: true;
  readonly markdown?: true;
  readonly upstream?: true;
  readonly corrected?: true;
  readonly guardedOnly?: true;
  readonly out?: string;
  readonly record?: string;
}

/** `kalium-bench syscalls`: what each stage of a guarded system call costs, from the artifact's boot logs. */
export function registerSyscalls(program: Command): void {
  addCommand(program, "syscalls", {
    task: "Use results",
    description: "Break down the cost of guarded syscalls from the artifact's boot logs",
    example: "npm run syscalls -- runsc.boot",
  })
    .argument("<FILE...>", "Boot logs (text or JSON, plain, gzip or xz), or folders of them")
    .addOption(new Option("--json", "Print JSON and nothing else").conflicts(["csv", "markdown", "upstream"]))
    .addOption(new Option("--csv", "Print CSV and nothing else").conflicts(["markdown", "upstream"]))
    .addOption(new Option("--markdown", "Print Markdown").conflicts(["upstream"]))
    .option("--upstream", "Print the statistics as the artifact's script computes them, mistakes included")
    .option("--corrected", "With --upstream: label the encryption stage correctly")
    .option("--guarded-only", "Leave out calls that skipped the guard")
    .option("--out <folder>", "Also write Markdown, CSV, JSON and the figure to this folder")
    .option("--record <results folder>", "Add the samples to this run, for its report")
    .action(async (files: readonly string[], options: SyscallsOptions) => {
      const [reports, { KaliumError }] = await Promise.all([
        import("../../reports/syscalls.ts"),
        import("../base/errors.ts"),
      ]);
      const { guardedOnly = false, upstream = false, corrected = false, out, record } = options;
      if (corrected && !upstream) throw new KaliumError("E_CONFIG", "--corrected needs --upstream");
      const format = (["json", "csv", "markdown"] as const).find((name) => options[name]);
      const logs = await reports.readBootLogs(files, { guardedOnly });
      const written = [
        ...(out === undefined ? [] : await reports.writeSyscallFiles(logs, out)),
        ...(record === undefined ? [] : [await reports.addSyscallRecord(logs, record)]),
      ];
      const text = upstream
        ? reports.artifactSyscalls(logs, corrected)
        : reports.formatSyscalls(logs, format ?? "plain");
      process.stdout.write(text);
      for (const path of written) console.error(`written: ${path}`);
      if (upstream || format !== undefined)
        for (const note of reports.notesOf(logs.logs)) console.error(`warning: ${note}`);
    });
}
