import axios from "axios";
import { changesOf, type ClusterSurroundings, surroundingsSchema } from "../cluster/front/changes.ts";
import { KaliumError, messageOf } from "../errors.ts";
import type { Lab } from "../lab/lab.ts";

export interface ClusterWatch {
  /** What has happened to the cluster since: it would be in the numbers of a block, and is no system's doing. */
  readonly changes: () => Promise<readonly string[]>;
}

const askMs = 20_000;

/** Looks at gateway and nodes now. @throws {KaliumError} E_CLUSTER when the front process cannot tell */
export async function watchCluster(lab: Pick<Lab, "gateway" | "cluster">): Promise<ClusterWatch> {
  if (lab.cluster === undefined) return { changes: () => Promise.resolve([]) };
  const before = await readSurroundings(lab);
  return { changes: async () => changesOf(before, await readSurroundings(lab)) };
}

async function readSurroundings({ gateway }: Pick<Lab, "gateway">): Promise<ClusterSurroundings> {
  const { url, user: username, password } = gateway;
  const options = { auth: { username, password }, timeout: askMs, proxy: false } as const;
  try {
    const { data } = await axios.get<unknown>(`${url}/cluster/surroundings`, options);
    return surroundingsSchema.parse(data);
  } catch (error) {
    throw new KaliumError("E_CLUSTER", `how gateway and nodes are cannot be told: ${messageOf(error)}`, {
      hint: "npm run cluster -- doctor",
      cause: error,
    });
  }
}
