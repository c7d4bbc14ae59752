import { KaliumError } from "../../base/errors.ts";
import type { Cluster } from "../api/connect.ts";
import { applyObject, type NamedObject, readObject, runOf } from "../api/objects.ts";
import { labelsOf, nodeLabel, systemNamespace } from "../names.ts";

/** Run of what an earlier `up` has made and no `down` removed. */
export async function currentRun(cluster: Cluster): Promise<string | undefined> {
  const namespace = await readObject(cluster, {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: systemNamespace },
  });
  if (namespace?.metadata?.deletionTimestamp !== undefined) {
    throw new KaliumError("E_CLUSTER", `namespace ${systemNamespace} is being deleted`, {
      hint: "Wait for `npm run cluster -- down` to end, then try again.",
    });
  }
  return namespace === undefined ? undefined : runOf(namespace);
}

/** One that exists stays as it is, and stays when the run goes. */
export async function makeNamespace(cluster: Cluster, runId: string, name: string): Promise<void> {
  const manifest: NamedObject = {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, labels: labelsOf(runId, "namespace") },
  };
  if ((await readObject(cluster, manifest)) === undefined) await applyObject(cluster, manifest);
}

/** To be done before anything is changed on a node, so that `down` knows where to look. `null` takes the label away. */
export const labelNode = (cluster: Cluster, name: string, value: string | null): Promise<unknown> =>
  cluster.ask(`label node ${name}`, () =>
    cluster.objects.patch(
      { apiVersion: "v1", kind: "Node", metadata: { name, labels: { [nodeLabel]: value as string } } },
      undefined,
      undefined,
      undefined,
      undefined,
      "application/merge-patch+json",
    ),
  );
