/** What a block under the artifact's runtimes leaves: runsc's logs for the results, and reasons to void it. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { ProofRecord, Sample, Void } from "../../../reports/records/record.ts";
import type { MeasuredFunction } from "../../contracts/application.ts";
import { isArtifactRuntime } from "../../kalium/artifact/build-folder.ts";
import { countChecks, keptBootLog, registrationProblem, voidFolder } from "../../kalium/artifact/boot-log.ts";
import { watchArtifactTraces } from "./traces.ts";
import type { ComparedSystem } from "../../config/systems.ts";
import type { GuardedRun, Inspection } from "../guard.ts";

export interface ArtifactBlock {
  /**
   * Copies the boot log of each instance to the results, and looks at what they say. Its voids are of this block alone:
   * the next one begins with new pods.
   */
  readonly inspect: (proofs: readonly ProofRecord[], samples: readonly Sample[]) => Promise<Inspection>;
  /** For a block that something voids: keeps what its programs left under `boot/<label>/void-<block>` of the results. */
  readonly keepEvidence: () => Promise<void>;
}

/** Clears the logs of the block before. */
export async function watchArtifactBlock(
  { label }: Pick<MeasuredFunction, "label">,
  { run, systems }: { readonly run: GuardedRun; readonly systems: readonly ComparedSystem[] },
  block: number,
): Promise<ArtifactBlock> {
  const ours = systems.filter(({ runtime }) => isArtifactRuntime(runtime));
  if (ours.length === 0) {
    return {
      inspect: () => Promise.resolve({ voids: [], checks: new Map() }),
      keepEvidence: () => Promise.resolve(),
    };
  }
  const guarded = ours.filter(({ guard }) => guard === "artifact").map(({ name }) => name);
  const traces = await watchArtifactTraces(run);

  const keepLogs = async (proofs: readonly ProofRecord[]): Promise<Inspection> => {
    const voids: Void[] = [];
    const checks = new Map<string, number>();
    for (const { system, function: of, instance } of proofs) {
      if (!ours.some(({ name }) => name === system)) continue;
      const kept = keptBootLog(run.resultsDirectory, { label, block, system, function: of, instance });
      await mkdir(kept.folder, { recursive: true });
      const path = join(kept.folder, kept.name);
      const absent = await traces.keepBootLog(instance, path);
      if (!guarded.includes(system)) continue;
      const problem = absent ?? (await registrationProblem(path)) ?? (await traces.proxyProblem(instance));
      if (problem !== undefined) voids.push({ system, block, reason: `the artifact's guard of ${of} ${problem}` });
      else checks.set(system, (checks.get(system) ?? 0) + (await countChecks(path)));
    }
    return { voids, checks };
  };

  return {
    keepEvidence: () => traces.keepEvidence(voidFolder(run.resultsDirectory, label, block)),
    inspect: async (proofs, samples) => {
      const controller = await traces.controllerProblem();
      const { voids, checks } = await keepLogs(proofs);
      const lost = [
        ...voids,
        ...guarded.flatMap((system) => {
          const unanswered = samples.filter(
            (sample) => sample.system === system && sample.outcome === "timeout",
          ).length;
          return [
            ...(controller === undefined ? [] : [{ system, block, reason: `the artifact's controller ${controller}` }]),
            ...(unanswered === 0 ? [] : [{ system, block, reason: `a pod hung: ${unanswered} calls got no answer` }]),
          ];
        }),
      ];
      return { voids: lost, checks };
    },
  };
}
