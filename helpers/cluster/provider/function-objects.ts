/** The objects of a function, as faas-netes Community Edition makes them, and what is read back from them. */
import type { V1Deployment, V1Probe, V1ResourceRequirements, V1Service, V1Volume } from "@kubernetes/client-node";
import { defaultNamespace, type FunctionDeployment } from "../../gateway/deployment.ts";
import { watchdogPort } from "../../images/in-image.ts";

/** Label and selector of everything that belongs to a function. */
export const functionLabel = "faas_function";
export const secretsPath = "/var/openfaas/secrets";

/** Of the pod template: a changed secret makes a new revision, because functions read their secrets once. */
export const secretVersionsAnnotation = "kalium-bench/secret-versions";
const scrapeAnnotation = "prometheus.io.scrape";

/** A Secret that a deployment names, without its values. */
export interface FunctionSecret {
  readonly name: string;
  readonly resourceVersion: string;
  /** Names of its keys; they become file names. */
  readonly keys: readonly string[];
  /** Credentials of a registry, not files for the function. */
  readonly forPulling: boolean;
}

/** What OpenFaaS' `Profile` adds to pods. */
export interface PodProfile {
  readonly runtimeClassName?: string | undefined;
  readonly tolerations?: readonly object[] | undefined;
  readonly affinity?: object | undefined;
  readonly podSecurityContext?: object | undefined;
}

export interface ObjectOptions {
  readonly secrets: readonly FunctionSecret[];
  readonly replicas: number;
  readonly profile?: PodProfile | undefined;
  /** Further labels of the objects, such as the run's. A request's own win, and are on its pods, too. */
  readonly objectLabels: Readonly<Record<string, string>>;
}

export function deploymentObject(request: FunctionDeployment, options: ObjectOptions): V1Deployment {
  const { service: name, image } = request;
  const { secrets, profile = {} } = options;
  const labels = { ...request.labels, [functionLabel]: name };
  const annotations = { [scrapeAnnotation]: "false", ...request.annotations };
  const files = secrets.filter(({ forPulling }) => !forPulling);
  const versions = files.map(({ name: secret, resourceVersion }) => `${secret}=${resourceVersion}`).join(",");
  const readOnly = request.readOnlyRootFilesystem === true;
  const volumes = [...(files.length > 0 ? [secretsVolume(name, files)] : []), ...(readOnly ? [temporary] : [])];
  const nodeSelector = selectorOf(request.constraints ?? []);
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: {
      name,
      labels: { ...options.objectLabels, ...labels },
      annotations,
    },
    spec: {
      replicas: options.replicas,
      selector: { matchLabels: { [functionLabel]: name } },
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      revisionHistoryLimit: 10,
      template: {
        metadata: {
          labels,
          annotations: { ...annotations, ...(versions !== "" && { [secretVersionsAnnotation]: versions }) },
        },
        spec: {
          // Absent fields are written, too, so that an update removes them.
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          imagePullSecrets: secrets.filter(({ forPulling }) => forPulling).map((secret) => ({ name: secret.name })),
          volumes,
          ...(nodeSelector && { nodeSelector }),
          ...podSpecOf(profile),
          containers: [
            {
              name,
              image,
              // faas-netes has Always here, which needs a registry even for an image that the node has.
              imagePullPolicy: "IfNotPresent",
              ports: [{ name: "http", containerPort: watchdogPort, protocol: "TCP" }],
              env: environmentOf(request),
              resources: resourcesOf(request),
              ...probes,
              securityContext: { readOnlyRootFilesystem: readOnly },
              volumeMounts: volumes.map((volume) =>
                volume === temporary
                  ? { name: volume.name, mountPath: "/tmp" }
                  : { name: volume.name, mountPath: secretsPath, readOnly: true },
              ),
            },
          ],
        },
      },
    },
  };
}

