/**
 * A provider that ignores profiles makes a deployment's first pods at once, without their runtime class. A request that no
 * node can meet keeps the scheduler from giving them a node until the Deployment is complete: not a line of the function
 * runs before, and no image is pulled.
 */
import { isDeepStrictEqual } from "node:util";
import type { V1Container, V1PodSpec, V1Probe } from "@kubernetes/client-node";
import type { FunctionDeployment } from "../../gateway/deployment.ts";

/** A million cores, as Kubernetes writes the number. */
const heldCpu = "1M";

/** Seconds that a function has for its start before probes may end it: more than a run waits for it, on a busy node, too. */
const startSeconds = 900;

type Resources = Pick<FunctionDeployment, "limits" | "requests">;

/** What the pods' container gets instead of the hold. */
export interface Release {
  readonly limits: Readonly<Record<string, string>>;
  readonly requests: Readonly<Record<string, string>>;
}

/**
 * A request for a deployment whose pods wait. The watchdog answers probes from its start: such a provider ends a container
 * that is not healthy within seconds.
 */
export function held<T extends FunctionDeployment>(deployment: T): T {
  return {
    ...deployment,
    envVars: { early_health: "true", ...deployment.envVars },
    limits: { ...deployment.limits, cpu: undefined }, // a request may not exceed its limit
    requests: { ...deployment.requests, cpu: heldCpu },
  };
}

/** The resources that the deployment really asks for. */
export const releaseOf = ({ limits, requests }: Resources): Release => ({
  limits: amountsOf(limits),
  requests: amountsOf(requests),
});

const amountsOf = (amounts: Resources["limits"]): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(amounts ?? {}).filter((entry): entry is [string, string] => Boolean(entry[1])));

export const isHeld = (pod: Pick<V1PodSpec, "containers"> | undefined): boolean =>
  pod?.containers.some(({ resources }) => resources?.requests?.["cpu"] === heldCpu) ?? false;

/** The containers of a pod template as they must be to run; the function's is the first. */
export const released = (containers: readonly V1Container[], release: Release): readonly V1Container[] =>
  containers.map((container, at) => (at === 0 ? releasedContainer(container, release) : container));

function releasedContainer(container: V1Container, { limits, requests }: Release): V1Container {
  const { livenessProbe, startupProbe } = container;
  return {
    ...container,
    resources: { limits, requests },
    imagePullPolicy: "IfNotPresent", // a node may have the image, and no registry
    ...(livenessProbe && {
      livenessProbe: { ...livenessProbe, ...patience },
      startupProbe: startupProbe ?? patient(livenessProbe),
    }),
  };
}

/** A busy node may answer late for seconds, also in the middle of a measurement. A function that has ended needs no probe. */
const patience = { periodSeconds: 10, timeoutSeconds: 10, failureThreshold: 12 };

/** Until it has passed once, Kubernetes does not ask the other probes. */
const patient = (probe: V1Probe): V1Probe => ({
  ...probe,
  initialDelaySeconds: 0,
  periodSeconds: 1,
  timeoutSeconds: patience.timeoutSeconds,
  failureThreshold: startSeconds,
  successThreshold: 1,
});

export const isReleased = (containers: readonly V1Container[], release: Release): boolean =>
  isDeepStrictEqual(comparable(containers), comparable(released(containers, release)));

/** Absent and empty amounts are the same, and an absent request is the limit. */
const comparable = (containers: readonly V1Container[]) =>
  containers.map(({ resources, imagePullPolicy, livenessProbe, startupProbe }) => ({
    resources: {
      limits: resources?.limits ?? {},
      requests: { ...resources?.limits, ...resources?.requests },
    },
    imagePullPolicy,
    probes: livenessProbe && [livenessProbe.failureThreshold, startupProbe !== undefined],
  }));
