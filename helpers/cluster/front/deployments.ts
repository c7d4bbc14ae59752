import { AppsV1Api, PatchStrategy, setHeaderOptions, type V1Deployment } from "@kubernetes/client-node";
import { poll } from "../../deadline.ts";
import { KaliumError } from "../../errors.ts";
import type { Cluster } from "../api/connect.ts";
import { orAbsent } from "../api/refusal.ts";
import { isApplied, patchOf, type Wanted } from "./wanted.ts";

/** What the front process changes of objects that the gateway has made. */
export interface Deployments {
  readonly read: (name: string) => Promise<V1Deployment | undefined>;
  /**
   * Gives the Deployment its runtime class, node and labels, and the Service its labels.
   * @throws {KaliumError} E_DEPLOY when the gateway has said yes and nothing has come of it, E_CLUSTER
   */
  readonly complete: (wanted: Wanted) => Promise<void>;
  readonly labelSecret: (name: string, labels: Readonly<Record<string, string>>) => Promise<void>;
}

/** The provider may write after it has answered. */
const appliedMs = 10_000;
const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);

export function openDeployments(cluster: Cluster, namespace: string): Deployments {
  const apps = cluster.config.makeApiClient(AppsV1Api);
  const read = (name: string): Promise<V1Deployment | undefined> =>
    orAbsent(
      cluster.ask(`read Deployment ${namespace}/${name}`, () => apps.readNamespacedDeployment({ name, namespace })),
    );
  return {
    read,
    complete: async (wanted) => {
      const { name, labels } = wanted;
      const deployment = await poll(
        { what: `the gateway's change of Deployment ${name}`, timeoutMs: appliedMs, intervalMs: 100 },
        async () => {
          const found = await read(name);
          return found !== undefined && isApplied(found, wanted) ? found : undefined;
        },
      ).catch((error: unknown) => {
        if (!(error instanceof KaliumError) || error.code !== "E_TIMEOUT") throw error;
        throw new KaliumError("E_DEPLOY", `the gateway accepted ${name}, but did not change its Deployment`, {
          hint: "read the gateway's log: kubectl -n openfaas logs deploy/gateway --all-containers",
        });
      });
      const patch = patchOf(deployment, wanted);
      if (patch !== undefined) {
        await cluster.ask(`patch Deployment ${namespace}/${name}`, () =>
          apps.patchNamespacedDeployment({ name, namespace, body: patch }, merge),
        );
      }
      await orAbsent(
        cluster.ask(`label Service ${namespace}/${name}`, () =>
          cluster.core.patchNamespacedService({ name, namespace, body: { metadata: { labels } } }, merge),
        ),
      );
    },
    labelSecret: async (name, labels) => {
      await cluster.ask(`label Secret ${namespace}/${name}`, () =>
        cluster.core.patchNamespacedSecret({ name, namespace, body: { metadata: { labels } } }, merge),
      );
    },
  };
}
