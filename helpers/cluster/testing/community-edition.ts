/**
 * A provider that makes pods as OpenFaaS' community edition was seen to make them (gateway cf8741ac, faas-netes 1241e363),
 * and has its name: neither runtime class nor node, images always pulled, probes that end a slow start.
 */
import type { V1Deployment, V1Probe } from "@kubernetes/client-node";
import type { Edition } from "../provider/cluster-gateway.ts";

const probe: V1Probe = {
  httpGet: { path: "/_/health", port: 8080 },
  ...{ initialDelaySeconds: 2, periodSeconds: 2, timeoutSeconds: 1, failureThreshold: 3 },
};

function adapt(deployment: V1Deployment): V1Deployment {
  const { spec } = deployment;
  const pod = spec?.template.spec;
  if (spec === undefined || pod === undefined) throw new TypeError("a Deployment of a function has a pod");
  const containers = pod.containers.map((container) => {
    const own = { ...container, imagePullPolicy: "Always", livenessProbe: probe, readinessProbe: probe };
    delete own.startupProbe;
    return own;
  });
  const bare = { ...pod, containers };
  delete bare.runtimeClassName;
  delete bare.nodeSelector;
  return { ...deployment, spec: { ...spec, template: { ...spec.template, spec: bare } } };
}

export const communityEdition: Edition = { name: "faas-netes-ce", adapt };
