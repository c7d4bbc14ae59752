import type { V1Deployment } from "@kubernetes/client-node";
import { secretVersionsAnnotation } from "./function-objects.ts";

/**
 * The live object with what a new request says. Of the pod's settings, what the request does not decide stays as others
 * have set it: runtime class, node and tolerations. A number of replicas that somebody scaled to is kept. An equal request gives an equal template, and no new revision.
 */
export function updatedDeployment(live: V1Deployment, wanted: V1Deployment): V1Deployment {
  const liveTemplate = live.spec?.template;
  const wantedTemplate = wanted.spec?.template;
  const foreign = Object.fromEntries(
    Object.entries(liveTemplate?.metadata?.annotations ?? {}).filter(
      ([name]) => name.startsWith("kalium-bench/") && name !== secretVersionsAnnotation,
    ),
  );
  return {
    ...live,
    metadata: {
      ...live.metadata,
      labels: { ...live.metadata?.labels, ...wanted.metadata?.labels },
      annotations: { ...revisionOf(live), ...wanted.metadata?.annotations },
    },
    spec: {
      ...live.spec,
      replicas: Math.max(live.spec?.replicas ?? 1, wanted.spec?.replicas ?? 1),
      selector: live.spec?.selector ?? {},
      template: {
        metadata: {
          ...wantedTemplate?.metadata,
          annotations: { ...foreign, ...wantedTemplate?.metadata?.annotations },
        },
        spec: { ...liveTemplate?.spec, containers: [], ...wantedTemplate?.spec },
      },
    },
  };
}

/** The Deployment controller's own notes. */
const revisionOf = ({ metadata }: V1Deployment): Record<string, string> =>
  Object.fromEntries(
    Object.entries(metadata?.annotations ?? {}).filter(([name]) => name.startsWith("deployment.kubernetes.io/")),
  );
