import { z } from "zod";

/** What must not change while a block is measured. */
export const surroundingsSchema = z.object({
  /** `pod/restarts` of each; empty: not to be seen. */
  gateway: z.array(z.string()),
  /** The same of the artifact's controller; empty: there is none. Its loss concerns only the systems that it guards. */
  controller: z.array(z.string()),
  /** Names of nodes that are ready. */
  readyNodes: z.array(z.string()),
});

export type ClusterSurroundings = z.infer<typeof surroundingsSchema>;

/** Why a block does not count; empty where nothing has changed. Pure. */
export function changesOf(before: ClusterSurroundings, now: ClusterSurroundings): readonly string[] {
  const lost = before.readyNodes.filter((name) => !now.readyNodes.includes(name));
  return [
    ...(before.gateway.join() === now.gateway.join() ? [] : ["the gateway was restarted"]),
    ...lost.map((name) => `node ${name} was lost`),
  ];
}
