import type { V1Deployment, V1Pod } from "@kubernetes/client-node";
import type { RuntimeIdentity } from "../../contracts.ts";
import { deploymentLabel } from "./labels.ts";

/** What a function's pods must be, whatever its provider made of the request. */
export interface Wanted {
  readonly name: string;
  readonly image: string;
  readonly identity: RuntimeIdentity;
  /** Absent: the node's default, runc. */
  readonly runtimeClass?: string | undefined;
  /** Absent: any. */
  readonly node?: string | undefined;
  /** Value of `deploymentLabel`. */
  readonly deployment: string;
  /** Of the Deployment itself, which a provider may give to pods only. */
  readonly labels: Readonly<Record<string, string>>;
}

export const nodeNameLabel = "kubernetes.io/hostname";
const constraint = new RegExp(`^${nodeNameLabel}\\s*={1,2}\\s*(\\S+)$`);

/** The node that a deployment's `constraints` name, as OpenFaaS writes them. */
export const nodeOfConstraints = (constraints: readonly string[] | null | undefined): string | undefined =>
  constraints?.map((text) => constraint.exec(text)?.[1]).find((node) => node !== undefined);

export const isApplied = ({ spec }: V1Deployment, { deployment }: Wanted): boolean =>
  spec?.template.metadata?.labels?.[deploymentLabel] === deployment;

/**
 * Merge patch that gives a Deployment what its provider left out; `undefined` when nothing is missing. One pod may go
 * before the new one is there, because nobody calls the function yet.
 */
export function patchOf({ metadata, spec }: V1Deployment, wanted: Wanted): object | undefined {
  const pod = spec?.template.spec;
  const labelled = Object.entries(wanted.labels).every(([name, value]) => metadata?.labels?.[name] === value);
  const placed = isPlaced(pod, wanted);
  if (labelled && placed) return undefined;
  const template = {
    spec: {
      runtimeClassName: wanted.runtimeClass ?? null,
      ...(wanted.node !== undefined && { nodeSelector: { [nodeNameLabel]: wanted.node } }),
    },
  };
  const strategy = { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1, maxSurge: 1 } };
  return { metadata: { labels: wanted.labels }, ...(!placed && { spec: { strategy, template } }) };
}

/** A pod of this deployment, made after it had all that is wanted. */
export const isCurrent = ({ metadata, spec }: V1Pod, wanted: Wanted): boolean =>
  metadata?.labels?.[deploymentLabel] === wanted.deployment && isPlaced(spec, wanted);

const isPlaced = (
  spec: { readonly runtimeClassName?: string; readonly nodeSelector?: Readonly<Record<string, string>> } | undefined,
  { runtimeClass, node }: Wanted,
): boolean =>
  (spec?.runtimeClassName ?? undefined) === runtimeClass &&
  (node === undefined || spec?.nodeSelector?.[nodeNameLabel] === node);
