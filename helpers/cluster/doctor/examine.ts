import type { V1Deployment, V1Node } from "@kubernetes/client-node";
import { NodeV1Api, StorageV1Api } from "@kubernetes/client-node";
import { KaliumError } from "../../base/errors.ts";
import { findLocalServer } from "../../services/mysql/local-server.ts";
import { cachedRunsc, onPath } from "../../runtimes/binary.ts";
import { type Cluster, serverVersion } from "../api/connect.ts";
import { listObjects, readObject } from "../api/objects.ts";
import { isForbidden } from "../api/refusal.ts";
import { clusterStatus } from "../down/status.ts";
import { functionNamespace, runLabel } from "../names.ts";
import { nameOf, nodeFacts, unfit } from "../nodes/select-nodes.ts";
import { gatewayNamespace } from "../provider/own-gateway.ts";
import { gatewayFacts } from "../services/gateway.ts";
import { pullingOf } from "../services/openfaas-edition.ts";
import { type Check, runIsUp } from "./check.ts";
import { checkClient } from "./client.ts";
import { missingPermissions, neededPermissions, permissionText } from "./permissions.ts";

/** Looks at everything that measuring needs, and changes nothing. What cannot be looked at is said, not thrown. */
export async function examineCluster(cluster: Cluster): Promise<readonly Check[]> {
  const server = await look("API server", async () => {
    const found = `${cluster.server}, ${await serverVersion(cluster)}`;
    return [{ subject: "API server", state: "good", found }];
  });
  if (server.some(({ state }) => state === "missing")) return server;
  const parts = await Promise.all([
    look("permissions", () => checkPermissions(cluster)),
    look("namespaces", () => checkNamespaces(cluster)),
    look("nodes", () => checkNodes(cluster)),
    look("client", () => checkClient(cluster)),
    look("runtime classes", () => checkRuntimeClasses(cluster)),
    look("gateway", () => checkGateway(cluster)),
    look("storage", () => checkStorage(cluster)),
    look("runsc", checkRunsc),
    look("MySQL image", () => checkMysqlImage(cluster)),
    look("runs", () => checkRuns(cluster)),
  ]);
  return [...server, ...parts.flat()];
}

type Checks = Promise<readonly Check[]>;

async function look(subject: string, work: () => Checks): Checks {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof KaliumError)) throw error;
    const { hint = "Correct that, then run `npm run cluster -- doctor` again.", message } = error;
    return [{ subject, state: "missing", found: message.replace(`\n  -> ${hint}`, ""), next: hint }];
  }
}

async function checkPermissions(cluster: Cluster): Checks {
  const missing = await missingPermissions(cluster);
  const [subject, total] = ["permissions", neededPermissions.length];
  if (missing.length === 0) return [{ subject, state: "good", found: `all ${total} that are needed` }];
  const list = missing.map((permission) => `${permissionText(permission)} (${permission.neededFor})`);
  const next = "Use a kubeconfig of a cluster administrator, or ask for these.";
  return [
    { subject, state: "missing", found: [`${missing.length} of ${total} are refused:`, ...list].join("\n"), next },
  ];
}

async function checkNamespaces(cluster: Cluster): Checks {
  const present = new Map(
    (await listObjects(cluster, { apiVersion: "v1", kind: "Namespace" })).map(({ metadata }) => [
      metadata.name,
      metadata.labels?.[runLabel],
    ]),
  );
  return [functionNamespace, gatewayNamespace].map((name): Check => {
    const subject = `namespace ${name}`;
    const ofRun = present.get(name);
    if (ofRun !== undefined) return { subject, state: "good", found: `run ${ofRun} created it; \`down\` removes it` };
    return present.has(name)
      ? { subject, state: "good", found: "exists, and stays when `down` removes a run" }
      : { subject, state: "note", found: "does not exist; `up` creates it and `down` removes it" };
  });
}

async function checkNodes(cluster: Cluster): Checks {
  const { items } = await cluster.ask("list nodes", () => cluster.core.listNode());
  const checks = items.map((node) => checkNode(node));
  if (checks.some(({ state }) => state === "good")) return checks;
  const next = "Make one node ready and free of taints, or add one.";
  return [...checks, { subject: "nodes", state: "missing", found: "no node is usable", next }];
}

function checkNode(node: V1Node): Check {
  const { architecture, operatingSystem, kernel, kubelet, containerRuntime } = nodeFacts(node);
  const { cpu = "?", memory = "?" } = node.status?.allocatable ?? {};
  const found = `kubelet ${kubelet}, ${containerRuntime}, ${operatingSystem}, kernel ${kernel}, ${architecture}, ${cpu} cores, ${memory}`;
  const reason = unfit(node);
  const subject = `node ${nameOf(node)}`;
  return reason === undefined
    ? { subject, state: "good", found }
    : { subject, state: "note", found: `left out (${reason}); ${found}` };
}

