import { type Command, Option } from "commander";

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
  program
    .command("syscalls")
    .description("per-syscall overhead from .boot logs of the artifact's runtime")
    .argument("<FILE...>", "boot logs (text or JSON; gzip and xz too), or folders of them")
    .addOption(new Option("--json", "print JSON only").conflicts(["csv", "markdown", "upstream"]))
    .addOption(new Option("--csv", "print CSV only").conflicts(["markdown", "upstream"]))
    .addOption(new Option("--markdown", "print Markdown").conflicts(["upstream"]))
    .option("--upstream", "print the statistics as the artifact's script does, its mistakes included")
    .option("--corrected", "with --upstream: label the encryption as such")
    .option("--guarded-only", "leave out calls whose guard was skipped")
    .option("--out <folder>", "write Markdown, CSV, JSON and the picture there, too")
    .option("--record <results folder>", "add the samples to a run's results, for its report")
    .action(async (files: readonly string[], options: SyscallsOptions) => {
      const [reports, { KaliumError }] = await Promise.all([
        import("../../reports/syscalls.ts"),
        import("../errors.ts"),
      ]);
      const { guardedOnly = false, upstream = false, corrected = false, out, record } = options;
      if (corrected && !upstream) throw new KaliumError("E_CONFIG", "--corrected goes with --upstream");
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
