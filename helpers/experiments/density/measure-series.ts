import { setTimeout as sleep } from "node:timers/promises";
import type { DensityPlan, DensityPoint, DensitySeries } from "../../../reports/records/density-record.ts";
import type { ProofRecord, Void } from "../../../reports/records/record.ts";
import { nowNs } from "../../base/clock.ts";
import { availableMemoryBytes, captureLoad } from "../../machine/environment/index.ts";
import { type GroupFolders, groupFolders, readGroupUsage } from "../../sandboxes/usage/read.ts";
import type { IdleInstances } from "./idle-instances.ts";
import { fitsOneMore, hasSettled, isPoint } from "./limits.ts";

export interface MeasuredSeries {
  readonly series: DensitySeries;
  readonly proof: ProofRecord;
  readonly voids: readonly Void[];
}

/** After an answer a program still frees and fetches memory: between two readings, and until the last of them, ms. */
const [readingMs, longestSettlingMs] = [250, 5_000];

/**
 * Starts instances one after the other until there are as many as planned or the next one would not fit the memory, and
 * reads what they take. They stay.
 * @throws {KaliumError} E_DEPLOY, E_RUNTIME_PROOF
 */
export async function measureSeries(
  instances: IdleInstances,
  { system, block, position }: Pick<DensitySeries, "system" | "block" | "position">,
  plan: Pick<DensityPlan, "instances" | "memoryBytes">,
  signal: AbortSignal,
): Promise<MeasuredSeries> {
  const beforeBytes = await availableMemoryBytes();
  const limits = { memoryBytes: plan.memoryBytes, availableBytes: beforeBytes };
  const folders: (GroupFolders | undefined)[] = [];
  const proofs: ProofRecord[] = [];
  const points: DensityPoint[] = [];
  const read = async (): Promise<DensityPoint> => {
    const sets = folders.flatMap((folder) => (folder && readGroupUsage(folder)?.workingSetBytes) ?? []);
    const availableBytes = await availableMemoryBytes();
    return {
      instances: folders.length,
      ...(sets.length === folders.length && { instanceBytes: sets }),
      ...(availableBytes !== undefined && { availableBytes }),
    };
  };
  const readSettled = async (): Promise<void> => {
    const endNs = nowNs() + longestSettlingMs * 1e6;
    let point = await read();
    for (let settled = false; !settled;) {
      await sleep(readingMs, undefined, { signal });
      const next = await read();
      settled = hasSettled(point, next) || nowNs() >= endNs;
      point = next;
    }
    points.push(point);
  };
  let ended: DensitySeries["ended"] = "instances";
  while (folders.length < plan.instances) {
    const { proof, cgroup } = await instances.startNext(signal);
    proofs.push(proof);
    folders.push(cgroup === undefined ? undefined : groupFolders(cgroup));
    if (isPoint(folders.length)) await readSettled();
    const { instanceBytes, availableBytes } = await read();
    const taken = {
      instances: folders.length,
      workingSetBytes: instanceBytes?.reduce((sum, bytes) => sum + bytes, 0),
      lessAvailableBytes: beforeBytes && availableBytes && beforeBytes - availableBytes,
    };
    if (folders.length < plan.instances && !fitsOneMore(taken, limits)) {
      ended = "memory";
      break;
    }
  }
  if (points.at(-1)?.instances !== folders.length) await readSettled();
  const [proof] = proofs;
  if (proof === undefined) throw new TypeError("a plan has at least one instance");
  const version = folders[0]?.version;
  const [loadAverage = 0] = (await captureLoad()).average;
  const series: DensitySeries = {
    ...{ system, block, position },
    ...(version !== undefined && { source: `cgroup-v${version}` as const }),
    ...(beforeBytes !== undefined && { availableBytes: beforeBytes }),
    startsNs: proofs.map(({ startNs }) => startNs),
    ...{ points, ended, loadAverage },
  };
  return { series, proof, voids: await instances.inspect() };
}