async function checkRuntimeClasses(cluster: Cluster): Checks {
  const { items } = await cluster.ask("list runtime classes", () =>
    cluster.config.makeApiClient(NodeV1Api).listRuntimeClass(),
  );
  const list = items.map(({ metadata, handler }) => `${metadata?.name ?? ""} (handler ${handler})`).join(", ");
  const found = items.length === 0 ? "none; `up` creates one per build of runsc" : list;
  return [{ subject: "runtime classes", state: "good", found }];
}

async function checkGateway(cluster: Cluster): Checks {
  const service = { apiVersion: "v1", kind: "Service", metadata: { name: "gateway", namespace: gatewayNamespace } };
  const subject = "gateway";
  if ((await readObject(cluster, service)) === undefined) {
    const found = `no OpenFaaS in namespace ${gatewayNamespace}; \`up\` starts our own gateway`;
    return [{ subject, state: "note", found }];
  }
  const images = await gatewayImages(cluster);
  try {
    const facts = await gatewayFacts(cluster, []);
    const { kind, version, provider, functionLimit, replicaLimit, honoursProfiles } = facts;
    const limits = [
      functionLimit === undefined ? "no function limit known" : `at most ${functionLimit} functions`,
      replicaLimit === undefined ? "no replica limit known" : `at most ${replicaLimit} replicas`,
      honoursProfiles ? "honours com.openfaas.profile" : "ignores com.openfaas.profile, so Deployments are patched",
    ];
    const found = `${kind} ${version} (provider ${provider}): ${limits.join(", ")}; ${images}`;
    return [{ subject, state: "good", found }, ...pullingOf(facts)];
  } catch (error) {
    if (!isForbidden(error)) throw error;
    return [{ subject, state: "note", found: `it cannot be asked with this kubeconfig; ${images}` }];
  }
}

async function gatewayImages(cluster: Cluster): Promise<string> {
  const deployments = (await listObjects(
    cluster,
    { apiVersion: "apps/v1", kind: "Deployment" },
    { namespace: gatewayNamespace },
  )) as readonly V1Deployment[];
  const images = deployments.flatMap(
    ({ spec }) => spec?.template.spec?.containers.map(({ image }) => image ?? "") ?? [],
  );
  return [...new Set(images)].join(", ");
}

async function checkStorage(cluster: Cluster): Checks {
  const { items } = await cluster.ask("list storage classes", () =>
    cluster.config.makeApiClient(StorageV1Api).listStorageClass(),
  );
  const name = items.find(
    ({ metadata }) => metadata?.annotations?.["storageclass.kubernetes.io/is-default-class"] === "true",
  )?.metadata?.name;
  const subject = "storage";
  return name === undefined
    ? [{ subject, state: "note", found: "no default storage class: MySQL's data is on the pod's own disk" }]
    : [{ subject, state: "good", found: `default storage class ${name}` }];
}

async function checkRunsc(): Checks {
  const path = (await cachedRunsc()) ?? (await onPath("runsc"));
  const subject = "runsc";
  return path === undefined
    ? [{ subject, state: "missing", found: "no runsc on this machine to copy to the nodes", next: "npm run setup" }]
    : [{ subject, state: "good", found: path }];
}

/** Whether nodes can pull shows only when they try; what they have is known. */
async function checkMysqlImage(cluster: Cluster): Checks {
  const { items } = await cluster.ask("list nodes", () => cluster.core.listNode());
  const names = items.flatMap(({ status }) => status?.images ?? []).flatMap((image) => image.names ?? []);
  const present = names.filter((name) => /(mysql|mariadb)[^/]*:/.test(name));
  const subject = "MySQL image";
  if (present.length > 0)
    return [{ subject, state: "good", found: `on the nodes: ${[...new Set(present)].join(", ")}` }];
  const local = await findLocalServer().then(
    ({ version }) => version,
    () => undefined,
  );
  const found = "no node has one; `up` lets them pull mysql:8.4";
  return [
    local === undefined
      ? { subject, state: "note", found }
      : { subject, state: "note", found, next: `Without a registry: up --mysql-image local (${local})` },
  ];
}

async function checkRuns(cluster: Cluster): Checks {
  const runs = await clusterStatus(cluster);
  if (runs.length === 0) return [{ subject: "runs", state: "good", found: "kalium-bench has installed nothing" }];
  return runs.map(({ runId, isComplete }): Check => ({
    subject: `run ${runId}`,
    state: "note",
    found: isComplete ? runIsUp : "is not complete: `up` continues it, `down` removes it",
  }));
}
