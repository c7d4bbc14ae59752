import { isDeepStrictEqual } from "node:util";
import { z } from "zod";

/** What must not change while a block is measured. */
export const surroundingsSchema = z.object({
  /** `pod/restarts` of each; empty: not to be seen. */
  gateway: z.array(z.string()),
  /** The same of the artifact's controller; empty: there is none. Its loss concerns only the systems that it guards. */
  controller: z.array(z.string()),
  /** Nodes that are ready, and since when: one that was lost and came back is ready since then. */
  readyNodes: z.array(z.object({ name: z.string(), since: z.string() })),
});

export type ClusterSurroundings = z.infer<typeof surroundingsSchema>;

/** Why a block does not count; empty where nothing has changed. Pure. */
export function changesOf(before: ClusterSurroundings, now: ClusterSurroundings): readonly string[] {
  const lost = before.readyNodes.filter((node) => !now.readyNodes.some((other) => isDeepStrictEqual(other, node)));
  return [
    ...(before.gateway.join() === now.gateway.join() ? [] : ["the gateway was restarted"]),
    ...lost.map(({ name }) => `node ${name} was lost`),
  ];
}
