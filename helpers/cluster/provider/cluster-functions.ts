import { AppsV1Api, PatchStrategy, setHeaderOptions, type V1Deployment } from "@kubernetes/client-node";
import { checkNamespace, clampReplicas } from "../../gateway/deployment-plan.ts";
import type { FunctionDeployment } from "../../gateway/deployment.ts";
import type { Functions } from "../../gateway/provider.ts";
import { refusal, statusOf } from "../../gateway/refusal.ts";
import { messageOf } from "../../base/errors.ts";
import type { Cluster } from "../api/connect.ts";
import { fieldManager } from "../names.ts";
import { askFor } from "./api-errors.ts";
import { checkNames } from "./check-names.ts";
import type { ClusterFunction } from "./cluster-function.ts";
import { describeSecrets } from "./cluster-secrets.ts";
import { deploymentObject, functionLabel, serviceObject } from "./function-objects.ts";
import { viewFunctions } from "./function-view.ts";
import { podLogs } from "./pod-log.ts";
import { ownProfileOf, profileOf } from "./profiles.ts";
import { checkQuantities } from "./quantities.ts";
import { updatedDeployment } from "./updated-deployment.ts";

export interface ClusterFunctionsOptions {
  /** Of the functions' objects. Clients of the REST API say `openfaas-fn` whatever it is. */
  readonly namespace: string;
  /** Functions at once; absent: no limit. */
  readonly functionLimit?: number | undefined;
  /** Replicas of one function. OpenFaaS CE has 5. */
  readonly replicaLimit: number;
  /** Honours `com.openfaas.profile`, as faas-netes did until 0.14.1. */
  readonly profiles: boolean;
  /** Labels of every object that is made, such as the run's. */
  readonly objectLabels: Readonly<Record<string, string>>;
  /** What the Deployments are like otherwise; for tests with another provider's. */
  readonly adapt?: ((deployment: V1Deployment) => V1Deployment) | undefined;
  /** Of a call; 502 after it. */
  readonly gatewayTimeoutMs: number;
}

/** Of an update that somebody else's change came between. */
const tries = 5;

