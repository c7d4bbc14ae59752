/** A node that a cluster has lost takes parts of the testbed with it: memory and disks of this machine are not the reason. */
import { KaliumError } from "../../base/errors.ts";
import type { Sample } from "../../../reports/records/record.ts";
import { nowNs, nsToMs } from "../../base/clock.ts";
import { type ClusterWatch, askSurroundings } from "../../platforms/kubernetes/cluster-watch.ts";
import type { Lab } from "../run/lab.ts";

type FindLost = () => Promise<KaliumError | undefined>;

/** The lost part, with the nodes that are not ready now, where there are any. */
export async function namingLostNodes(
  lost: KaliumError | undefined,
  lab: Pick<Lab, "gateway" | "cluster">,
): Promise<KaliumError | undefined> {
  if (lost === undefined || lab.cluster === undefined) return lost;
  const now = await askSurroundings(lab).catch(() => undefined);
  const nodes = lab.cluster.nodes.filter((node) => now && !now.readyNodes.some(({ name }) => name === node));
  if (nodes.length === 0) return lost;
  const [what = ""] = lost.message.split("\n");
  return new KaliumError(lost.code, `${what}${nodes.map((node) => `; node ${node} is not ready`).join("")}`, {
    hint: "Run `npm run cluster -- doctor`; when the node is back, continue: `npm run resume`.",
    cause: lost.cause,
    details: lost.details,
  });
}

/**
 * Looks for a lost part after calls that have failed, however many, once in a while. On a cluster that has changed since the
 * block began, the block is void and the part may come back: only the next step that needs it ends the run.
 */
export function createLookout(
  find: FindLost,
  everyMs = 1_000,
): (sample: Pick<Sample, "outcome">, cluster: ClusterWatch) => Promise<void> {
  let lookedMs = -Infinity;
  return async ({ outcome }, cluster) => {
    const nowMs = nsToMs(nowNs());
    if (outcome === "ok" || nowMs < lookedMs + everyMs) return;
    lookedMs = nowMs;
    const lost = await find();
    if (lost !== undefined && (await cluster.changes().catch(() => [])).length === 0) throw lost;
  };
}
