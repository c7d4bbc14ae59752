import { type KubernetesObject, PatchStrategy } from "@kubernetes/client-node";
import { poll } from "../../base/deadline.ts";
import { KaliumError } from "../../base/errors.ts";
import { fieldManager, managedByLabel, runLabel } from "../names.ts";
import type { Cluster } from "./connect.ts";
import { orAbsent } from "./refusal.ts";

/** An object as it is written: with name, and namespace where its kind has one. */
export interface NamedObject extends KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: NonNullable<KubernetesObject["metadata"]> & { readonly name: string };
}

/** `Secret openfaas-fn/basic-auth`, for messages. */
export const refOf = ({ kind = "object", metadata }: KubernetesObject): string =>
  `${kind} ${metadata?.namespace === undefined ? "" : `${metadata.namespace}/`}${metadata?.name ?? "?"}`;

const isOurs = ({ metadata }: KubernetesObject): boolean => metadata?.labels?.[managedByLabel] === fieldManager;

export const runOf = ({ metadata }: KubernetesObject): string | undefined => metadata?.labels?.[runLabel];

/** `undefined` when there is none. */
export const readObject = (cluster: Cluster, wanted: NamedObject): Promise<KubernetesObject | undefined> =>
  orAbsent(cluster.ask(`read ${refOf(wanted)}`, () => cluster.objects.read(headerOf(wanted))));

const headerOf = ({ apiVersion, kind, metadata: { name, namespace } }: NamedObject) => ({
  apiVersion,
  kind,
  metadata: { name, ...(namespace !== undefined && { namespace }) },
});

/**
 * Server-side apply of an object that carries our labels. What exists under its name and is not ours stays as it is.
 * @throws {KaliumError} E_CLUSTER
 */
export async function applyObject<T extends KubernetesObject>(cluster: Cluster, wanted: NamedObject & T): Promise<T> {
  const existing = await readObject(cluster, wanted);
  if (existing !== undefined && !isOurs(existing)) {
    throw new KaliumError("E_CLUSTER", `${refOf(wanted)} exists and was not made by kalium-bench`, {
      hint: "Rename or remove it, or give `up` another name for it.",
    });
  }
  return cluster.ask(`apply ${refOf(wanted)}`, () =>
    cluster.objects.patch<T>(wanted, undefined, undefined, fieldManager, true, PatchStrategy.ServerSideApply),
  );
}

/** Pods on busy nodes were seen to take two minutes; one whose node is lost never ends. */
export const removalTimeoutMs = 300_000;

export interface Removal {
  readonly timeoutMs: number;
  /** Deletes at once what would otherwise end by itself first; for pods. */
  readonly graceSeconds?: number;
}

/**
 * Deletes it with all that belongs to it and waits until it is gone. Absent objects are fine.
 * @throws {KaliumError} E_CLUSTER, E_TIMEOUT with what keeps it
 */
export async function removeObject(
  cluster: Cluster,
  target: NamedObject,
  { timeoutMs, graceSeconds }: Removal,
): Promise<void> {
  const header = headerOf(target);
  const deleted = await orAbsent(
    cluster.ask(`delete ${refOf(target)}`, () =>
      cluster.objects.delete(header, undefined, undefined, graceSeconds, undefined, "Foreground"),
    ),
  );
  if (deleted === undefined) return;
  let last: KubernetesObject | undefined;
  const lastReason = (): string => {
    const finalizers = last?.metadata?.finalizers?.join(", ") ?? "none";
    return `it has been in deletion since ${String(last?.metadata?.deletionTimestamp)}, finalizers: ${finalizers}`;
  };
  await poll({ what: `${refOf(target)} to be gone`, timeoutMs, intervalMs: 250, lastReason }, async () => {
    last = await readObject(cluster, target);
    return last === undefined || isYounger(last, target) ? true : undefined;
  });
}

/** A new object of the same name. */
const isYounger = (now: KubernetesObject, then: KubernetesObject): boolean =>
  then.metadata?.uid !== undefined && now.metadata?.uid !== then.metadata.uid;

/** All objects of a kind that carry `labelSelector`; in every namespace, else in those that are named. */
export async function listObjects(
  cluster: Cluster,
  { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string },
  {
    namespace,
    labelSelector,
  }: { readonly namespace?: string | undefined; readonly labelSelector?: string | undefined } = {},
): Promise<readonly NamedObject[]> {
  const where = namespace === undefined ? "" : ` in ${namespace}`;
  const { items } = await cluster.ask(`list ${kind} objects${where}`, () =>
    cluster.objects.list<KubernetesObject>(
      apiVersion,
      kind,
      namespace,
      undefined,
      undefined,
      undefined,
      undefined,
      labelSelector,
    ),
  );
  return items.map((item) => ({ ...item, apiVersion, kind }) as NamedObject);
}
