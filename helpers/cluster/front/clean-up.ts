import type { V1Deployment } from "@kubernetes/client-node";
import { poll } from "../../base/deadline.ts";
import { listObjects, removalTimeoutMs, removeObject, type NamedObject } from "../api/objects.ts";
import type { Cluster } from "../api/connect.ts";
import { messageOf, KaliumError } from "../../base/errors.ts";
import { labLabel } from "./labels.ts";

const deployment = { apiVersion: "apps/v1", kind: "Deployment" } as const;
const service = { apiVersion: "v1", kind: "Service" } as const;
const secret = { apiVersion: "v1", kind: "Secret" } as const;

/** Runs of the benchmark that have functions or secrets on the cluster. */
export async function labsOn(cluster: Cluster, namespace: string): Promise<readonly string[]> {
  const [deployments, secrets] = await Promise.all([
    functionsOf(cluster, namespace, () => true),
    labelled(cluster, namespace, secret, labLabel),
  ]);
  return [...new Set([...deployments, ...secrets].flatMap((object) => labOf(object) ?? []))];
}

/**
 * Removes every function and secret of a run by its label, and waits until the pods are gone. It does not ask the
 * gateway, which may be gone itself. Idempotent.
 * @throws {KaliumError} E_CLUSTER with what stays
 */
export async function removeLab(cluster: Cluster, namespace: string, labId: string): Promise<void> {
  const labelSelector = `${labLabel}=${labId}`;
  const deployments = await functionsOf(cluster, namespace, (lab) => lab === labId);
  const services = deployments.map(({ metadata: { name } }) => ({ ...service, metadata: { name, namespace } }));
  const others = await Promise.all([service, secret].map((kind) => labelled(cluster, namespace, kind, labelSelector)));
  const targets = [...deployments, ...services, ...others.flat()];
  const outcomes = await Promise.allSettled(
    targets.map((target) => removeObject(cluster, target, { timeoutMs: removalTimeoutMs })),
  );
  const failures = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [messageOf(outcome.reason)] : []));
  if (failures.length > 0) {
    throw new KaliumError("E_CLUSTER", `functions of run ${labId} stay on the cluster: ${failures.join("; ")}`, {
      hint: "Run `npm run cluster -- down`.",
    });
  }
  let last: string | undefined;
  const what = `the pods of run ${labId} to be gone`;
  await poll({ what, timeoutMs: removalTimeoutMs, intervalMs: 250, lastReason: () => last }, async () => {
    const pods = await listObjects(cluster, { apiVersion: "v1", kind: "Pod" }, { namespace, labelSelector });
    last = pods.map(({ metadata }) => metadata.name).join(", ");
    return pods.length === 0 ? true : undefined;
  });
}

/** By the labels of their pods, too: OpenFaaS gives a request's labels to those alone, until we have labelled the rest. */
async function functionsOf(
  cluster: Cluster,
  namespace: string,
  wanted: (lab: string) => boolean,
): Promise<readonly NamedObject[]> {
  const all = await listObjects(cluster, deployment, { namespace });
  return all.filter((each) => {
    const lab = labOf(each);
    return lab !== undefined && wanted(lab);
  });
}

function labOf(object: NamedObject): string | undefined {
  const template = (object as V1Deployment).spec?.template;
  return object.metadata.labels?.[labLabel] ?? template?.metadata?.labels?.[labLabel];
}

const labelled = (
  cluster: Cluster,
  namespace: string,
  kind: { readonly apiVersion: string; readonly kind: string },
  labelSelector: string,
): Promise<readonly NamedObject[]> => listObjects(cluster, kind, { namespace, labelSelector });
