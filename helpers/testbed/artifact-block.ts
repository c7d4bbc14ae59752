/** What a block under the artifact's runtimes leaves: runsc's logs for the results, and reasons to void it. */
import { copyFile, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { ProofRecord, Sample, Void } from "../../reports/record.ts";
import type { MeasuredFunction } from "../contracts.ts";
import { isArtifactRuntime } from "../kalium/artifact/build-folder.ts";
import { keptBootLog, registrationProblem } from "../kalium/artifact/boot-log.ts";
import { ctrJournal, readCtrJournal } from "../kalium/artifact/ctr.ts";
import { bootLogFolder } from "../kalium/artifact/pod.ts";
import { proxyProblem } from "../kalium/artifact/proxy-life.ts";
import { stateFolder } from "../sandboxes/pod-driver.ts";
import type { Services } from "./testbed.ts";

export interface ArtifactBlock {
  /**
   * Copies the boot log of each instance to the results, and looks at what they say. Its voids are of this block alone:
   * the next one begins with new pods.
   */
  readonly inspect: (proofs: readonly ProofRecord[], samples: readonly Sample[]) => Promise<readonly Void[]>;
}

/** Clears the logs of the block before. */
export async function watchArtifactBlock(
  { label }: Pick<MeasuredFunction, "label">,
  { lab, systems }: Pick<Services, "lab" | "systems">,
  block: number,
): Promise<ArtifactBlock> {
  const ours = systems.filter(({ runtime }) => isArtifactRuntime(runtime));
  if (ours.length === 0 || lab.cluster !== undefined) return { inspect: () => Promise.resolve([]) };
  const guarded = ours.filter(({ guard }) => guard === "artifact").map(({ name }) => name);
  const logs = bootLogFolder(lab.runDirectory);
  for (const name of await readdir(logs).catch(() => [])) await rm(join(logs, name), { recursive: true });
  const journal = ctrJournal(lab.resultsDirectory);
  const before = (await readCtrJournal(journal)).length;

  const keepLogs = async (proofs: readonly ProofRecord[]): Promise<readonly Void[]> => {
    const voids: Void[] = [];
    for (const { system, function: of, instance } of proofs) {
      if (!ours.some(({ name }) => name === system)) continue;
      const file = await bootLogOf(bootLogFolder(lab.runDirectory, instance));
      if (file !== undefined) {
        const kept = keptBootLog(lab.resultsDirectory, { label, block, system, function: of, instance });
        await mkdir(kept.folder, { recursive: true });
        await copyFile(file, join(kept.folder, kept.name));
      }
      if (!guarded.includes(system)) continue;
      const problem =
        (file === undefined ? "wrote no boot log" : await registrationProblem(file)) ??
        (await proxyProblem(stateFolder(join(lab.runDirectory, "sandboxes", instance))));
      if (problem !== undefined) voids.push({ system, block, reason: `the artifact's guard of ${of} ${problem}` });
    }
    return voids;
  };

  return {
    inspect: async (proofs, samples) => {
      const events = (await readCtrJournal(journal)).slice(before);
      const deaths = events.filter(({ kind }) => kind === "died").length;
      const times = deaths === 1 ? "once" : `${deaths} times`;
      return [
        ...(await keepLogs(proofs)),
        ...guarded.flatMap((system) => {
          const lost = samples.filter((sample) => sample.system === system && sample.outcome === "timeout").length;
          return [
            ...(deaths === 0
              ? []
              : [{ system, block, reason: `the artifact's controller died ${times} in this block (ctr.jsonl)` }]),
            ...(lost === 0 ? [] : [{ system, block, reason: `a pod hung: ${lost} calls got no answer` }]),
          ];
        }),
      ];
    },
  };
}

/** runsc has a log file per command; the sandbox's is that of `boot`. */
async function bootLogOf(folder: string): Promise<string | undefined> {
  const names = await readdir(folder).catch(() => []);
  const name = names.find((each) => /\.boot(\.txt)?$/.test(each));
  return name === undefined ? undefined : join(folder, name);
}
