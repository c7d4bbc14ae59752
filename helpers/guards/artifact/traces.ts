/** What the artifact's programs leave of a block: on this machine, or on the nodes of a cluster. */
import { copyFile, cp, mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../../base/errors.ts";
import { ctrJournal, readCtrJournal } from "../../kalium/artifact/ctr.ts";
import { bootLogFolder } from "../../kalium/artifact/pod.ts";
import { compiledPaths } from "../../kalium/artifact/preflight.ts";
import { proxyProblem } from "../../kalium/artifact/proxy-life.ts";
import type { GuardedRun } from "../guard.ts";
import { stateFolder } from "../../sandboxes/pod-driver.ts";
import { askFront } from "../../platforms/kubernetes/ask-front.ts";
import { askSurroundings } from "../../platforms/kubernetes/cluster-watch.ts";

/** Reasons read on after "it", "the controller". */
export interface ArtifactTraces {
  /** Copies the boot log of an instance. @returns why there is none */
  readonly keepBootLog: (instance: string, path: string) => Promise<string | undefined>;
  /** What has happened to the controller since the block began. */
  readonly controllerProblem: () => Promise<string | undefined>;
  readonly proxyProblem: (instance: string) => Promise<string | undefined>;
  /** Copies to a folder what a block that is void leaves: all logs of runsc, and what seclambda printed in it. */
  readonly keepEvidence: (folder: string) => Promise<void>;
}

type Place = Pick<GuardedRun, "runDirectory" | "resultsDirectory" | "gateway" | "cluster">;

/** Begins a block: clears what the one before has left. */
export const watchArtifactTraces = (lab: Place): Promise<ArtifactTraces> =>
  lab.cluster === undefined ? watchMachine(lab) : watchNodes(lab);

async function watchMachine({ runDirectory, resultsDirectory }: Place): Promise<ArtifactTraces> {
  const logs = bootLogFolder(runDirectory);
  const living = new Set(await readdir(join(runDirectory, "sandboxes")).catch(() => []));
  for (const name of await readdir(logs).catch(() => [])) {
    if (!living.has(name)) await rm(join(logs, name), { recursive: true }); // the floors' instance outlives blocks
  }
  const beganMs = Date.now();
  const journal = ctrJournal(resultsDirectory);
  const before = (await readCtrJournal(journal)).length;
  return {
    keepBootLog: async (instance, path) => {
      const folder = bootLogFolder(runDirectory, instance);
      // runsc has a log file per command; the sandbox's is that of `boot`.
      const name = (await readdir(folder).catch(() => [])).find((each) => /\.boot(\.txt)?$/.test(each));
      if (name === undefined) return "wrote no boot log";
      await copyFile(join(folder, name), path);
      return undefined;
    },
    controllerProblem: async () => {
      const events = (await readCtrJournal(journal)).slice(before);
      const deaths = events.filter(({ kind }) => kind === "died").length;
      if (deaths === 0) return undefined;
      return `died ${deaths === 1 ? "once" : `${deaths} times`} in this block (ctr.jsonl)`;
    },
    proxyProblem: (instance) => proxyProblem(stateFolder(join(runDirectory, "sandboxes", instance))),
    keepEvidence: async (folder) => {
      await mkdir(folder, { recursive: true });
      await cp(logs, join(folder, "runsc"), { recursive: true });
      await keepRecent(compiledPaths.seclambdaLogs, join(folder, "seclambda"), beganMs);
    },
  };
}

/** Logs lie in a folder per sandbox there, and stay. Whether a pod's seclambda lives is not seen. */
async function watchNodes(lab: Place): Promise<ArtifactTraces> {
  const controller = async (): Promise<string> => (await askSurroundings(lab)).controller.join();
  const before = await controller();
  return {
    keepBootLog: async (instance, path) => {
      try {
        await writeFile(path, await askFront(lab, `boot-log/${instance}`));
        return undefined;
      } catch (error) {
        return `has no boot log: ${messageOf(error)}`;
      }
    },
    controllerProblem: async () => ((await controller()) === before ? undefined : "was restarted in this block"),
    proxyProblem: () => Promise.resolve(undefined),
    keepEvidence: () => Promise.resolve(),
  };
}

/** Copies the files that were written to since. A program without a folder for its output has printed nothing. */
async function keepRecent(from: string, to: string, sinceMs: number): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from).catch(() => [])) {
    const { mtimeMs } = await stat(join(from, name));
    if (mtimeMs >= sinceMs) await copyFile(join(from, name), join(to, name));
  }
}
