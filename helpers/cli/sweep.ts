import type { Command } from "commander";
import type { SweepReport } from "../sandboxes/sweep.ts";
import { addCommand } from "./add-command.ts";

interface SweepCommandOptions {
  readonly all?: boolean;
  readonly json?: true;
}

/** `kalium-bench sweep`: removes what runs that were killed have left behind. */
export function registerSweep(program: Command): void {
  addCommand(program, "sweep", {
    task: "Prepare a machine",
    description: "Remove what killed runs left behind",
    example: "npm run sweep",
  })
    .option("--all", "Also stop runs that are still active")
    .option("--json", "Print JSON and nothing else")
    .action(async ({ all = false, json }: SweepCommandOptions) => {
      const [{ sweep }, { sweepFolders }, { sweepDatabase }, { sweepScratch }, { exitCodes }] = await Promise.all([
        import("../sandboxes/sweep.ts"),
        import("../sandboxes/sweep-folders.ts"),
        import("./sweep-database.ts"),
        import("../machine/setup/scratch.ts"),
        import("../base/exit-code.ts"),
      ]);
      const report = await sweep({ all, hooks: [sweepDatabase] });
      const folders = [...(await sweepFolders()), ...(await sweepScratch())];
      console.log(json ? JSON.stringify({ ...report, folders }, null, 2) : describe(report, folders));
      if (report.failures.length > 0) process.exitCode = exitCodes.environment;
    });
}

function describe({ swept, leftAlone, failures }: SweepReport, folders: readonly string[]): string {
  const lines = [
    ...swept.flatMap(({ runId, removed }) => removed.map((what) => `run ${runId}: removed ${what}`)),
    ...folders.map((path) => `removed folder ${path}`),
    ...leftAlone.map(({ runId, ownerPid }) => `run ${runId}: left alone, process ${ownerPid} runs it (--all ends it)`),
    ...failures.map((failure) => `FAILED: ${failure}`),
  ];
  return lines.length === 0 ? "nothing to remove" : lines.join("\n");
}
