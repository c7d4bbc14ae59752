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

/** A part may be away for so long with a node: then calls that wait for it in vain end the run. */
const awayMs = 180_000;

/**
 * Looks for a lost part after calls that have failed, however many, once in a while. On a cluster that has changed since the
 * block began, the block is void and the part may come back within three minutes, or until the next step that needs it.
 */
export function createLookout(
  find: FindLost,
  { everyMs = 1_000, nowMs = (): number => nsToMs(nowNs()) } = {},
): (sample: Pick<Sample, "outcome">, cluster: ClusterWatch) => Promise<void> {
  let lookedMs = -Infinity;
  let lostSinceMs: number | undefined;
  return async ({ outcome }, cluster) => {
    const calledMs = nowMs();
    if (outcome === "ok" || calledMs < lookedMs + everyMs) return;
    lookedMs = calledMs;
    const lost = await find();
    lostSinceMs = lost && (lostSinceMs ?? calledMs);
    if (lost === undefined || lostSinceMs === undefined) return;
    const mayComeBack = nowMs() < lostSinceMs + awayMs && (await cluster.changes().catch(() => [])).length > 0;
    if (!mayComeBack) throw lost;
  };
}