/** faas-netes makes it too; calls go to the pods directly, by the addresses that it collects. */
export const serviceObject = (
  { service: name, labels }: FunctionDeployment,
  objectLabels: Readonly<Record<string, string>>,
): V1Service => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, labels: { ...objectLabels, ...labels, [functionLabel]: name } },
  spec: {
    type: "ClusterIP",
    selector: { [functionLabel]: name },
    ports: [{ name: "http", port: watchdogPort, targetPort: watchdogPort, protocol: "TCP" }],
  },
});

const healthProbe = { httpGet: { path: "/_/health", port: watchdogPort }, timeoutSeconds: 1 };
const perTwoSeconds: V1Probe = { ...healthProbe, periodSeconds: 2, failureThreshold: 3 };

/** The other two begin when the first has passed once: a slow start is not taken for a dead function. */
const probes = {
  startupProbe: { ...healthProbe, periodSeconds: 1, failureThreshold: 900 },
  livenessProbe: perTwoSeconds,
  readinessProbe: perTwoSeconds,
};

const temporary: V1Volume = { name: "temp", emptyDir: {} };

const secretsVolume = (name: string, secrets: readonly FunctionSecret[]): V1Volume => ({
  name: `${name}-projected-secrets`.slice(-63).replace(/^-+/, ""),
  projected: {
    sources: secrets.map((secret) => ({
      secret: { name: secret.name, items: secret.keys.map((key) => ({ key, path: key })) },
    })),
  },
});

function environmentOf({ envVars, envProcess }: FunctionDeployment): { name: string; value: string }[] {
  const all = { ...envVars, ...(envProcess ? { fprocess: envProcess } : {}) };
  return Object.entries(all)
    .map(([name, value]) => ({ name, value }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function resourcesOf({ limits, requests }: FunctionDeployment): V1ResourceRequirements {
  const known = (given: FunctionDeployment["limits"]): Record<string, string> =>
    Object.fromEntries(Object.entries(given ?? {}).filter((entry): entry is [string, string] => Boolean(entry[1])));
  return { limits: known(limits), requests: known(requests) };
}

/** `key=value`, as OpenFaaS wrote constraints before its community edition dropped them. */
function selectorOf(constraints: readonly string[]): Record<string, string> | undefined {
  const pairs = constraints.map((constraint) => /^([^=\s]+)==?([^=\s]+)$/.exec(constraint.replace(/\s/g, "")));
  const known = pairs.flatMap((pair) => (pair === null ? [] : [[pair[1] ?? "", pair[2] ?? ""] as const]));
  return known.length === 0 ? undefined : Object.fromEntries(known);
}

const podSpecOf = ({ runtimeClassName, tolerations, affinity, podSecurityContext }: PodProfile): object => ({
  ...(runtimeClassName !== undefined && { runtimeClassName }),
  ...(tolerations && { tolerations }),
  ...(affinity && { affinity }),
  ...(podSecurityContext && { securityContext: podSecurityContext }),
});

/** The request that an object was made of, as far as OpenFaaS tells it: without its environment. */
export function requestOf(deployment: V1Deployment): Omit<FunctionDeployment, "envVars" | "constraints"> {
  const template = deployment.spec?.template;
  const container = template?.spec?.containers[0];
  const annotations = Object.fromEntries(
    Object.entries(template?.metadata?.annotations ?? {}).filter(([key]) => key !== secretVersionsAnnotation),
  );
  const envProcess = container?.env?.find(({ name }) => name === "fprocess")?.value;
  const mounted = template?.spec?.volumes?.flatMap(({ projected }) =>
    (projected?.sources ?? []).flatMap(({ secret }) => secret?.name ?? []),
  );
  const pulling = template?.spec?.imagePullSecrets?.flatMap(({ name }) => name ?? []);
  const resources = (given: Record<string, string> | undefined): FunctionDeployment["limits"] =>
    given === undefined || Object.keys(given).length === 0 ? undefined : given;
  return {
    service: deployment.metadata?.name ?? "",
    image: container?.image ?? "",
    namespace: defaultNamespace,
    envProcess,
    secrets: [...(mounted ?? []), ...(pulling ?? [])],
    labels: template?.metadata?.labels ?? {},
    annotations,
    limits: resources(container?.resources?.limits),
    requests: resources(container?.resources?.requests),
  };
}
