import type { V1Deployment, V1Pod, V1PodSpec } from "@kubernetes/client-node";
import type { RuntimeIdentity } from "../../contracts/proof.ts";
import type { ReadinessQuestion } from "../../gateway/readiness.ts";
import { isHeld, isReleased, released, type Release } from "./hold.ts";
import { deploymentLabel } from "./labels.ts";

/** What a function's pods must be, whatever its provider made of the request. */
export interface Wanted {
  readonly name: string;
  readonly image: string;
  /** It is not ours: the function answers no question about its runtime. */
  readonly othersImage: boolean;
  /** What is asked through the gateway, by a call as it is measured. */
  readonly readiness: ReadinessQuestion;
  readonly identity: RuntimeIdentity;
  /** Absent: the node's default, runc. */
  readonly runtimeClass?: string | undefined;
  /** Absent: any. */
  readonly node?: string | undefined;
  /** Value of `deploymentLabel`. */
  readonly deployment: string;
  /** Of the Deployment itself, which a provider may give to pods only. */
  readonly labels: Readonly<Record<string, string>>;
  /** Its pods were asked for with a hold, which this takes back. Absent: the provider makes them right at once. */
  readonly release?: Release | undefined;
}

export const nodeNameLabel = "kubernetes.io/hostname";
const constraint = new RegExp(`^${nodeNameLabel}\\s*={1,2}\\s*(\\S+)$`);

/** The node that a deployment's `constraints` name, as OpenFaaS writes them. */
export const nodeOfConstraints = (constraints: readonly string[] | null | undefined): string | undefined =>
  constraints?.map((text) => constraint.exec(text)?.[1]).find((node) => node !== undefined);

export const isApplied = ({ spec }: V1Deployment, { deployment }: Wanted): boolean =>
  spec?.template.metadata?.labels?.[deploymentLabel] === deployment;

/** Whether pods of a Deployment as it is now may run outside their runtime. */
export const isExposed = ({ spec }: V1Deployment, wanted: Wanted): boolean =>
  !hasRuntime(spec?.template.spec, wanted) && !isHeld(spec?.template.spec);

/**
 * Merge patch that gives a Deployment what its provider left out; `undefined` when nothing is missing. One pod may go
 * before the new one is there, because nobody calls the function yet. Runtime class and node come with the end of the
 * hold, in one change of exactly the version that was read.
 */
export function patchOf({ metadata, spec }: V1Deployment, wanted: Wanted): object | undefined {
  const pod = spec?.template.spec;
  const { release, node } = wanted;
  const containers = pod?.containers ?? [];
  const labelled = Object.entries(wanted.labels).every(([name, value]) => metadata?.labels?.[name] === value);
  const complete = isPlaced(pod, wanted) && (release === undefined || isReleased(containers, release));
  if (labelled && complete) return undefined;
  const template = {
    spec: {
      runtimeClassName: wanted.runtimeClass ?? null,
      ...(node !== undefined && { nodeSelector: { [nodeNameLabel]: node } }),
      ...(release && { containers: released(containers, release) }),
    },
  };
  const strategy = { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1, maxSurge: 1 } };
  const version = metadata?.resourceVersion;
  return {
    metadata: { labels: wanted.labels, ...(version !== undefined && { resourceVersion: version }) },
    ...(!complete && { spec: { strategy, template } }),
  };
}

/** A pod of this deployment, made after it had all that is wanted. */
export const isCurrent = ({ metadata, spec }: V1Pod, wanted: Wanted): boolean =>
  metadata?.labels?.[deploymentLabel] === wanted.deployment && isPlaced(spec, wanted) && !isHeld(spec);

/** A pod of this deployment that has a node to run on, and not its runtime. */
export const isOutside = ({ metadata, spec }: V1Pod, wanted: Wanted): boolean =>
  metadata?.labels?.[deploymentLabel] === wanted.deployment &&
  spec?.nodeName !== undefined &&
  !hasRuntime(spec, wanted);

type Placing = Pick<V1PodSpec, "runtimeClassName" | "nodeSelector">;

const hasRuntime = (spec: Placing | undefined, { runtimeClass }: Wanted): boolean =>
  (spec?.runtimeClassName ?? undefined) === runtimeClass;

const isPlaced = (spec: Placing | undefined, wanted: Wanted): boolean =>
  hasRuntime(spec, wanted) && (wanted.node === undefined || spec?.nodeSelector?.[nodeNameLabel] === wanted.node);
