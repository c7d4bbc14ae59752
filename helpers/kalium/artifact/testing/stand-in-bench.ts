/** A benchmark run under stand-ins for the artifact's programs, and what its results say. */
import { existsSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Void } from "../../../../reports/records/record.ts";
import { hasBegun } from "../../../../reports/records/journal-lines.ts";
import { type JournalContents, readJournal } from "../../../../reports/records/store.ts";
import { scratchFolder } from "../../../../reports/testing/scratch.ts";
import { runIdsOf } from "../../../maintenance/evidence/bench-checks.ts";
import { type Command, startCommand } from "../../../maintenance/evidence/bench-command.ts";
import { runDirectoryOf } from "../../../sandboxes/run-directory.ts";
import { keptBootLogs } from "../boot-log.ts";
import { compiledPaths } from "../preflight.ts";
import { makeStandInBuild } from "./stand-in-build.ts";
import { installSeclambda, machineRunsc } from "./stand-in-machine.ts";
import { type SentryOptions, type StandInSentry, startStandInSentry } from "./stand-in-sentry.ts";

export interface StandInBench {
  readonly root: string;
  /** `build`; its `bin` has the programs. */
  readonly build: string;
  readonly bench: Command;
  readonly sentry: StandInSentry;
}

const systems = ["gvisor-stock", "gvisor-stock-aa", "kalium-artifact", "kalium-microbench"];

/** Starts the command that a user types; all of it ends with the test. */
export async function startBench(
  pattern: string,
  env: Readonly<Record<string, string>>,
  fate?: SentryOptions["fate"],
): Promise<StandInBench> {
  const root = await scratchFolder();
  const build = join(root, "build");
  await makeStandInBuild(join(build, "bin"), (await machineRunsc()) ?? "");
  await installSeclambda(join(build, "bin", "seclambda"));
  let runs: readonly string[] = [];
  const runDirectories = async () => {
    if (runs.length === 0) runs = (await runIdsOf(root)).map(runDirectoryOf);
    return runs;
  };
  const sentry = startStandInSentry({ runDirectories, seclambda: compiledPaths.seclambda, fate });
  onTestFinished(() => sentry[Symbol.asyncDispose]());
  const bench = startCommand(root, ["npx", "vitest", "run", "suites/kalium", "-t", pattern], {
    env: {
      KALIUM_BUILD: build,
      KALIUM_BASELINE: "gvisor-stock",
      KALIUM_SYSTEMS: systems.join(","),
      KALIUM_READY_TIMEOUT_MS: "120000",
      ...env,
    },
    timeoutMs: 1_800_000,
  });
  return { root, build, bench, sentry };
}

/** Disturbances from outside, which may come at any time. */
export const isBusyMachine = ({ reason }: Void): boolean => reason.includes("starved") || reason.includes("clock");

/** Of the run's only function, as far as it has come; `undefined` before its first line. */
export async function journalOf(root: string, label: string): Promise<JournalContents | undefined> {
  const [run = ""] = await readdir(join(root, "results")).catch(() => []);
  const path = join(root, "results", run, "journal", `${label}.jsonl`);
  return existsSync(path) && hasBegun(path) ? readJournal(path) : undefined;
}

/** Checked calls with stages in each boot log that was kept of a system's blocks. */
export async function stagedCalls(
  folder: string,
  { label, system, sound }: { label: string; system: string; sound: (block: number) => boolean },
): Promise<readonly number[]> {
  const names = await readdir(join(folder, "boot", label));
  const blocks = new Set(names.map((name) => Number(name.split(".")[0])).filter(sound));
  const logs = await keptBootLogs(folder, { label, system, blocks });
  const texts = await Promise.all(logs.map((path) => readFile(path, "utf8")));
  return texts.map((text) => [...text.matchAll(/\[GETEValidateWriteMeasure\] (?!.*:0s:0s:)/g)].length);
}
