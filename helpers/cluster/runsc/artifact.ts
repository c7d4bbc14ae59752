import type { V1Deployment } from "@kubernetes/client-node";
import { readFile } from "node:fs/promises";
import type { Config } from "../../config/config.ts";
import { poll } from "../../base/deadline.ts";
import { KaliumError } from "../../base/errors.ts";
import { programOf } from "../../kalium/artifact/build-folder.ts";
import { type CompiledPaths, compiledPaths } from "../../kalium/artifact/preflight.ts";
import { ctrPolicy } from "../../kalium/core/policy-export.ts";
import { parsePolicy } from "../../kalium/core/policy.ts";
import { sha256OfFile } from "../../base/sha256-of-file.ts";
import type { Cluster } from "../api/connect.ts";
import { applyObject, type NamedObject } from "../api/objects.ts";
import { describePod } from "../api/pod-state.ts";
import { labelsOf, nodeFolder, partLabel, runLabel, systemNamespace } from "../names.ts";
import { toolVolumes } from "../nodes/agent-manifest.ts";
import { ensureNodeFile } from "../nodes/node-files.ts";
import type { NodeJournal } from "../nodes/node-journal.ts";
import type { NodeShell } from "../nodes/node-shell.ts";

/** The artifact's parts beside runsc. Paths and port are compiled into them. */
export interface ArtifactChoice {
  /** KALIUM_BUILD. */
  readonly folder: string;
  /** Text of the controller's policy. */
  readonly policy: string;
  /** The controller's host name, as it was compiled into runsc; absent: the nodes resolve it already. */
  readonly controllerHost?: string | undefined;
  /** For tests, where the compiled-in ones are elsewhere. */
  readonly paths?: CompiledPaths;
}

export const controllerPort = 5000;
const folder = `${nodeFolder}/artifact`;

/** As the lab gives it to its own `ctr`. @throws {KaliumError} E_POLICY for one that it cannot read */
export async function controllerPolicy({ policyPath, ctrPolicyPath }: Config["guard"]): Promise<string> {
  if (ctrPolicyPath !== undefined) return readFile(ctrPolicyPath, "utf8");
  return ctrPolicy(parsePolicy(await readFile(policyPath, "utf8"), policyPath));
}

/**
 * Puts seclambda, its log folder, the controller and the name of the controller's host onto a node. All of it is
 * written down in the journal first. @throws {KaliumError} E_RUNTIME_UNAVAILABLE for a program that is missing
 */
export async function placeArtifact(
  shell: NodeShell,
  journal: NodeJournal,
  { folder: build, policy, controllerHost, paths = compiledPaths }: ArtifactChoice,
  controllerAddress: string,
): Promise<void> {
  await journal.makeFolder(paths.seclambdaLogs);
  await journal.replaceFile(paths.seclambda, { path: await programOf(build, "seclambda") }, "755");
  await ensureNodeFile(shell, `${folder}/ctr`, { path: await programOf(build, "ctr") }, "755");
  await ensureNodeFile(shell, `${folder}/policy.json`, { text: policy }, "644");
  if (controllerHost === undefined) return;
  const hosts = (await journal.original("/etc/hosts")) ?? "";
  const line = `${controllerAddress} ${controllerHost} # kalium-bench\n`;
  await journal.replaceFile("/etc/hosts", { text: `${hosts.replace(/\n?$/, "\n")}${line}` }, "keep");
}

export interface ControllerPlace {
  readonly runId: string;
  readonly node: string;
  readonly address: string;
  readonly architecture: string;
  readonly image: string;
}

const name = "kalium-bench-ctr";
const startTimeoutMs = 60_000;

/** Runs the controller on a node's own network, under Kubernetes' supervision, until `down`. */
export function controllerManifest({
  runId,
  node,
  architecture,
  image,
}: Omit<ControllerPlace, "address">): V1Deployment & NamedObject {
  const { volumes, volumeMounts } = toolVolumes(architecture);
  const labels = labelsOf(runId, "controller");
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: systemNamespace, labels },
    spec: {
      replicas: 1,
      strategy: { type: "Recreate" }, // its port is the node's
      selector: { matchLabels: { [partLabel]: "controller" } },
      template: {
        metadata: { labels },
        spec: {
          nodeSelector: { "kubernetes.io/hostname": node },
          tolerations: [{ operator: "Exists" }],
          hostNetwork: true,
          automountServiceAccountToken: false,
          terminationGracePeriodSeconds: 1,
          containers: [
            {
              name: "ctr",
              image,
              imagePullPolicy: "IfNotPresent",
              command: ["/bin/sh", "-c", "cd /artifact && exec ./ctr policy.json"],
              securityContext: { runAsUser: 0, runAsGroup: 0 },
              readinessProbe: { tcpSocket: { port: controllerPort }, periodSeconds: 1 },
              volumeMounts: [...volumeMounts, { name: "artifact", mountPath: "/artifact", readOnly: true }],
            },
          ],
          volumes: [...volumes, { name: "artifact", hostPath: { path: folder } }],
        },
      },
    },
  };
}

/** @throws {KaliumError} E_SERVICE with the reason of its pod when it does not listen */
export async function startArtifactController(
  cluster: Cluster,
  place: ControllerPlace,
  { folder: build }: ArtifactChoice,
): Promise<{ readonly address: string; readonly sha256: string }> {
  await applyObject(cluster, controllerManifest(place));
  let seen = "no pod was made";
  const labelSelector = `${runLabel}=${place.runId},${partLabel}=controller`;
  const deadline = {
    what: "the artifact's controller",
    timeoutMs: startTimeoutMs,
    intervalMs: 500,
    lastReason: () => seen,
  };
  await poll(deadline, async () => {
    const { items } = await cluster.ask("list the controller's pods", () =>
      cluster.core.listNamespacedPod({ namespace: systemNamespace, labelSelector }),
    );
    seen = items.map(describePod).join("; ") || seen;
    return items.some(({ status }) => status?.containerStatuses?.[0]?.ready === true) ? true : undefined;
  }).catch((error: unknown) => {
    throw new KaliumError(
      "E_SERVICE",
      `the artifact's controller does not listen on port ${controllerPort} of ${place.node}: ${seen}`,
      {
        hint: "Free that port on the node; `kubectl -n kalium-bench logs deploy/kalium-bench-ctr` shows its output.",
        cause: error,
      },
    );
  });
  return { address: `${place.address}:${controllerPort}`, sha256: await sha256OfFile(await programOf(build, "ctr")) };
}
