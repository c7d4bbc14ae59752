import type { V1Secret } from "@kubernetes/client-node";
import { messageOf } from "../../base/errors.ts";
import type { Secrets } from "../../gateway/secret-store.ts";
import { refusal, statusOf } from "../../gateway/refusal.ts";
import type { SecretBody } from "../../gateway/secret-store.ts";
import type { Cluster } from "../api/connect.ts";
import type { AskApi } from "./api-errors.ts";
import type { FunctionSecret } from "./function-objects.ts";

/** OpenFaaS' own: it marks its secrets, unlike those of others in the namespace. */
const ownLabel = { "app.kubernetes.io/managed-by": "openfaas" };

/** Secrets as Kubernetes Secrets: Opaque, one key, which is the secret's name. */
export function clusterSecrets(
  { core }: Cluster,
  ask: AskApi,
  { namespace, objectLabels }: { readonly namespace: string; readonly objectLabels: Readonly<Record<string, string>> },
): Secrets {
  const objectOf = (body: SecretBody): V1Secret => ({
    apiVersion: "v1",
    kind: "Secret",
    type: "Opaque",
    metadata: { name: body.name, namespace, labels: { ...objectLabels, ...ownLabel } },
    data: { [body.name]: body.rawValue || Buffer.from(body.value ?? "").toString("base64") },
  });
  const own = async (name: string): Promise<V1Secret> => {
    const found = await ask(`read secret ${name}`, () => core.readNamespacedSecret({ name, namespace }));
    if (!isOwn(found)) throw refusal(404, `secret ${name} does not belong to OpenFaaS`);
    return found;
  };
  return {
    async names() {
      const labelSelector = Object.entries(ownLabel)
        .map(([label, value]) => `${label}=${value}`)
        .join();
      const { items } = await ask("list secrets", () => core.listNamespacedSecret({ namespace, labelSelector }));
      return items.map(({ metadata }) => metadata?.name ?? "").sort();
    },
    create: (body) =>
      ask(`create secret ${body.name}`, () => core.createNamespacedSecret({ namespace, body: objectOf(body) })),
    async replace(body) {
      await own(body.name);
      const { name } = body;
      await ask(`replace secret ${name}`, () =>
        core.replaceNamespacedSecret({ name, namespace, body: objectOf(body) }),
      );
    },
    async remove({ name }) {
      await own(name);
      await ask(`remove secret ${name}`, () => core.deleteNamespacedSecret({ name, namespace }));
    },
  };
}

const isOwn = ({ metadata }: V1Secret): boolean =>
  Object.entries(ownLabel).every(([label, value]) => metadata?.labels?.[label] === value);

/** What a deployment needs to know of the secrets that it names. @throws {KaliumError} a 400 that names the unknown one */
export function describeSecrets(
  { core }: Cluster,
  ask: AskApi,
  namespace: string,
  names: readonly string[],
): Promise<readonly FunctionSecret[]> {
  return Promise.all(
    names.map(async (name) => {
      const { metadata, type, data } = await ask(`read secret ${name}`, () =>
        core.readNamespacedSecret({ name, namespace }),
      ).catch((error: unknown) => {
        throw statusOf(error) === 404 ? refusal(400, `unable to fetch secrets: ${messageOf(error)}`) : error;
      });
      return {
        name,
        resourceVersion: metadata?.resourceVersion ?? "",
        keys: Object.keys(data ?? {}).sort(),
        forPulling: type === "kubernetes.io/dockerconfigjson" || type === "kubernetes.io/dockercfg",
      };
    }),
  );
}
