import { changesOf, type ClusterSurroundings, surroundingsSchema } from "../../cluster/front/changes.ts";
import { KaliumError, messageOf } from "../../base/errors.ts";
import type { StartedPlatform } from "../platform.ts";
import { askFront } from "./ask-front.ts";

export interface ClusterWatch {
  /** What has happened to the cluster since: it would be in the numbers of a block, and no system caused it. */
  readonly changes: () => Promise<readonly string[]>;
}

/** Looks at gateway and nodes now. @throws {KaliumError} E_CLUSTER when the front process cannot tell */
export async function watchCluster(lab: Pick<StartedPlatform, "gateway" | "cluster">): Promise<ClusterWatch> {
  if (lab.cluster === undefined) return { changes: () => Promise.resolve([]) };
  const before = await askSurroundings(lab);
  return { changes: async () => changesOf(before, await askSurroundings(lab)) };
}

/** @throws {KaliumError} E_CLUSTER when the front process cannot tell */
export async function askSurroundings(lab: Pick<StartedPlatform, "gateway">): Promise<ClusterSurroundings> {
  try {
    return surroundingsSchema.parse(JSON.parse(await askFront(lab, "surroundings")));
  } catch (error) {
    throw new KaliumError("E_CLUSTER", `cannot read the state of gateway and nodes: ${messageOf(error)}`, {
      hint: "Run `npm run cluster -- doctor`.",
      cause: error,
    });
  }
}
