import { ApisApi, CustomObjectsApi, type KubernetesObject } from "@kubernetes/client-node";
import type { Cluster } from "./api/connect.ts";
import { applyObject, listObjects, removeObject } from "./api/objects.ts";
import { stableText, withoutState } from "./dump-text.ts";
import { nodeFolder, nodeLogFolder } from "./names.ts";
import { systemNamespaceManifest } from "./nodes/agent-manifest.ts";
import { startNodeAgents } from "./nodes/agents.ts";
import { dumpConfig, inspectContainerd } from "./nodes/containerd.ts";
import { type NodeShell, runOn } from "./nodes/node-shell.ts";
import { currentRun } from "./up/run-marks.ts";

/** Kinds whose objects come and go by themselves. */
const restless = new Set([
  "Event",
  "Lease",
  "ComponentStatus",
  "Pod",
  "ReplicaSet",
  "EndpointSlice",
  "Endpoints",
  "ControllerRevision",
]);

const runOfDump = "dump";

/**
 * All objects without their state, and what runs change on nodes: files, folders, containerd's configuration in effect,
 * images. Two dumps of the same cluster are equal as text. Puts agents onto the nodes for a moment.
 * @throws {KaliumError} E_CLUSTER, E_TIMEOUT
 */
export async function dumpCluster(cluster: Cluster): Promise<string> {
  const objects = await dumpObjects(cluster);
  const running = await currentRun(cluster);
  const runId = running ?? runOfDump;
  const namespace = systemNamespaceManifest(runId);
  if (running === undefined) await applyObject(cluster, namespace);
  try {
    const { items: nodes } = await cluster.ask("list nodes", () => cluster.core.listNode());
    await using agents = await startNodeAgents(cluster, { runId, nodes });
    const parts = await Promise.all(agents.shells.map(dumpNode));
    return [objects, ...parts].join("\n");
  } finally {
    if (running === undefined) await removeObject(cluster, namespace, { timeoutMs: 120_000 });
  }
}

/** Every kind that can be listed, the custom ones too. */
async function dumpObjects(cluster: Cluster): Promise<string> {
  const kinds = await listableKinds(cluster);
  const found: KubernetesObject[] = [];
  for (const kind of kinds) found.push(...(await listObjects(cluster, kind)));
  return found.map(withoutState).map(stableText).sort().join("\n");
}

async function listableKinds(
  cluster: Cluster,
): Promise<readonly { readonly apiVersion: string; readonly kind: string }[]> {
  const { groups } = await cluster.ask("list its API groups", () =>
    cluster.config.makeApiClient(ApisApi).getAPIVersions(),
  );
  const custom = cluster.config.makeApiClient(CustomObjectsApi);
  const versions = groups.map(
    ({ preferredVersion, versions: all }) => (preferredVersion ?? all[0])?.groupVersion ?? "",
  );
  const kinds = await Promise.all(
    ["v1", ...versions].map(async (apiVersion) => {
      const [group = "", version = ""] = apiVersion.split("/");
      const { resources } = await cluster.ask(`list the kinds of ${apiVersion}`, () =>
        apiVersion === "v1" ? cluster.core.getAPIResources() : custom.getAPIResources({ group, version }),
      );
      return resources
        .filter(({ name, verbs }) => verbs.includes("list") && !name.includes("/"))
        .map(({ kind }) => ({ apiVersion, kind }));
    }),
  );
  return kinds.flat().filter(({ kind }) => !restless.has(kind));
}

const filesScript = `for at in /etc/containerd /usr/local/bin /etc/hosts /mydata ${nodeFolder} ${nodeLogFolder} /run/kalium-bench; do
  [ -e "$at" ] || { echo "$at: absent"; continue; }
  find "$at" -printf '%p %y %m %u:%g' -a \\( -type f -printf ' %s %T@ ' -a -exec sha256sum {} \\; -o -printf '\\n' \\) | sort
done`;

async function dumpNode(shell: NodeShell): Promise<string> {
  const containerd = await inspectContainerd(shell);
  const files = await runOn(shell, "list files", filesScript, { timeoutMs: 60_000 });
  const config = await dumpConfig(shell, containerd);
  const images =
    containerd.ctr === undefined
      ? "unknown: no ctr"
      : await runOn(shell, "list images", '"$1" --address "$2" --namespace k8s.io images ls --quiet | sort', {
          args: [containerd.ctr, containerd.socket],
        });
  return [`# node ${shell.node}: files`, files, "# containerd", config, "# images", images].join("\n");
}
