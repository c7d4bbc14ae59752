import { AuthorizationV1Api } from "@kubernetes/client-node";
import type { Cluster } from "../api/connect.ts";
import { functionNamespace, systemNamespace } from "../names.ts";

/** A right that `up`, a measurement or `down` uses. */
export interface Permission {
  readonly verb: string;
  /** With its subresource: `pods/exec`. */
  readonly resource: string;
  readonly group: string;
  /** Absent: of the whole cluster. */
  readonly namespace?: string;
  readonly neededFor: string;
}

const rights = (
  neededFor: string,
  verbs: string,
  resources: readonly (readonly [group: string, resource: string])[],
  namespace?: string,
): readonly Permission[] =>
  resources.flatMap(([group, resource]) =>
    verbs
      .split(" ")
      .map((verb) => ({ verb, resource, group, neededFor, ...(namespace !== undefined && { namespace }) })),
  );

const change = "get list create patch delete";

/** Server-side apply asks for `patch`, and for `create` where there is nothing yet. */
export const neededPermissions: readonly Permission[] = [
  ...rights("up, down", change, [
    ["", "namespaces"],
    ["node.k8s.io", "runtimeclasses"],
  ]),
  ...rights("up, down", "get list patch", [["", "nodes"]]),
  ...rights("runsc on the nodes", change, [["apps", "daemonsets"]], systemNamespace),
  ...rights("runsc on the nodes", "list create delete", [["", "pods"]], systemNamespace),
  ...rights("runsc on the nodes", "get create", [["", "pods/exec"]], systemNamespace),
  ...rights("runsc on the nodes", "get", [["", "pods/log"]], systemNamespace),
  ...rights("services in a pod", change, [["apps", "deployments"]], systemNamespace),
  ...rights("services in a pod", "get create", [["", "pods/portforward"]], systemNamespace),
  ...rights(
    "MySQL and functions",
    change,
    [
      ["apps", "deployments"],
      ["", "services"],
      ["", "secrets"],
      ["", "configmaps"],
      ["", "persistentvolumeclaims"],
    ],
    functionNamespace,
  ),
  ...rights(
    "measuring",
    "get list watch",
    [
      ["", "pods"],
      ["", "events"],
    ],
    functionNamespace,
  ),
  ...rights("proving images of others", "patch", [["", "pods/ephemeralcontainers"]], functionNamespace),
  ...rights("proving images of others", "get", [["", "pods/log"]], functionNamespace),
  ...rights("administering MySQL", "get create", [["", "pods/portforward"]], functionNamespace),
  ...rights(
    "finding the gateway",
    "get",
    [
      ["", "services"],
      ["", "secrets"],
      ["apps", "deployments"],
    ],
    "openfaas",
  ),
];

export const permissionText = ({ verb, resource, group, namespace }: Permission): string =>
  `${verb} ${resource}${group === "" ? "" : `.${group}`}${namespace === undefined ? "" : ` in ${namespace}`}`;

/** Asks the API server for each of them. Answers those that are refused. @throws {KaliumError} E_CLUSTER, E_TIMEOUT */
export async function missingPermissions(
  cluster: Cluster,
  permissions: readonly Permission[] = neededPermissions,
): Promise<readonly Permission[]> {
  const api = cluster.config.makeApiClient(AuthorizationV1Api);
  const allowed = await Promise.all(
    permissions.map(async ({ verb, resource, group, namespace }) => {
      const [name = "", subresource] = resource.split("/");
      const resourceAttributes = {
        verb,
        group,
        resource: name,
        ...(subresource !== undefined && { subresource }),
        ...(namespace !== undefined && { namespace }),
      };
      const body = {
        apiVersion: "authorization.k8s.io/v1",
        kind: "SelfSubjectAccessReview",
        spec: { resourceAttributes },
      };
      const review = await cluster.ask("check your permissions", () => api.createSelfSubjectAccessReview({ body }));
      return review.status?.allowed === true;
    }),
  );
  return permissions.filter((_, index) => allowed[index] !== true);
}
