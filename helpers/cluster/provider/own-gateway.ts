/** Objects that run our gateway in a cluster, under the names that OpenFaaS gives its own. */
import type {
  KubernetesObject,
  V1Deployment,
  V1PolicyRule,
  V1Role,
  V1RoleBinding,
  V1Secret,
  V1Service,
  V1ServiceAccount,
} from "@kubernetes/client-node";
import type { BasicAuth } from "../../gateway/basic-auth.ts";
import { functionNamespace } from "../names.ts";
import { unprivileged } from "../unprivileged.ts";
import type { ClusterGatewayOptions } from "./cluster-gateway.ts";
import { profileNamespace } from "./profiles.ts";

export const gatewayNamespace = "openfaas";
export const gatewayName = "gateway";
export const gatewayPort = 8080;
const metricsPort = 8082;
/** Keys `basic-auth-user` and `basic-auth-password`. */
export const credentialsSecret = "basic-auth";
const credentialsPath = "/var/secrets";
/** Of account, role and binding. */
const accountName = "kalium-bench-gateway";

export interface OwnGatewayOptions {
  /** Reference of the gateway's image (`npm run images -- build` tells it). */
  readonly image: string;
  readonly basicAuth: BasicAuth;
  /** Labels of every object, such as the run's. Objects of functions get them too. */
  readonly labels: Readonly<Record<string, string>>;
  /** Default: none. */
  readonly functionLimit?: number;
  /** Default: 5, as OpenFaaS CE. */
  readonly replicaLimit?: number;
  /** Honours `com.openfaas.profile`; needs the `Profile` resource. Default: no, as OpenFaaS CE. */
  readonly profiles?: boolean;
  /** `host` or `host:port` that answers of asynchronous calls may be posted to. Default: its own functions alone. */
  readonly callbackHosts?: readonly string[];
}

/**
 * In the order to apply them; both namespaces must exist. The gateway may only change functions' objects, in the
 * namespace of functions.
 */
export function ownGatewayObjects(options: OwnGatewayOptions): readonly KubernetesObject[] {
  const { labels, profiles = false } = options;
  const named = (name: string, namespace: string) => ({ name, namespace, labels: { ...labels, app: gatewayName } });
  const account: V1ServiceAccount = {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: named(accountName, gatewayNamespace),
  };
  const grant = (namespace: string, rules: V1PolicyRule[]): [V1Role, V1RoleBinding] => [
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata: named(accountName, namespace),
      rules,
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: named(accountName, namespace),
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: accountName },
      subjects: [{ kind: "ServiceAccount", name: accountName, namespace: gatewayNamespace }],
    },
  ];
  const secret: V1Secret = {
    apiVersion: "v1",
    kind: "Secret",
    type: "Opaque",
    metadata: named(credentialsSecret, gatewayNamespace),
    data: {
      "basic-auth-user": Buffer.from(options.basicAuth.user).toString("base64"),
      "basic-auth-password": Buffer.from(options.basicAuth.password).toString("base64"),
    },
  };
  const service: V1Service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: named(gatewayName, gatewayNamespace),
    spec: {
      type: "ClusterIP",
      selector: { app: gatewayName },
      ports: [{ name: "http", port: gatewayPort, targetPort: gatewayPort, protocol: "TCP" }],
    },
  };
  return [
    account,
    ...grant(functionNamespace, functionRules),
    ...(profiles ? grant(profileNamespace, profileRules) : []),
    secret,
    deploymentOf(options, named(gatewayName, gatewayNamespace)),
    service,
  ];
}

const functionRules: V1PolicyRule[] = [
  {
    apiGroups: ["apps"],
    resources: ["deployments"],
    verbs: ["get", "list", "watch", "create", "update", "patch", "delete"],
  },
  { apiGroups: ["apps"], resources: ["replicasets"], verbs: ["list", "watch"] },
  { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
  { apiGroups: [""], resources: ["services"], verbs: ["get", "create", "delete"] },
  { apiGroups: [""], resources: ["secrets"], verbs: ["get", "list", "create", "update", "delete"] },
  { apiGroups: [""], resources: ["pods"], verbs: ["list"] },
  { apiGroups: [""], resources: ["pods/log"], verbs: ["get"] },
];

const profileRules: V1PolicyRule[] = [{ apiGroups: ["openfaas.com"], resources: ["profiles"], verbs: ["get"] }];

function deploymentOf(options: OwnGatewayOptions, metadata: V1Deployment["metadata"]): V1Deployment {
  const { functionLimit, replicaLimit, profiles, labels, callbackHosts } = options;
  const settings: ClusterGatewayOptions = {
    host: "0.0.0.0", // the pod's own address, which is not known before it runs
    port: gatewayPort,
    metricsPort,
    credentials: { from: "folder", path: credentialsPath },
    objectLabels: { ...labels },
    ...(functionLimit !== undefined && { functionLimit }),
    ...(replicaLimit !== undefined && { replicaLimit }),
    ...(profiles !== undefined && { profiles }),
    ...(callbackHosts && { callbackHosts: [...callbackHosts] }),
  };
  const health = { httpGet: { path: "/healthz", port: gatewayPort }, periodSeconds: 2, timeoutSeconds: 5 };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    ...(metadata && { metadata }),
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: gatewayName } },
      template: {
        metadata: { labels: { ...labels, app: gatewayName } },
        spec: {
          serviceAccountName: accountName,
          enableServiceLinks: false,
          containers: [
            {
              name: gatewayName,
              image: options.image,
              imagePullPolicy: "IfNotPresent",
              ports: [
                { name: "http", containerPort: gatewayPort, protocol: "TCP" },
                { name: "metrics", containerPort: metricsPort, protocol: "TCP" },
              ],
              env: [{ name: "KALIUM_GATEWAY_OPTIONS", value: JSON.stringify(settings) }],
              readinessProbe: health,
              livenessProbe: { ...health, initialDelaySeconds: 10, periodSeconds: 10 },
              securityContext: unprivileged,
              volumeMounts: [{ name: "credentials", mountPath: credentialsPath, readOnly: true }],
            },
          ],
          volumes: [{ name: "credentials", secret: { secretName: credentialsSecret } }],
        },
      },
    },
  };
}
