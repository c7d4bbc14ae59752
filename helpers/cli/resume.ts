import type { Command } from "commander";
import { printLine } from "../../reports/terminal-text.ts";
import { addCommand } from "./add-command.ts";
import { folderNamed } from "./folder-named.ts";
import { wholeNumberFrom } from "./usage.ts";

interface ResumeOptions {
  readonly allowMixed?: boolean;
  readonly settle?: boolean;
  readonly minutes?: number;
}

/** `kalium-bench resume`: resumes an interrupted run in its folder and with its settings, or continues a complete one. */
export function registerResume(program: Command): void {
  addCommand(program, "resume", {
    task: "Measure",
    description:
      "Resume an interrupted run, or keep measuring until a run is settled; finished functions keep their results",
    example: "npm run resume -- --settle",
  })
    .argument("[folder]", "Results folder of the run, or its name below KALIUM_RESULTS (default: the latest)")
    .option("--allow-mixed", "Resume although code or machine have changed; the records say so")
    .option("--settle", "Then keep measuring until every comparison is settled, or the time is up")
    .option(
      "--minutes <n>",
      "Time for --settle, the rest of an interrupted run included (default: 15)",
      wholeNumberFrom(1, 10_000),
    )
    .action(
      async (named: string | undefined, { allowMixed = false, settle = false, minutes: given }: ResumeOptions) => {
        const [
          { loadConfig },
          resumable,
          { latestResults },
          { captureEnvironment },
          { resumeOnce },
          { settleRun },
          { KaliumError },
          { runScope },
          { refuseUnwritable },
        ] = await Promise.all([
          import("../config/config.ts"),
          import("../testbed/run/resume.ts"),
          import("../../reports/records/store.ts"),
          import("../machine/environment/index.ts"),
          import("./resume-once.ts"),
          import("./settle-run.ts"),
          import("../base/errors.ts"),
          import("../testbed/run/run-scope.ts"),
          import("../config/needs-writing.ts"),
        ]);
        if (given !== undefined && !settle) {
          throw new KaliumError("E_CONFIG", `--minutes ${given} is for --settle, which is missing`, {
            hint: `Run \`npm run resume -- --settle --minutes ${given}\`.`,
          });
        }
        const minutes = given ?? 15;
        const root = loadConfig().resultsDirectory;
        const folder = named === undefined ? await latestResults(root, { cut: true }) : folderNamed(named, root);
        const run = await resumable.readResumable(folder, { settle });
        const resume = { KALIUM_RESUME: folder, KALIUM_ALLOW_MIXED: allowMixed ? "1" : "0" };
        const env = { ...process.env, ...resumable.variablesOf(run, process.env), ...resume };
        const { config, application, measured } = await runScope(resumable.asBegun(run, loadConfig(env)));
        const found = resumable.compareWithRun(run, {
          config,
          environment: await captureEnvironment(),
          allowMixed,
        });
        for (const difference of found) printLine(`resume: mixed: ${difference}`, process.stderr);
        refuseUnwritable({ ...config, resultsDirectory: folder });
        const measure = (words: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<number> =>
          resumeOnce(words, { env: { ...env, ...more }, root, folder });
        const all = run.arguments?.length ? run.arguments : ["suites/kalium"];
        process.exitCode = settle
          ? await settleRun({
              ...{ folder, minutes, measure },
              ...(run.outcome !== "passed" && { interrupted: all }),
              ...(application && { ofUser: measured }),
            })
          : await measure(all);
      },
    );
}
