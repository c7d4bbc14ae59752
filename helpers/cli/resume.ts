import { resolve } from "node:path";
import type { Command } from "commander";
import { addCommand } from "./add-command.ts";

interface ResumeOptions {
  readonly allowMixed?: boolean;
}

/** `kalium-bench resume`: resumes an interrupted run in its folder and with its settings. */
export function registerResume(program: Command): void {
  addCommand(program, "resume", {
    task: "Measure",
    description: "Resume an interrupted run; finished functions keep their results",
    example: "npm run resume",
  })
    .argument("[folder]", "Results folder of the run (default: the latest)")
    .option("--allow-mixed", "Resume although code or machine have changed; the records say so")
    .action(async (named: string | undefined, { allowMixed = false }: ResumeOptions) => {
      const [{ loadConfig }, resumable, { latestResults }, { captureEnvironment }, { runVitest }, { voidExitCode }] =
        await Promise.all([
          import("../config/config.ts"),
          import("../testbed/run/resume.ts"),
          import("../../reports/records/store.ts"),
          import("../machine/environment/index.ts"),
          import("./run-vitest.ts"),
          import("./void-exit-code.ts"),
        ]);
      const root = loadConfig().resultsDirectory;
      const folder = resolve(named ?? (await latestResults(root)));
      const run = await resumable.readResumable(folder);
      const resume = { KALIUM_RESUME: folder, KALIUM_ALLOW_MIXED: allowMixed ? "1" : "0" };
      const env = { ...process.env, ...resumable.variablesOf(run, process.env), ...resume };
      const found = resumable.compareWithRun(run, {
        config: loadConfig(env),
        environment: await captureEnvironment(),
        allowMixed,
      });
      for (const difference of found) process.stderr.write(`resume: mixed: ${difference}\n`);
      const sinceMs = Date.now();
      const code = await runVitest(run.arguments?.length ? run.arguments : ["suites/kalium"], { env });
      process.exitCode = await voidExitCode(code, { root, folder, sinceMs });
    });
}
