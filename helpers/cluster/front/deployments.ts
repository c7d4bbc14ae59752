import type { FrontSettings } from "./options.ts";
import { AppsV1Api, PatchStrategy, setHeaderOptions, type V1Deployment } from "@kubernetes/client-node";
import { poll } from "../../base/deadline.ts";
import { KaliumError } from "../../base/errors.ts";
import type { Cluster } from "../api/connect.ts";
import { removalTimeoutMs, removeObject } from "../api/objects.ts";
import { orAbsent, apiStatusOf } from "../api/refusal.ts";
import { isApplied, isExposed, patchOf, type Wanted } from "./wanted.ts";

/** What the front process changes of objects that the gateway has made. */
export interface Deployments {
  readonly read: (name: string) => Promise<V1Deployment | undefined>;
  /**
   * Gives the Deployment its runtime class, node, resources and labels, and the Service its labels.
   * @throws {KaliumError} E_DEPLOY when the gateway has said yes and nothing has come of it, or pods that run outside
   * their runtime; E_CLUSTER
   */
  readonly complete: (wanted: Wanted) => Promise<void>;
  readonly labelSecret: (name: string, labels: Readonly<Record<string, string>>) => Promise<void>;
}

const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);

export function openDeployments(
  cluster: Cluster,
  { namespace, appliedMs }: Pick<FrontSettings, "namespace" | "appliedMs">,
): Deployments {
  const apps = cluster.config.makeApiClient(AppsV1Api);
  const read = (name: string): Promise<V1Deployment | undefined> =>
    orAbsent(
      cluster.ask(`read Deployment ${namespace}/${name}`, () => apps.readNamespacedDeployment({ name, namespace })),
    );
  /** `false`: somebody has changed it since it was read. */
  const patch = async (name: string, body: object | undefined): Promise<boolean> => {
    if (body === undefined) return true;
    try {
      await cluster.ask(`patch Deployment ${namespace}/${name}`, () =>
        apps.patchNamespacedDeployment({ name, namespace, body }, merge),
      );
      return true;
    } catch (error) {
      if (apiStatusOf(error) === 409) return false;
      throw error;
    }
  };
  const exposed = async ({ name, runtimeClass = "" }: Wanted): Promise<KaliumError> => {
    const deployment = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name, namespace } } as const;
    await removeObject(cluster, deployment, { timeoutMs: removalTimeoutMs });
    const message = `the gateway made pods of ${name} without RuntimeClass ${runtimeClass} and without the requested CPU, so they may have run outside their runtime; the function was removed`;
    return new KaliumError("E_DEPLOY", message, {
      hint: "Use a gateway that keeps `requests` or honours the runtime class: npm run cluster -- up --gateway own",
    });
  };
  return {
    read,
    complete: async (wanted) => {
      const { name, labels } = wanted;
      await poll(
        { what: `the gateway's change of Deployment ${name}`, timeoutMs: appliedMs, intervalMs: 100 },
        async () => {
          const found = await read(name);
          if (found === undefined || !isApplied(found, wanted)) return undefined;
          if (isExposed(found, wanted)) throw await exposed(wanted);
          return (await patch(name, patchOf(found, wanted))) ? true : undefined;
        },
      ).catch((error: unknown) => {
        if (!(error instanceof KaliumError) || error.code !== "E_TIMEOUT") throw error;
        throw new KaliumError("E_DEPLOY", `the gateway accepted ${name}, but did not change its Deployment`, {
          hint: "Read the gateway's log: kubectl -n openfaas logs deploy/gateway --all-containers",
        });
      });
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