/** Functions as Deployments and Services. @throws {KaliumError} E_SERVICE, E_TIMEOUT when the cluster cannot be watched */
export async function clusterFunctions(
  cluster: Cluster,
  options: ClusterFunctionsOptions,
): Promise<Functions & { readonly close: () => Promise<void> }> {
  const { namespace, objectLabels, replicaLimit, functionLimit, adapt = (deployment) => deployment } = options;
  const { config, core } = cluster;
  const ask = askFor(cluster);
  const apps = config.makeApiClient(AppsV1Api);

  const scale = async (name: string, replicas: number): Promise<void> => {
    const patched = await ask(`scale ${name}`, () =>
      apps.patchNamespacedDeployment(
        { name, namespace, body: { spec: { replicas } }, fieldManager },
        setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
      ),
    );
    await view.until(name, seenSince(patched));
  };
  const view = await viewFunctions(config, { ...options, scale, readLog: podLogs(cluster, ask, namespace) });

  const wantedObject = async (request: FunctionDeployment): Promise<V1Deployment> => {
    checkNamespace(request.namespace);
    checkQuantities(request);
    checkNames(request);
    return adapt(
      deploymentObject(request, {
        objectLabels,
        secrets: await describeSecrets(cluster, ask, namespace, request.secrets ?? []),
        replicas: clampReplicas(Number(request.labels?.["com.openfaas.scale.min"] ?? 1), replicaLimit),
        profile: { ...(options.profiles && (await profileOf(cluster, ask, request))), ...ownProfileOf(request) },
      }),
    );
  };
  const deleteDeployment = (name: string): Promise<unknown> =>
    ask(`delete the Deployment ${name}`, () =>
      apps.deleteNamespacedDeployment({ name, namespace, propagationPolicy: "Foreground" }),
    );
  const createService = (request: FunctionDeployment, name = request.service): Promise<unknown> =>
    ask(`create the Service ${name}`, () =>
      core.createNamespacedService({ namespace, body: serviceObject(request, objectLabels), fieldManager }),
    ).catch(async (error: unknown) => {
      if (statusOf(error) !== 409) throw error;
      const { spec } = await ask(`read the Service ${name}`, () => core.readNamespacedService({ name, namespace }));
      if (spec?.selector?.[functionLabel] !== name) throw refusal(500, `Service ${name} belongs to something else`);
    });

  /** Not yet in the view, but they count: deployments come side by side. */
  const creating = new Set<string>();
  const refuseTooMany = (name: string): void => {
    const others = new Set([...view.all().map((deployed) => deployed.name), ...creating]);
    others.delete(name);
    if (functionLimit === undefined || others.size < functionLimit) return;
    throw refusal(400, `${name} would be function ${others.size + 1}; this gateway is limited to ${functionLimit}`);
  };
  const create = async (request: FunctionDeployment, body: V1Deployment): Promise<void> => {
    const name = request.service;
    const created = await ask(`create the Deployment ${name}`, () =>
      apps.createNamespacedDeployment({ namespace, body, fieldManager }),
    ).catch((error: unknown) => {
      throw statusOf(error) === 409 ? refusal(500, `${messageOf(error)}${removalNote(view.get(name))}`) : error;
    });
    await createService(request).catch(async (error: unknown) => {
      await deleteDeployment(name).catch(() => undefined); // the first failure is the one to tell
      throw error;
    });
    await view.until(name, seenSince(created));
  };

  return {
    async deploy(request) {
      const name = request.service;
      const body = await wantedObject(request);
      refuseTooMany(name);
      creating.add(name);
      try {
        await create(request, body);
      } finally {
        creating.delete(name);
      }
    },

    async update(request) {
      const name = request.service;
      const gone = `unable update Deployment: function ${name} not found`;
      const deployed = view.get(name);
      if (deployed === undefined || deployed.removing()) throw refusal(404, gone);
      const wanted = await wantedObject(request);
      for (let left = tries; ; left -= 1) {
        const live = await ask(`read the Deployment ${name}`, () => apps.readNamespacedDeployment({ name, namespace }));
        if (live.metadata?.deletionTimestamp !== undefined) throw refusal(404, gone);
        try {
          const body = updatedDeployment(live, wanted);
          const updated = await ask(`update the Deployment ${name}`, () =>
            apps.replaceNamespacedDeployment({ name, namespace, body, fieldManager }),
          );
          await view.until(name, seenSince(updated));
          return;
        } catch (error) {
          if (left === 1 || statusOf(error) !== 409) throw error;
        }
      }
    },

    async remove(name) {
      const { uid, removing } = mustBeThere(view.get(name), name);
      if (removing()) return;
      await deleteDeployment(name);
      await ask(`delete the Service ${name}`, () => core.deleteNamespacedService({ name, namespace })).catch(
        (error: unknown) => {
          if (statusOf(error) !== 404) throw error;
        },
      );
      await view.until(name, (deployed) => deployed?.uid !== uid || deployed.removing());
    },

    get: view.get,
    all: view.all,
    close: view.close,
  };
}

/** The view is at least as new as this object. */
const seenSince =
  ({ metadata }: V1Deployment) =>
  (deployed: ClusterFunction | undefined): boolean =>
    deployed !== undefined && deployed.uid === metadata?.uid && deployed.generation() >= (metadata.generation ?? 0);

function mustBeThere(deployed: ClusterFunction | undefined, name: string): ClusterFunction {
  if (deployed === undefined) throw refusal(404, `function ${name} not found`);
  return deployed;
}

const removalNote = (deployed: ClusterFunction | undefined): string =>
  deployed?.removing() === true ? " and is being deleted" : "";
